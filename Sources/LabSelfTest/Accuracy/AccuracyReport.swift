import LabAnalysis
package import LabCore

/// What a measurement of the verdict's accuracy found.
package struct AccuracyReport: Sendable, Hashable {
    package let rows: [AccuracyRow]
    /// Runs that did not come out as they should.
    package let unexpected: [AccuracyRecord]
    /// Of this measurement, without the results that were there already.
    package let wallSeconds: Double
    package let isInterrupted: Bool

    package init(
        subjects: [AccuracySubject],
        records: [AccuracyRecord],
        wallSeconds: Double,
        isInterrupted: Bool
    ) {
        let sorted = subjects.map { subject in
            let own = records.filter { $0.isOf(subject) && $0.seed <= UInt64(subject.runs) }
            return (subject: subject, records: own.sorted { $0.seed < $1.seed })
        }
        rows = sorted.map { AccuracyRow($0.subject, $0.records) }
        unexpected = sorted.flatMap { part in
            part.records.filter { !part.subject.study.isAsExpected($0) }
        }
        self.wallSeconds = wallSeconds
        self.isInterrupted = isInterrupted
    }

    package var exitStatus: ExitStatus {
        if isInterrupted { return .interrupted }
        return rows.allSatisfy(\.isMet) ? .success : .expectationsNotMet
    }
}

/// The results of one study.
package struct AccuracyRow: Sendable, Hashable, Codable {
    /// How far estimates were from what was injected, as shares of it.
    package struct Errors: Sendable, Hashable, Codable {
        /// With its sign.
        package var median: Double
        /// The largest, without sign.
        package var worst: Double
        package var runs: Int

        /// - Returns: `nil` without any.
        init?(_ errors: [Double]) {
            guard let middle = LabAnalysis.median(errors), let worst = errors.map(abs).max() else {
                return nil
            }
            (median, self.worst, runs) = (middle, worst, errors.count)
        }
    }

    /// After how many seconds of load verdicts stood.
    package struct Times: Sendable, Hashable, Codable {
        package var median: Double
        package var longest: Double
        package var runs: Int

        /// - Returns: `nil` without any.
        init?(_ seconds: [Double]) {
            guard let middle = LabAnalysis.median(seconds), let longest = seconds.max() else { return nil }
            (median, self.longest, runs) = (middle, longest, seconds.count)
        }
    }

    package var study: String
    package var summary: String
    package var wanted: String
    /// Bytes that an event of the suspect kept, as the allocator counts them: the median over runs.
    @NullCoded package var injectedBytesPerEvent: Double?
    package var injectedTasksPerEvent: Double
    /// Suspects that were called leaking.
    package var leaking: Tally
    /// Of these, because of their tasks.
    package var byTasks: Tally
    package var controlsLeaking: Tally
    /// Runs that were invalid or came to no result, or whose suspect was `inconclusive`.
    package var noVerdict: Tally
    @NullCoded package var heap: Errors?
    @NullCoded package var rss: Errors?
    @NullCoded package var tasks: Errors?
    /// Pairs of neighbouring runs that a comparison calls the same; none of none where nothing is compared.
    package var same: Tally
    /// The smallest leak that the runs could have seen, bytes per event: the median over runs.
    @NullCoded package var smallestDetectableBytesPerEvent: Double?
    /// Suspects that were called bounded though something was injected.
    package var missed: Tally
    /// Of studies whose runs go on until they are decided.
    @NullCoded package var decided: Times?
    @NullCoded package var controlsDecided: Times?
    package var isComplete: Bool
    package var isMet: Bool

    init(_ subject: AccuracySubject, _ records: [AccuracyRecord]) {
        let study = subject.study
        let suspects = records.compactMap(\.suspect)
        let found = suspects.filter { $0.verdict == .leaking }
        let tasks = found.filter { !AccuracyRecord.Variant.signsOfTasks.isDisjoint(with: $0.leaking) }
        let controls = records.compactMap(\.control)
        let compared = study.compares ? Self.outcomes(of: records) : []
        self.study = study.name
        summary = study.summary
        wanted = study.demand.text + (study.compares ? ", same ≥ 99 %" : "")
        injectedBytesPerEvent = median(suspects.compactMap(\.injectedBytesPerEvent))
        injectedTasksPerEvent = study.tasksPerEvent
        leaking = Tally(found.count, of: records.count)
        byTasks = Tally(tasks.count, of: records.count)
        controlsLeaking = Tally(controls.count { $0.verdict == .leaking }, of: records.count)
        let decided = suspects.count { $0.verdict != .inconclusive }
        noVerdict = Tally(records.count - decided, of: records.count)
        heap = Errors(suspects.compactMap { $0.error(of: $0.heapBytesPerEvent) })
        rss = Errors(suspects.compactMap { $0.error(of: $0.rssBytesPerEvent) })
        self.tasks =
            study.tasksPerEvent > 0
            ? Errors(suspects.compactMap { $0.tasksPerEvent.map { $0 / study.tasksPerEvent - 1 } }) : nil
        same = Tally(compared.count { $0 == .same }, of: compared.count)
        smallestDetectableBytesPerEvent = median(suspects.compactMap(\.smallestDetectableBytesPerEvent))
        missed = Tally(
            study.demand.isOfLeak ? suspects.count { $0.verdict == .bounded } : 0,
            of: records.count
        )
        self.decided = Times(suspects.compactMap(\.decidedAfterSeconds))
        controlsDecided = Times(controls.compactMap(\.decidedAfterSeconds))
        isComplete = records.count == subject.runs
        isMet = false
        isMet = isComplete && controlsLeaking.count == 0 && meets(study)
    }

    private func meets(_ study: AccuracyStudy) -> Bool {
        let share = leaking.of > 0 ? Double(leaking.count) / Double(leaking.of) : 0
        return switch study.demand {
        case .falseAlarms(let most):
            share <= most && byTasks.count == 0
                && (same.of == 0 || Double(same.count) >= 0.99 * Double(same.of))
        case .found(let least):
            share >= least && abs(heap?.median ?? 0) <= AccuracyStudy.largestHeapError
                && (!study.showsInRSS || abs(rss?.median ?? 0) <= AccuracyStudy.largestRSSError)
        case .decided(let suspects, let controls):
            missed.count == 0 && 2 * (decided?.runs ?? 0) > leaking.of
                && (decided?.median ?? .infinity) <= suspects
                && 2 * (controlsDecided?.runs ?? 0) > leaking.of
                && (controlsDecided?.median ?? .infinity) <= controls
        }
    }

    /// Of the first run with the second, the third with the fourth, and so on: so no run counts twice.
    private static func outcomes(of records: [AccuracyRecord]) -> [ComparisonOutcome] {
        let measures = records.filter { $0.problem == nil }.compactMap(\.measures)
        return stride(from: 0, to: measures.count - 1, by: 2).compactMap { index in
            let (left, right) = (measures[index], measures[index + 1])
            let plan = try? ComparisonPlan(
                base: .init(left, variant: nil, place: left.run),
                candidate: .init(right, variant: nil, place: right.run)
            )
            return plan.map { RunComparison().result(base: left, candidate: right, plan: $0).outcome }
        }
    }
}

extension AccuracyStudy {
    /// Of an estimate of live heap, as a share of what was injected; of RSS.
    static let largestHeapError = 0.05
    static let largestRSSError = 0.10

    /// The verdict on the suspect is right, and that on the control.
    package func isAsExpected(_ record: AccuracyRecord) -> Bool {
        guard let suspect = record.suspect, record.control?.verdict != .leaking else { return false }
        return switch demand {
        case .falseAlarms: suspect.verdict == .bounded
        case .found, .decided: suspect.verdict == .leaking
        }
    }
}

extension AccuracyStudy.Demand {
    var isOfLeak: Bool {
        if case .falseAlarms = self { false } else { true }
    }

    var text: String {
        switch self {
        case .decided(let suspects, let controls):
            "none wrong, decided ≤ \(decimal(suspects, places: 0)) s, controls ≤ \(decimal(controls, places: 0)) s"
        case .falseAlarms(let most): "leaking ≤ \(percent(most)), none by tasks"
        case .found(let least): "leaking ≥ \(percent(least))"
        }
    }
}

extension AccuracyRecord.Variant {
    /// As a share of what was injected; `nil` where nothing was, or nothing is known.
    fileprivate func error(of estimate: Double?) -> Double? {
        guard let estimate, let injected = injectedBytesPerEvent, injected > 0 else { return nil }
        return estimate / injected - 1
    }
}
