import LabCore

@testable import LabAnalysis

/// A pod that climbs to its memory limit, is killed and starts again: charge = base + growth × events, plus what the
/// client library's buffers take once, plus noise.
///
/// Read at 10 Hz out of step with its lives; the events of a life are known to the last one.
struct WaveModel: Sendable {
    var limit: Int64 = 96 << 20
    var base = 12.0 * 0x1p20
    var bytesPerEvent = 20_534.0
    /// Events per wall second that the pod handles while it lives.
    var rate = 1_000.0
    /// Wall seconds from a kill to the next first event.
    var gap = 1.0
    var lives = 10
    /// Filled up at the start of each life, 63 % of it after `fillSeconds`.
    var fill = 0.0
    var fillSeconds = 0.3
    /// Deviation of the readings, bytes, and the correlation of neighbouring ones.
    var noise = 0.05 * 0x1p20
    var correlation = 0.0
    var seed: UInt64 = 1

    /// Events that arrived while nobody was there, handled in the first half second of a life.
    var backlog = 0.0

    /// From a life's first event to its kill, wall seconds.
    var climbSeconds: Double {
        var (low, high) = (0.0, 1e6)
        for _ in 0..<100 {
            let middle = (low + high) / 2
            if charge(at: middle) < Double(limit) { low = middle } else { high = middle }
        }
        return low
    }

    /// Handled from the first event to the kill.
    var eventsToOOM: Double { events(at: climbSeconds).rounded(.down) }

    /// Of the whole wave, wall seconds.
    var period: Double { climbSeconds + gap }

    private func events(at time: Double) -> Double { rate * time + backlog * min(1, time / 0.5) }

    private func charge(at time: Double) -> Double {
        base + bytesPerEvent * events(at: time) + fill * (1 - exponential(-time / fillSeconds))
    }

    /// The recorded lives, the first event of the first one at `start` wall seconds.
    func recorded(start: Double = 0, segment: Int = 0, first: Int = 0) -> [RecordedLife] {
        var random = Gaussian(seed: seed)
        let climb = climbSeconds
        return (0..<lives).map { index in
            let from = start + Double(index) * period
            return life(first + index, firstEvent: from, end: from + climb, segment: segment, &random)
        }
    }

    private func life(
        _ index: Int,
        firstEvent: Double,
        end: Double,
        segment: Int,
        _ random: inout Gaussian
    ) -> RecordedLife {
        var series: [MetricName: Series] = [:]
        var deviation = noise * random.next()
        // Starting takes a moment of the gap.
        let start = firstEvent - min(0.3, gap / 2)
        var time = start + random.generator.nextUnit() * 0.1
        func add(_ value: Double, _ metric: MetricName, at time: Double) {
            series[metric, default: Series()].append(value, at: nanoseconds(time))
        }
        while time < end {
            let handled = events(at: max(0, time - firstEvent)).rounded(.down)
            deviation =
                correlation * deviation + (1 - correlation * correlation).squareRoot() * noise * random.next()
            let bytes = charge(at: max(0, time - firstEvent)) + deviation
            add(handled, .processed, at: time)
            for metric in [MetricName.charge, .rss, .heap] { add(bytes, metric, at: time) }
            for metric in [MetricName.tasks, .outliving] { add(handled, metric, at: time) }
            add(0.1 + handled * 20e-6, .cpu, at: time)
            time += 0.1
        }
        let handled = eventsToOOM
        add(handled, .processed, at: end)
        let site = VariantResult.Site(
            site: "IndexCache.worker",
            kind: "task",
            created: Int(handled),
            live: Int(handled)
        )
        return RecordedLife(
            index: index,
            segment: segment,
            pid: 1,
            start: nanoseconds(start),
            end: nanoseconds(end),
            exit: PodExit(reason: "OOMKilled", code: 137, peakCharge: limit),
            series: series,
            sites: [site]
        )
    }
}
