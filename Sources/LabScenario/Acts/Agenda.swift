package import LabCore

/// What a run does when: the phases of its load and the steps of its variants, as they are planned and as acts have
/// changed them.
///
/// A value without a clock: the same acts at the same moments give the same agenda, so that a run can be played again.
/// All times are incident time since the first event was due.
package struct Agenda: Hashable, Sendable {
    /// What an act has changed.
    package struct Change: Hashable, Sendable {
        /// When it takes effect: whole milliseconds.
        package let moment: Duration
        /// The step or the phase that begins then; `nil` if none does.
        package let opens: String?
        /// By number, those whose pods it changes.
        package let variants: [Int]
    }

    /// A part of the load, and which of the scenario's phases it is a part of.
    private struct Stretch: Hashable, Sendable {
        var phase: LoadPhase
        let origin: Int
    }

    private let scenario: Scenario
    private var stretches: [Stretch]
    /// Of each variant.
    private var steps: [[ScenarioStep]]
    /// The stretch in which the load waits for somebody to let it go on.
    private var pauseIndex: Int?
    /// The load on the wall clock.
    package private(set) var profile: LoadProfile
    /// That were done so far, those left out that change nothing planned.
    package private(set) var actCount = 0

    /// By how much a pause that nobody has ended is known beforehand, wall time.
    package static let pauseAhead = Duration.seconds(10)

    /// As the scenario has it.
    package init(_ scenario: Scenario) {
        self.scenario = scenario
        stretches = scenario.workload.phases.enumerated().map { Stretch(phase: $1, origin: $0) }
        steps = scenario.variants.map(\.steps)
        profile = scenario.profile
    }

    /// In incident time; names are unique.
    package var phases: [LoadPhase] { stretches.map(\.phase) }

    /// Of each phase, the number of the scenario's phase that it is a part of.
    package var origins: [Int] { stretches.map(\.origin) }

    package var timeScale: TimeScale { scenario.timeScale }

    package var isPaused: Bool { pauseIndex != nil }

    package func steps(ofVariant index: Int) -> [ScenarioStep] { steps[index] }

    /// From step to step, how the pods of a variant are to run.
    package func segments(ofVariant index: Int) -> [VariantSegment] {
        scenario.variants[index].segments(with: steps[index])
    }

    /// The phase at a moment; `nil` after the last one.
    package func phase(at moment: Duration) -> LoadPhase? {
        place(of: moment).map { stretches[$0.index].phase }
    }

    /// The millisecond that an instant of the wall clock since the run's zero lies in.
    package func moment(atWall time: Duration) -> Duration {
        .milliseconds(max(0, scenario.timeScale.incident(time).inNanoseconds / 1_000_000))
    }

    // MARK: - Acts

    /// Changes what is planned from a moment on.
    ///
    /// - Parameters:
    ///   - act: what is asked for; ``RunAct/profile(pod:)`` and ``RunAct/stop`` change nothing planned.
    ///   - moment: not before that of the act before.
    /// - Returns: what has changed.
    /// - Throws: ``LabError`` if it cannot be done; nothing has changed then.
    package mutating func take(_ act: RunAct, at moment: Duration) throws(LabError) -> Change {
        var next = self
        next.actCount += 1
        let change = try next.apply(act, moment)
        if next.stretches != stretches {
            let phases = next.phases.map { $0.scaled(by: scenario.timeScale) }
            guard let profile = LoadProfile(checking: phases) else {
                throw .act("the load would have more events than can be counted", hint: "Ask for less.")
            }
            next.profile = profile
        }
        self = next
        return change
    }

    /// Lets a pause go on that nobody has ended.
    /// - Returns: whether anything has changed.
    package mutating func prolongPause(at moment: Duration) -> Bool {
        let ahead = scenario.timeScale.incident(Self.pauseAhead)
        guard let index = pauseIndex, end(of: index) < moment + ahead / 2 else { return false }
        var next = self
        let more = Duration.milliseconds(ahead.inNanoseconds / 1_000_000 + 1)
        next.shiftSteps(after: end(of: index), by: more)
        next.stretches[index].phase.duration += more
        guard let profile = LoadProfile(checking: next.phases.map { $0.scaled(by: scenario.timeScale) })
        else { return false }
        next.profile = profile
        self = next
        return true
    }

    private mutating func apply(_ act: RunAct, _ moment: Duration) throws(LabError) -> Change {
        let name = "act-\(actCount)"
        switch act {
        case .rate(let rate): return try setLoad(name, moment) { $0.steady(at: rate) }
        case .multiply(let factor):
            return try setLoad(name, moment) { $0.map { $0.multiplied(by: factor) } }
        case .world(let variable, let condition): return try set(variable, condition, name, moment)
        case .next: return try skip(moment)
        case .pause: return try pause(name, moment)
        case .resume: return try resume(moment)
        case .memory(let limit, let variant):
            return try step(variant, name, moment) { segment in
                segment.memory == limit
                    ? nil : ScenarioStep(name: name, at: moment, memory: .init(limit: limit))
            }
        case .scale(let pods, let variant):
            try checkSharing(pods, variant)
            return try step(variant, name, moment) { segment in
                segment.replicas == pods ? nil : ScenarioStep(name: name, at: moment, scale: pods)
            }
        case .handler(let handler, let variant):
            return try step(variant, name, moment) { segment in
                segment.handler == handler ? nil : ScenarioStep(name: name, at: moment, handler: handler)
            }
        case .profile, .stop: return Change(moment: moment, opens: nil, variants: [])
        }
    }
}

// MARK: - Pods

extension Agenda {
    private mutating func step(
        _ variant: String?,
        _ name: String,
        _ moment: Duration,
        _ make: (VariantSegment) -> ScenarioStep?
    ) throws(LabError) -> Change {
        guard place(of: moment) != nil else { throw Self.isOver }
        var (changed, opens) = ([Int](), name)
        for index in scenario.variants.indices {
            guard variant == nil || scenario.variants[index].name == variant else { continue }
            let past = steps[index].prefix { $0.at <= moment }
            let segments = segments(ofVariant: index)
            guard let step = make(segments[past.count]) else { continue }
            let names = Set(steps[index].map(\.name))
            let free = Self.free(name, among: names.union([VariantSegment.firstName]))
            // Steps of one variant have different times.
            let at = max(moment, past.last.map { $0.at + .milliseconds(1) } ?? .milliseconds(1))
            steps[index].insert(step.called(free, at: at), at: past.count)
            opens = free
            changed.append(index)
        }
        guard !changed.isEmpty else {
            throw .act("\(variant.map(quoted) ?? "every variant") is so already")
        }
        return Change(moment: moment, opens: opens, variants: changed)
    }

    private func checkSharing(_ pods: Int, _ variant: String?) throws(LabError) {
        let isStatic = scenario.variants.contains {
            (variant == nil || $0.name == variant) && $0.command == nil && $0.pods.assignment == .static
        }
        let partitions = scenario.workload.partitions
        guard isStatic, !partitions.isMultiple(of: pods) else { return }
        throw .act(
            ScenarioReader.unevenSharing(Int64(pods), Int64(partitions)),
            hint: "With static assignment the pods of a variant are a divisor of \(partitions)."
        )
    }

    private static func free(_ name: String, among taken: Set<String>) -> String {
        guard taken.contains(name) else { return name }
        return (2...).lazy.map { "\(name)-\($0)" }.first { !taken.contains($0) } ?? name
    }

    private mutating func shiftSteps(after moment: Duration, by shift: Duration) {
        for index in steps.indices {
            steps[index] = steps[index].map { $0.at > moment ? $0.called($0.name, at: $0.at + shift) : $0 }
        }
    }
}

// MARK: - Load

extension Agenda {
    private static let isOver = LabError.act("the load is over", hint: "“stop” ends the run at once.")

    private func place(of moment: Duration) -> (index: Int, start: Duration)? {
        var start = Duration.zero
        for index in stretches.indices {
            let end = start + stretches[index].phase.duration
            if moment < end { return (index, start) }
            start = end
        }
        return nil
    }

    private func end(of index: Int) -> Duration {
        stretches[...index].reduce(.zero) { $0 + $1.phase.duration }
    }

    /// The stretch that begins at a moment, cut off from what is before it.
    private mutating func split(at moment: Duration) throws(LabError) -> Int {
        guard let (index, start) = place(of: moment) else { throw Self.isOver }
        guard moment > start else { return index }
        let (origin, phase) = (stretches[index].origin, stretches[index].phase)
        let (before, after) = try phase.split(after: moment - start)
        stretches[index].phase = before
        var taken = Set(stretches.map(\.phase.name))
        let base = scenario.workload.phases[origin].name.prefix(30)
        for (offset, piece) in after.enumerated() {
            var piece = piece
            piece.name = Self.free("\(base)-2", among: taken)
            taken.insert(piece.name)
            stretches.insert(Stretch(phase: piece, origin: origin), at: index + 1 + offset)
        }
        if let pause = pauseIndex, pause >= index { pauseIndex = pause + after.count }
        return index + 1
    }

    /// How many stretches from this one on are parts of the same phase of the scenario.
    private func count(from index: Int) -> Int {
        stretches[index...].prefix { $0.origin == stretches[index].origin }.count
    }

    /// Replaces the rest of the present phase.
    private mutating func setLoad(
        _ name: String,
        _ moment: Duration,
        _ change: ([LoadPhase]) -> [LoadPhase]
    ) throws(LabError) -> Change {
        try checkNotPaused()
        let index = try split(at: moment)
        let rest = index..<(index + count(from: index))
        let origin = stretches[index].origin
        let changed = change(stretches[rest].map(\.phase))
        stretches.replaceSubrange(rest, with: changed.map { Stretch(phase: $0, origin: origin) })
        return Change(moment: moment, opens: rename(index, name), variants: [])
    }

    private mutating func set(
        _ variable: String,
        _ condition: WorldCondition,
        _ name: String,
        _ moment: Duration
    ) throws(LabError) -> Change {
        let index = try split(at: moment)
        let value: WorldCondition? = condition == .normal ? nil : condition
        guard stretches[index].phase.world[variable] != value else {
            throw .act("\(variable) is \(condition.text) already")
        }
        for place in index..<(index + count(from: index)) { stretches[place].phase.world[variable] = value }
        return Change(moment: moment, opens: rename(index, name), variants: [])
    }

    private mutating func pause(_ name: String, _ moment: Duration) throws(LabError) -> Change {
        try checkNotPaused()
        let index = try split(at: moment)
        let ahead = scenario.timeScale.incident(Self.pauseAhead)
        let length = Duration.milliseconds(ahead.inNanoseconds / 1_000_000 + 1)
        let taken = Set(stretches.map(\.phase.name))
        let phase = LoadPhase(
            name: Self.free(name, among: taken),
            duration: length,
            shape: .constant(.zero),
            world: stretches[index].phase.world
        )
        stretches.insert(Stretch(phase: phase, origin: stretches[index].origin), at: index)
        pauseIndex = index
        shiftSteps(after: moment, by: length)
        return Change(moment: moment, opens: phase.name, variants: [])
    }

    private mutating func resume(_ moment: Duration) throws(LabError) -> Change {
        guard let index = pauseIndex else { throw .act("the load is not paused") }
        pauseIndex = nil
        let length = stretches[index].phase.duration
        let left = end(of: index) - moment
        // Who asks so late that the pause is over finds the load going on.
        guard left > .zero else { return Change(moment: moment, opens: nil, variants: []) }
        let lasted = max(.milliseconds(1), length - left)
        stretches[index].phase.duration = lasted
        shiftSteps(after: moment, by: lasted - length)
        let following = index + 1
        return Change(
            moment: moment,
            opens: stretches.indices.contains(following) ? stretches[following].phase.name : nil,
            variants: []
        )
    }

    /// Leaves out what lies between the moment and what is planned next.
    private mutating func skip(_ moment: Duration) throws(LabError) -> Change {
        try checkNotPaused()
        guard let (index, _) = place(of: moment) else { throw Self.isOver }
        let nextPhase = index + count(from: index)
        let phaseStart = nextPhase < stretches.count ? end(of: nextPhase - 1) : nil
        let coming = steps.indices.flatMap { variant in
            steps[variant].filter { $0.at > moment }.prefix(1).map { (variant: variant, step: $0) }
        }
        guard let target = (coming.map(\.step.at) + [phaseStart].compactMap(\.self)).min() else {
            throw .act(
                "nothing is planned after this phase but the end of the load",
                hint: "“stop” ends the run at once."
            )
        }
        let stepping = coming.filter { $0.step.at == target }
        let opens = stepping.first?.step.name ?? stretches[nextPhase].phase.name
        var left = target - moment
        let first = try split(at: moment)
        while left > .zero {
            let duration = stretches[first].phase.duration
            if duration <= left {
                stretches.remove(at: first)
                left -= duration
            } else {
                let (_, after) = try stretches[first].phase.split(after: left)
                let origin = stretches[first].origin
                let rest = after.map { Stretch(phase: $0, origin: origin) }
                stretches.replaceSubrange(first...first, with: rest)
                nameApart(first..<(first + rest.count))
                left = .zero
            }
        }
        shiftSteps(after: moment, by: moment - target)
        for (variant, _) in stepping { separateSteps(ofVariant: variant) }
        return Change(moment: moment, opens: opens, variants: stepping.map(\.variant))
    }

    private func checkNotPaused() throws(LabError) {
        guard pauseIndex == nil else {
            throw .act("the load is paused", hint: "“resume” lets it go on first.")
        }
    }

    /// - Returns: the name that it has got.
    private mutating func rename(_ index: Int, _ name: String) -> String {
        let taken = Set(stretches.map(\.phase.name))
        stretches[index].phase.name = Self.free(name, among: taken)
        return stretches[index].phase.name
    }

    /// Gives the pieces of one phase names of their own.
    private mutating func nameApart(_ pieces: Range<Int>) {
        for index in pieces.dropFirst() { _ = rename(index, stretches[index].phase.name + "-2") }
    }

    /// A step that was brought forward comes after the one that was there.
    private mutating func separateSteps(ofVariant variant: Int) {
        for index in steps[variant].indices.dropFirst()
        where steps[variant][index].at <= steps[variant][index - 1].at {
            let step = steps[variant][index]
            let at = steps[variant][index - 1].at + .milliseconds(1)
            steps[variant][index] = step.called(step.name, at: at)
        }
    }
}

extension [LoadPhase] {
    /// One phase in the place of all, with the world that there is in the first.
    fileprivate func steady(at rate: EventRate) -> [LoadPhase] {
        guard let first else { return [] }
        return [
            LoadPhase(
                name: first.name,
                duration: reduce(.zero) { $0 + $1.duration },
                shape: .constant(rate),
                world: first.world
            )
        ]
    }
}

extension ScenarioStep {
    fileprivate func called(_ name: String, at time: Duration) -> ScenarioStep {
        ScenarioStep(
            name: name,
            at: time,
            scale: scale,
            memory: memory,
            handler: handler,
            command: command
        )
    }
}
