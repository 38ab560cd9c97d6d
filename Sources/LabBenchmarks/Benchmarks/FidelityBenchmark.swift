import LabCore
import LabIncidents

/// Whether the reference incident leaks what the original leaked, and whether the fixes keep nothing.
struct FidelityBenchmark: Benchmark {
    let name = "fidelity"
    let summary = "what the reference incident's variants keep of an event"

    private static let limit = Duration.seconds(180)
    private static let incident = "service-per-event"
    private static let fewestEvents = 300_000.0

    func run(in bench: Workbench) async throws -> [Figure] {
        try await suspect(in: bench) + fixes(in: bench)
    }

    // MARK: - The suspect

    private func suspect(in bench: Workbench) async throws -> [Figure] {
        let run = LabRun("\(bench.scenarios)/leak-per-event.yaml", in: bench)
        let result = try await run.run(name: "fidelity", within: Self.limit)
        let variant = try Self.variant("per-event", of: result)
        guard let tasks = variant.tasks.perEvent?.estimate, let heap = variant.heap.bytesPerEvent?.estimate,
            let resident = variant.rss.bytesPerEvent?.estimate
        else {
            throw LabError(
                "per-event: the run has no estimates: \(result.invalidBecause.joined(separator: "; "))"
            )
        }
        return [
            .within(0.9995...1.0005, "per-event: tasks/event", tasks, detail: Self.original("tasks/event")) {
                decimal($0, places: 4)
            },
            .within(
                20_000...22_528,
                "per-event: live heap/event",
                heap,
                detail: Self.original("heap/event"),
                text: Self.kilobytes
            ),
            .within(
                4_000...12_288,
                "per-event: resident/event",
                resident,
                detail: Self.original("RSS/event"),
                text: Self.kilobytes
            ),
        ]
    }

    private static func kilobytes(_ bytes: Double) -> String { "\(decimal(bytes / 1_000, places: 2)) kB" }

    private static func original(_ label: String) -> String {
        let figures = IncidentLibrary.named(incident)?.originalFigures ?? []
        return figures.first { $0.label == label }.map { "the original: \($0.value)" } ?? ""
    }

    // MARK: - The fixes

    private func fixes(in bench: Workbench) async throws -> [Figure] {
        let run = LabRun("\(bench.scenarios)/two-loads.yaml", in: bench)
        let result = try await run.run(name: "fidelity", within: Self.limit)
        let samples = try await run.export(result.run)
        var figures: [Figure] = []
        for fix in ["per-event-stopped", "singleton"] {
            figures += try Self.figures(of: try Self.variant(fix, of: result), samples)
        }
        return figures
    }

    private static func figures(of variant: VariantResult, _ samples: String) throws -> [Figure] {
        let pod = "\(variant.name)-0"
        guard let tasks = variant.tasks.perEvent?.estimate,
            let kept = KeptBetweenRests(
                processed: LabRun.series(of: .processed, pod: pod, in: samples),
                heap: LabRun.series(of: .heap, pod: pod, in: samples)
            )
        else { throw LabError("\(variant.name): the run shows no two rests") }
        guard kept.events >= fewestEvents else {
            throw LabError(
                "\(variant.name): \(kept.events) events between the rests, \(fewestEvents) are needed"
            )
        }
        return [
            .within(-0.0005...0.0005, "\(variant.name): tasks/event", tasks) { decimal($0, places: 4) },
            .atMost(
                1,
                "\(variant.name): live heap/event between two rests",
                kept.bytesPerEvent,
                detail: "\(ByteCount.describe(kept.before)) and \(ByteCount.describe(kept.after)) after "
                    + "\(grouped(Int(kept.events))) events more"
            ) { "\(decimal($0, places: 3)) B" },
        ]
    }

    private static func variant(_ name: String, of result: RunResult) throws(LabError) -> VariantResult {
        guard let variant = result.variants.first(where: { $0.name == name }) else {
            throw LabError("the run has no variant “\(name)”")
        }
        return variant
    }
}

/// A pod's live heap at two times at which it had handled all there was: between two loads, and after the second.
struct KeptBetweenRests: Hashable, Sendable {
    /// Bytes in the first rest and in the second.
    var before: Double
    var after: Double
    /// Handled between the two.
    var events: Double

    var bytesPerEvent: Double { (after - before) / events }

    /// A rest counts from one second after its last event, when offsets are committed and queues are empty, for two
    /// seconds: a pod that ends soon after is still whole then.
    private static let window = Int64(1_000_000_000)...Int64(3_000_000_000)

    /// - Returns: `nil` if the series show no rest between loads, or no reading of the heap in one.
    init?(processed: Series, heap: Series) {
        var rests: [Rest] = []
        var last = Rest(start: 0, end: 0, count: 0)
        for (time, count) in zip(processed.times, processed.values) {
            if count != last.count {
                if last.count > 0 { rests.append(last) }
                last = Rest(start: time, end: time, count: count)
            }
            last.end = time
        }
        guard let first = rests.max(by: { $0.end - $0.start < $1.end - $1.start }),
            let before = Self.heap(heap, in: first), let after = Self.heap(heap, in: last)
        else { return nil }
        self.before = before
        self.after = after
        events = last.count - first.count
    }

    private struct Rest {
        var start: Int64
        var end: Int64
        var count: Double
    }

    private static func heap(_ heap: Series, in rest: Rest) -> Double? {
        let readings = zip(heap.times, heap.values).filter { time, _ in
            window.contains(time - rest.start) && time <= rest.end
        }
        return readings.isEmpty ? nil : median(readings.map(\.1))
    }
}
