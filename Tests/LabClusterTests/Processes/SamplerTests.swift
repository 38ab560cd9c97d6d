import LabCore
import LabTelemetry
import LabTesting
import Synchronization
import Testing

@testable import LabCluster

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

@Suite("The sampler", .timeLimit(.minutes(1)), .enabled("needs /proc") { ProcessProbe(pid: getpid()) != nil })
struct SamplerTests {
    private let folder: TestFolder

    init() throws { folder = try TestFolder() }

    /// Keeps every reading.
    final class Notebook: SampleSink {
        struct Note: Sendable {
            let metric: MetricName
            let target: Int
            let value: Double
            let at: UInt64
        }

        private let notes = Mutex<[Note]>([])
        private let described = Mutex<[MetricName: [MetricDescription]]>([:])
        /// What was said of each metric, once for each time that it was.
        var descriptions: [MetricName: [MetricDescription]] { described.withLock { $0 } }

        func described(_ metric: MetricName, as description: MetricDescription, target: Int) {
            described.withLock { $0[metric, default: []].append(description) }
        }

        private let roundCount = Atomic(0)
        var rounds: Int { roundCount.load(ordering: .relaxed) }

        func notes(of metric: MetricName) -> [Note] { notes.withLock { $0.filter { $0.metric == metric } } }

        func sampled(_ value: Double, of metric: MetricName, target: Int, at: UInt64) {
            notes.withLock { $0.append(Note(metric: metric, target: target, value: value, at: at)) }
        }

        func roundEnded(at: UInt64) { roundCount.add(1, ordering: .relaxed) }
    }

    private func sample(
        _ target: SampleTarget,
        rounds: Int = 5,
        between: (Int) -> Void = { _ in }
    ) async throws -> Notebook {
        let notebook = Notebook()
        let sampler = Sampler(interval: .milliseconds(5), sink: notebook)
        sampler.add(target, as: 7)
        sampler.start()
        defer { sampler.stop() }
        for round in 1...rounds {
            try await eventually("round \(round) is over") { notebook.rounds >= round }
            between(round)
        }
        let last = notebook.rounds
        try await eventually("all that was done is read") { notebook.rounds >= last + 2 }
        return notebook
    }

    @Test("reads a process from outside, in ascending time")
    func ownProcess() async throws {
        let notebook = try await sample(SampleTarget(pid: getpid()))
        for metric in [MetricName.rss, .cpu, .threads, .descriptors] {
            let notes = notebook.notes(of: metric)
            #expect(notes.count >= 5, "\(metric)")
            #expect(notes.allSatisfy { $0.target == 7 && $0.value > 0 && $0.value.isFinite })
            #expect(zip(notes, notes.dropFirst()).allSatisfy { $0.at < $1.at })
        }
        let rss = try #require(notebook.notes(of: .rss).last).value
        #expect((1e6...1e11).contains(rss))
        #expect(notebook.notes(of: .charge).isEmpty)
    }

    @Test(
        "charges a process under the watchdog as that does: without the files that it maps",
        .enabled("needs to see what a process keeps in memory") { MemoryControl.isReadable }
    )
    func watchdogCharge() async throws {
        let notebook = try await sample(SampleTarget(pid: getpid(), isUnderWatchdog: true))
        let charges = notebook.notes(of: .charge)
        #expect(charges.count >= 5)
        let (charge, rss) = (
            try #require(charges.last).value, try #require(notebook.notes(of: .rss).last).value
        )
        #expect(charge > 1e6 && charge < rss)
    }

    @Test("reads a telemetry page: counters each time, slow readings only when they are new")
    func page() async throws {
        let page = try TelemetryPage.create(at: folder.file("page"))
        let events = page.counter(MetricName.processed.rawValue)
        let heap = page.timedGauge(MetricName.heap.rawValue, unit: .bytes)
        heap.store(1_000, at: 42)
        let target = SampleTarget(pid: getpid(), telemetryPath: folder.file("page"))
        let notebook = try await sample(target, rounds: 12) { round in
            events.add(10)
            if round == 6 { heap.store(2_000, at: 43) }
        }
        let counts = notebook.notes(of: .processed).map(\.value)
        #expect(counts.count >= 12)
        #expect(counts == counts.sorted())
        #expect(counts.last == 120)
        let readings = notebook.notes(of: .heap)
        #expect(readings.map(\.value) == [1_000, 2_000])
        #expect(readings.map(\.at) == [42, 43])
    }

    @Test("says once of each metric of a page what it is, of sites that they count what lives")
    func descriptions() async throws {
        let page = try TelemetryPage.create(at: folder.file("page"))
        _ = page.counter("sentBytes", unit: .bytes)
        _ = page.timedGauge("waited", unit: .microseconds)
        _ = page.site("Cache.worker", kind: .task)
        _ = page.histogram("latency")
        let target = SampleTarget(pid: getpid(), telemetryPath: folder.file("page"))
        let notebook = try await sample(target, rounds: 12) { round in
            if round == 4 { _ = page.gauge("age", unit: .seconds) }
        }
        let gauge = MetricDescription(kind: .gauge, unit: .count)
        #expect(
            notebook.descriptions == [
                MetricName("sentBytes"): [MetricDescription(kind: .counter, unit: .bytes)],
                MetricName("waited"): [MetricDescription(kind: .gauge, unit: .microseconds)],
                MetricName("age"): [MetricDescription(kind: .gauge, unit: .seconds)],
                .live(site: "Cache.worker"): [gauge], .tasks: [gauge],
            ]
        )
    }

    @Test("reads an incident's histogram as quantiles of all its values, when there are new ones")
    func histogram() async throws {
        let page = try TelemetryPage.create(at: folder.file("page"))
        let times = page.histogram("waited", unit: .milliseconds, class: .incident)
        for value in 1...100 { times.record(UInt64(value)) }
        let target = SampleTarget(pid: getpid(), telemetryPath: folder.file("page"))
        let notebook = try await sample(target, rounds: 12) { round in
            if round == 6 { times.record(5_000) }
        }
        let highest = notebook.notes(of: MetricName("waited.max")).map(\.value)
        #expect(highest == [100, 5_000])
        let median = try #require(notebook.notes(of: MetricName("waited.p50")).last?.value)
        #expect(abs(median - 50) <= 4)
        #expect(notebook.notes(of: MetricName("waited.p99")).count == 2)
        let gauge = MetricDescription(kind: .gauge, unit: .milliseconds)
        #expect(notebook.descriptions[MetricName("waited.p99")] == [gauge])
    }

    @Test("finds metrics that appear later on a page")
    func newMetrics() async throws {
        let page = try TelemetryPage.create(at: folder.file("page"))
        let target = SampleTarget(pid: getpid(), telemetryPath: folder.file("page"))
        let notebook = try await sample(target, rounds: 12) { round in
            if round == 4 { page.counter("late").add(9) }
        }
        #expect(notebook.notes(of: MetricName("late")).last?.value == 9)
    }

    @Test("says nothing of a process that is no more, or of a page that is none")
    func nothing() async throws {
        #expect(TextFile.put("no page at all", to: folder.file("page"), creating: true) == 0)
        let gone = try await ChildProcess(executable: "/bin/true", arguments: [], logPath: "/dev/null")
            .run { _ in }.pid
        #expect(try await sample(SampleTarget(pid: gone)).notes(of: .rss).isEmpty)
        let notebook = try await sample(SampleTarget(pid: getpid(), telemetryPath: folder.file("page")))
        #expect(!notebook.notes(of: .rss).isEmpty)
        #expect(notebook.notes(of: .processed).isEmpty)
    }

    @Test("leaves a target alone once it is removed")
    func removed() async throws {
        let notebook = Notebook()
        let sampler = Sampler(interval: .milliseconds(2), sink: notebook)
        sampler.add(SampleTarget(pid: getpid()), as: 1)
        sampler.start()
        try await eventually("there are readings") { notebook.notes(of: .rss).count > 2 }
        sampler.remove(1)
        let before = notebook.rounds
        try await eventually("a round began afterwards") { notebook.rounds >= before + 2 }
        let count = notebook.notes(of: .rss).count
        try await eventually("more rounds are over") { notebook.rounds >= before + 6 }
        #expect(notebook.notes(of: .rss).count == count)
        sampler.stop()
        sampler.stop()
    }

    @Test("a process is known again only as the very same")
    func identity() {
        let own = ProcessIdentity.own
        #expect(own.isAlive)
        #expect(!ProcessIdentity(pid: own.pid, startTime: own.startTime + 1).isAlive)
        #expect(ProcessIdentity(ofRunning: Int32.max) == nil)
    }
}
