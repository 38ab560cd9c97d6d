import LabAnalysis
import LabCluster
package import LabCore
package import LabEngine
import LabScenario

/// Measures what a scenario's variants cost and sustain: one variant at a time, each measurement a run in processes of its own.
package struct Bench: Sendable {
    private let plan: BenchPlan
    private let series: RunSeries
    private let arguments: [String]
    private let properties: [LabelledValue]
    private let results: BenchResults?

    /// - Parameters:
    ///   - plan: what to measure.
    ///   - series: how the runs are made.
    ///   - arguments: for `leaklab run`: which broker, how memory is limited.
    ///   - properties: for every Kafka client of the runs, handed over in a file that nobody else may read.
    ///   - results: where measurements are noted; those that stand there are not made again.
    package init(
        _ plan: BenchPlan,
        series: RunSeries,
        arguments: [String] = [],
        properties: [LabelledValue] = [],
        results: BenchResults?
    ) {
        self.properties = properties
        self.plan = plan
        self.series = series
        self.arguments = arguments
        self.results = results
    }

    /// Measures what is not in the results yet; `stop` ends everything early.
    ///
    /// - Returns: all there is; after a stop what there is by then.
    /// - Throws: ``LabError`` if no process can be started, a run is refused, or the results cannot be written.
    package func run(stop: StopSwitch) async throws -> BenchResult {
        let books = try await series.open { workshop in
            let arguments = try arguments + handOver(in: workshop.scratch)
            return try await Bench(plan, series: series, arguments: arguments, results: results)
                .measureAll(workshop.child, stop)
        }
        return BenchSummary(plan, books, isInterrupted: stop.reason != nil).result
    }

    /// Writes the properties down for the runs.
    /// - Returns: the arguments that name the file; none where there are no properties.
    func handOver(in scratch: Scratch) throws(LabError) -> [String] {
        guard !properties.isEmpty else { return [] }
        let path = scratch.file("kafka.properties")
        let text = PropertiesFile.text(of: properties)
        let error = TextFile.put(text, to: path, creating: true, mode: 0o600)
        guard error == 0 else { throw LabError("\(path): cannot be written: \(SystemError.words(error))") }
        return ["--kafka-properties", path]
    }

    private func measureAll(_ child: RunChild, _ stop: StopSwitch) async throws -> BenchBooks {
        try await withThrowingTaskGroup(of: BenchBooks?.self) { group in
            group.addTask {
                await stop.wait()
                return nil
            }
            group.addTask {
                var books = BenchBooks(plan, results)
                try await fillMatrix(&books, child)
                try await search(&books, child)
                return books
            }
            defer { group.cancelAll() }
            // A stop cancels the measurement; what was measured before comes all the same.
            while let next = try await group.next() {
                if let books = next { return books }
                group.cancelAll()
            }
            throw CancellationError()
        }
    }

    // MARK: - What is measured when

    /// One cell after another, and within a cell the variants in turn: forwards, then backwards, so that a machine that becomes
    /// slower favours none.
    private func fillMatrix(_ books: inout BenchBooks, _ child: RunChild) async throws {
        let total = plan.rates.count * plan.pairs.count * plan.repeats
        announce(total)
        var count = 0
        for repetition in 0..<plan.repeats {
            for (index, rate) in plan.rates.enumerated() {
                for pair in (repetition + index).isMultiple(of: 2) ? plan.pairs : plan.pairs.reversed() {
                    count += 1
                    let head = seriesPlace(count, of: total)
                    guard try await measure(pair, rate, &books, child, head: head) != nil else { return }
                }
            }
        }
    }

    /// One step of every search in turn, in the same manner.
    private func search(_ books: inout BenchBooks, _ child: RunChild) async throws {
        guard let settings = plan.search, !Task.isCancelled else { return }
        books.beginSearches(settings)
        var isBackwards = false
        while true {
            let open = plan.pairs.filter { books.searches[$0]?.next != nil }
            guard !open.isEmpty else { return }
            for pair in isBackwards ? open.reversed() : open {
                guard let rate = books.searches[pair]?.next else { continue }
                guard let outcome = try await measure(pair, rate, &books, child, head: "[search]") else {
                    return
                }
                books.take(outcome, at: rate, of: pair)
                tellEnd(of: pair, books)
            }
            isBackwards.toggle()
        }
    }

    /// - Returns: how it came out; `nil` if it was ended early.
    private func measure(
        _ pair: BenchPair,
        _ rate: Double,
        _ books: inout BenchBooks,
        _ child: RunChild,
        head: String
    ) async throws -> StepOutcome? {
        let step = books.step(of: pair, at: rate)
        let known = books.known(step)
        let meter = BenchMeter(
            plan: plan,
            child: child,
            keepsRuns: series.keepsRuns,
            arguments: arguments
        )
        var made = known
        if made == nil { made = try await meter.measurement(step) }
        guard let measurement = made else { return nil }
        try books.add(measurement, isNew: known == nil)
        let note = known == nil ? "\(decimal(measurement.wallSeconds, places: 0)) s" : "known already"
        series.progress("\(head) \(step.text): \(measurement.figures.text) (\(note))")
        return measurement.figures.outcome
    }

    // MARK: - Progress

    private func announce(_ total: Int) {
        let each = plan.scenario.timeScale.wall(plan.warmUp + plan.duration) + BenchPlan.overhead
        let search = plan.search == nil ? "" : ", then the search for the highest rates"
        series.progress("\(total) measurements of about \(each.text) each: \((each * total).text)\(search)")
    }

    private func tellEnd(of pair: BenchPair, _ books: BenchBooks) {
        guard let search = books.searches[pair], search.next == nil else { return }
        series.progress(
            "[search] \(pair.text): \(search.result.text), after \(search.result.steps) more steps"
        )
    }
}

extension BenchPair {
    /// Such as `per-event ×8`.
    var text: String { variant + (concurrency.map { " ×\($0)" } ?? "") }
}

extension BenchStep {
    fileprivate var text: String {
        "\(BenchPair(variant: variant, concurrency: concurrency).text) at \(RateText.of(perSecond))"
    }
}

extension StepFigures {
    /// Such as `sustained, 13.2 s of CPU per million events, p99 28.1 ms`.
    fileprivate var text: String {
        let cpu = cpuSecondsPerMillionEvents.map { "\(abbreviated($0)) s of CPU per million events" }
        let p99 = p99Millis.map { "p99 \(Duration.seconds($0 / 1_000).text)" }
        return
            ([outcome.text]
            + (outcome == .sustained ? [cpu, p99].compactMap(\.self) : Array(because.prefix(1))))
            .joined(separator: ", ")
    }
}
