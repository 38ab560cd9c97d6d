import LabCore

@testable import LabAnalysis

/// One life of a pod as it would be recorded: samples at 10 Hz, idle before and after its load.
struct LifeModel: Sendable {
    /// Wall seconds under load.
    var seconds = 60.0
    /// The reference incident's peak, events per wall second.
    var rate = 7_230_000.0 / 3_600
    var model = MemoryModel.quiet
    var seed: UInt64 = 1
    var bytesPerEvent = 0.0
    /// Every memory metric that was recorded; all behave alike, with noise of their own.
    var memory: [MetricName] = [.heap, .rss, .charge]
    var tasksPerEvent = 0.0
    var isLabelled = true
    /// Wall seconds before the first event, and after the last one if the pod was drained.
    var lead = 1.0
    var hold = 5.0
    var exit: PodExit? = PodExit(reason: "Completed", code: 0)

    /// Out of memory at full load.
    static func killed(after seconds: Double, leaking bytesPerEvent: Double = 0) -> LifeModel {
        LifeModel(
            seconds: seconds,
            bytesPerEvent: bytesPerEvent,
            hold: 0,
            exit: PodExit(reason: "OOMKilled", code: 137)
        )
    }

    var events: Int { Int(rate * seconds) }

    func events(at time: Double) -> Double {
        (min(max(0, time - lead), seconds) * rate).rounded(.down)
    }

    /// The life's recording.
    ///
    /// - Parameters:
    ///   - index: among the lives of its pod.
    ///   - start: wall seconds since the start of the run.
    /// - Returns: memory, counts and events sampled at 10 Hz.
    func recorded(index: Int = 0, start: Double = 0) -> RecordedLife {
        let length = lead + seconds + hold
        let times = (0...Int(length * 10)).map { Double($0) / 10 }
        func series(_ value: (Int, Double) -> Double) -> Series {
            Series(
                times: times.map { nanoseconds(start + $0) },
                values: times.indices.map { value($0, times[$0]) }
            )
        }
        var all: [MetricName: Series] = [.processed: series { _, time in events(at: time) }]
        for (offset, metric) in memory.enumerated() {
            let base = model.bytes(seconds: length + 0.2, seed: seed &* 31 &+ UInt64(offset))
            all[metric] = series { index, time in base[index] + bytesPerEvent * events(at: time) }
        }
        all[.tasks] = series { _, time in (tasksPerEvent * events(at: time)).rounded(.down) }
        all[.outliving] = all[.tasks]
        all[.cpu] = series { _, time in 0.1 + events(at: time) * 20e-6 }
        let live = Int(tasksPerEvent * Double(events))
        return RecordedLife(
            index: index,
            pid: 1,
            start: nanoseconds(start),
            end: exit == nil ? nil : nanoseconds(start + length),
            exit: exit,
            series: all,
            sites: isLabelled
                ? [VariantResult.Site(site: "IndexCache.worker", kind: "task", created: live, live: live)]
                : [],
            quiescentFrom: hold > 0 ? nanoseconds(start + lead + seconds + 0.1) : nil
        )
    }

    /// As the verdict sees it.
    func life(warmUp: Double = 10, start: Double = 0) -> Life {
        Life(recorded(start: start), warmUp: warmUp, settings: .standard)
    }
}

func nanoseconds(_ seconds: Double) -> Int64 { Int64((seconds * 1e9).rounded()) }
