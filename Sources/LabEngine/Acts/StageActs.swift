import LabAnalysis
import LabCluster
import LabCore
import LabIncidents
import LabRecording
import LabScenario
import LabTelemetry
import Synchronization

/// Does what is asked of a stage while it goes on, one act after another, and records each with its time.
struct StageActs: Sendable {
    let stage: StageRun
    let recorder: StageRecorder
    let recording: RunRecorder
    let world: StageWorld
    let steering: LoadSteering
    let clock: RunClock
    /// One change of the agenda at a time.
    private let turn = ActTurn()

    init(
        stage: StageRun,
        recorder: StageRecorder,
        recording: RunRecorder,
        world: StageWorld,
        steering: LoadSteering,
        clock: RunClock
    ) {
        self.stage = stage
        self.recorder = recorder
        self.recording = recording
        self.world = world
        self.steering = steering
        self.clock = clock
    }

    /// So much later than the lab decides on it a change of the load begins, wall time: the producer looks for one every five
    /// milliseconds.
    private static let lead = Duration.milliseconds(40)
    /// Within which an act has taken effect, or the answer says that it has not yet.
    private static let effectLimit = Duration.seconds(1)

    private var agenda: RunAgenda { stage.agenda }
    private var checks: ActChecks { ActChecks(stage: stage, recorder: recorder) }

    /// Runs `body` while acts are done.
    func beside(_ body: @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            let requests = stage.desk.open()
            defer { stage.desk.close() }
            group.addTask { await self.serve(requests) }
            group.addTask { await self.prolongPauses() }
            defer { group.cancelAll() }
            try await body()
        }
    }

    private func serve(_ requests: AsyncStream<ActDesk.Request>) async {
        await withTaskGroup(of: Void.self) { group in
            for await request in requests {
                do throws(LabError) {
                    let act = try read(request)
                    if case .profile(let pod) = act {
                        // Nobody else has to wait for it.
                        group.addTask {
                            await self.answer(request) { () async throws(LabError) in
                                try await self.profile(pod, request)
                            }
                        }
                    } else {
                        let effect = try turn.take { latest throws(LabError) in
                            try begin(act, request, after: &latest)
                        }
                        group.addTask { await self.answer(request) { await self.finish(effect, request) } }
                    }
                } catch {
                    refuse(request, error)
                }
            }
        }
    }

    private func answer(
        _ request: ActDesk.Request,
        _ body: () async throws(LabError) -> ActDone
    ) async {
        do throws(LabError) {
            stage.desk.answer(request, .success(try await body()))
        } catch {
            refuse(request, error)
        }
    }

    private func refuse(_ request: ActDesk.Request, _ error: LabError) {
        recorder.note(
            "ActRefused",
            of: "run",
            "\(request.words.joined(separator: " ")): \(error.description)",
            isWarning: true
        )
        stage.desk.answer(request, .failure(error))
    }

    private func read(_ request: ActDesk.Request) throws(LabError) -> RunAct {
        let scenario = stage.plan.scenario
        let entry = scenario.incident.flatMap { IncidentCatalogue.library[name: $0] }
        let act = try RunAct(request.words, in: scenario, entry)
        try checks.check(act)
        return act
    }

    /// Twice a second: a pause has no end before somebody ends it.
    private func prolongPauses() async {
        while !Task.isCancelled {
            turn.take { _ in prolongPause() }
            try? await Task.sleep(for: .milliseconds(500))
        }
    }

    private func prolongPause() {
        guard let prolonged = agenda.prolongPause(at: .nanoseconds(clock.now)) else { return }
        do throws(LabError) {
            _ = try steering.hand(over: prolonged.profile)
        } catch {
            stage.faults.report(error.description)
        }
        revise(to: prolonged)
    }

    // MARK: - One act

    /// What was begun, and when it has taken effect.
    private struct Effect: Sendable {
        let act: RunAct
        let change: Agenda.Change
        let number: Int
        /// Of the schedule that the producer has got.
        var schedule: Int?
    }

    private func begin(
        _ act: RunAct,
        _ request: ActDesk.Request,
        after latest: inout Duration
    ) throws(LabError) -> Effect {
        let now = Duration.nanoseconds(max(0, clock.now))
        var next = agenda.current
        let moment = max(latest, next.moment(atWall: now + (act.changesLoad ? Self.lead : .zero)))
        if act.changesLoad, next.profile.due(at: now) >= next.profile.totalEvents {
            throw .act("all events of the load are sent", hint: "“stop” ends the run at once.")
        }
        let change = try next.take(act, at: moment)
        try checks.check(next, act, change, at: moment)
        var effect = Effect(act: act, change: change, number: next.actCount)
        if act.changesLoad { effect.schedule = try steering.hand(over: next.profile) }
        latest = moment
        // Nothing may be recorded of a segment before the recording knows it.
        revise(to: next)
        agenda.replace(by: next)
        if case .world = act { world.refresh(clock, recorder) }
        let words = request.words.joined(separator: " ")
        recorder.note("Act", of: object(of: change), "\(next.actCount): \(words)")
        return effect
    }

    private func object(of change: Agenda.Change) -> String {
        guard change.variants.count == 1 else { return "run" }
        return "variant/\(stage.plan.variants[change.variants[0]].name)"
    }

    /// Waits until it has taken effect, and records it.
    private func finish(_ effect: Effect, _ request: ActDesk.Request) async -> ActDone {
        let isDone = await stage.stop.wait(atMost: Self.effectLimit, every: .milliseconds(2)) {
            Task.isCancelled || hasTakenEffect(effect)
        }
        let milliseconds = Double((MonotonicClock.nanoseconds - request.sentAt) / 1_000) / 1_000
        let act = RecordedAct(
            number: effect.number,
            at: effect.change.moment.inSeconds,
            act: request.words.joined(separator: " "),
            variants: effect.change.variants.map { stage.plan.variants[$0].name },
            opens: effect.change.opens,
            afterMilliseconds: milliseconds
        )
        recording.revise { header in
            header.acts = (header.acts + [act]).sorted { $0.number < $1.number }
        }
        return ActDone(
            done: isDone ? "Done." : waits(effect),
            number: effect.number,
            afterMilliseconds: milliseconds
        )
    }

    private func hasTakenEffect(_ effect: Effect) -> Bool {
        if let schedule = effect.schedule {
            let moment = stage.plan.scenario.timeScale.wall(effect.change.moment)
            guard clock.now >= moment.inNanoseconds, steering.isFollowed(schedule) else { return false }
        }
        return effect.change.variants.allSatisfy { index in
            recorder.segmentName(of: stage.plan.variants[index]) == effect.change.opens
        }
    }

    private func waits(_ effect: Effect) -> String {
        effect.change.variants.isEmpty
            ? "It was handed to the producer, which has not taken it up yet: this machine is busy."
            : "It begins when the change of pods that is under way is over."
    }

    /// The recording learns of the phases and the segments.
    private func revise(to next: Agenda) {
        let revised = stage.plan.scenario.following(next)
        let plan = RunPlan(id: stage.plan.id, scenario: revised)
        recording.revise { header in
            header.phases = plan.phaseHeaders
            for variant in plan.variants {
                guard let place = header.variants.firstIndex(where: { $0.name == variant.name }) else {
                    continue
                }
                let new = variant.header(in: revised)
                header.variants[place].segments = new.segments
                header.variants[place].predictions = new.predictions
            }
        }
    }

    // MARK: - Profiles

    private func profile(_ pod: String?, _ request: ActDesk.Request) async throws(LabError) -> ActDone {
        let taken = try await StageProfiles(stage: stage, recorder: recorder).take(of: pod)
        let milliseconds = Double((taken.at - min(taken.at, request.sentAt)) / 1_000) / 1_000
        recorder.note("Profiled", of: "run", taken.pods.joined(separator: ", "))
        return ActDone(done: taken.words, afterMilliseconds: milliseconds)
    }
}

/// Lets one after another change what is planned; each knows the moment of the act before.
private final class ActTurn: Sendable {
    private let latest = Mutex(Duration.zero)

    func take<Result: Sendable, Failure: Error>(
        _ body: (inout Duration) throws(Failure) -> sending Result
    ) throws(Failure) -> Result {
        try latest.withLock { (latest) throws(Failure) in try body(&latest) }
    }
}
