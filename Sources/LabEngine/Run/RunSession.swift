import LabAnalysis
import LabCluster
package import LabCore
import LabRecording
package import LabScenario
import LabTelemetry
import Synchronization

/// One run from its broker's start to its stored result.
final class RunSession: Sendable {
    private let plan: RunPlan
    private let request: RunRequest
    private let children: Children
    private let folder: RunFolder
    private let control: MemoryControl
    private let stop: StopSwitch
    private let faults: RunFaults
    private let board: RunBoard
    private let agenda: RunAgenda
    private let desk: ActDesk
    private let began: @Sendable (LiveRun) -> Void
    private let progress: @Sendable (LiveSnapshot) -> Void
    private let recorder = Mutex<RunRecorder?>(nil)
    private let rehearsed = Mutex<RehearsalFigures?>(nil)

    init(
        plan: RunPlan,
        request: RunRequest,
        children: Children,
        folder: RunFolder,
        control: MemoryControl,
        stop: StopSwitch,
        began: @escaping @Sendable (LiveRun) -> Void,
        progress: @escaping @Sendable (LiveSnapshot) -> Void
    ) {
        self.plan = plan
        self.request = request
        self.children = children
        self.folder = folder
        self.control = control
        self.stop = stop
        self.began = began
        self.progress = progress
        faults = RunFaults(stop: stop)
        agenda = RunAgenda(plan.scenario)
        desk = ActDesk(stop: stop)
        board = RunBoard(plan: plan, agenda: agenda, overrides: request.overrides, faults: faults)
    }

    /// Whether the run got so far that there is something to keep.
    var hasRecording: Bool { recorder.withLock { $0 != nil } }

    /// Adds a warning to the timeline; without effect before there is one.
    func note(_ reason: String, of object: String, _ message: String) {
        board.note(reason, of: object, message)
    }

    /// Measures what the handlers cost on this machine, if the run depends on it.
    /// - Throws: ``LabError`` if the machine cannot do the run honestly.
    func rehearse(_ executable: String, _ guardian: Guardian) async throws {
        // What a command costs is not known before it runs.
        guard request.isRehearsed, let scenario = request.scenario.withHandlersOnly,
            Rehearsal.isNeeded(for: scenario)
        else { return }
        let rehearsal = Rehearsal(
            scenario,
            control: control,
            executable: executable,
            scratchRoot: request.scratchRoot
        )
        let figures = try await rehearsal.run(guardian: guardian, stop: stop)
        let refusal = figures.refusal(
            of: scenario,
            on: .present,
            overcommits: request.overcommits
        )
        if let refusal { throw refusal }
        rehearsed.withLock { $0 = figures }
    }

    func run(_ guardian: Guardian) async throws -> Laboratory.Outcome {
        if let servers = request.bootstrapServers {
            try await RunBroker.external(plan, request, servers: servers, folder: folder.path) {
                try await self.conduct(guardian, $0)
            }
        } else {
            try await RunBroker.embedded(
                plan,
                children: children,
                guardian: guardian,
                faults: faults,
                stop: stop
            ) {
                try await self.conduct(guardian, $0)
            }
        }
        guard let recorder = recorder.withLock({ $0 }) else {
            throw faults.failure ?? LabError.stoppedBeforeItBegan
        }
        return try await conclude(recorder)
    }

    private func conduct(_ guardian: Guardian, _ broker: RunBroker) async throws {
        let judge = LiveJudge { self.recorder.withLock { $0 }?.soFar }
        began(
            LiveRun(
                id: plan.id,
                recording: { self.recorder.withLock { $0 }?.soFar },
                judge: judge,
                desk: desk,
                agenda: agenda,
                scenario: plan.scenario,
                profiled: Set(
                    plan.variants.filter {
                        PodAllocation(of: $0.variant, with: children.jemalloc).isProfiled
                    }
                    .map(\.name)
                )
            )
        )
        if request.isWatched { judge.start() }
        defer { judge.stop() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await self.watch(broker, judge) }
            group.addTask { [folder, desk] in await ActMailbox(folder).serve(desk) }
            defer { group.cancelAll() }
            for stage in plan.stages where stop.reason == nil {
                try await StageRun(
                    plan: plan,
                    variants: stage,
                    request: request,
                    broker: broker,
                    children: children,
                    control: control,
                    guardian: guardian,
                    faults: faults,
                    stop: stop,
                    stageBoard: board,
                    judge: judge,
                    commands: CommandPods(logsFolder: folder.logsDirectory),
                    agenda: agenda,
                    desk: desk,
                    folder: folder
                )
                .run { clock in try self.recording(from: clock, broker) }
            }
        }
    }

    /// Four times a second: shows the run, and looks whether the recording still works.
    private func watch(_ broker: RunBroker, _ judge: LiveJudge) async {
        while !Task.isCancelled {
            if let failure = recorder.withLock({ $0?.failure }) { faults.fail(failure) }
            board.notePhase()
            if let snapshot = board.snapshot(broker: broker.description, judged: judge.latest) {
                progress(snapshot)
            }
            try? await Task.sleep(for: .milliseconds(250))
        }
    }

    private func recording(from clock: RunClock, _ broker: RunBroker) throws -> RecordingHandle {
        try recorder.withLock { recorder in
            if let recorder { return RecordingHandle(recorder: recorder) }
            let zero = WallTime.nanoseconds - clock.now
            let rehearsed = rehearsed.withLock { $0 }
            let description = RunDescription(
                plan: plan,
                request: request,
                control: control,
                rehearsed: rehearsed,
                jemalloc: children.jemalloc
            )
            let header = description.header(startedAt: zero, broker: broker.description)
            let made = try request.store.create(
                header,
                in: folder,
                keepingSoFar: request.isWatched || plan.looks != nil
            )
            recorder = made
            return RecordingHandle(recorder: made)
        }
    }

    // MARK: - The end

    private func conclude(_ recorder: RunRecorder) async throws -> Laboratory.Outcome {
        for (variant, ledger) in board.closedLedgers {
            recorder.setLedger(
                ledger.counts,
                partitions: ledger.partitions,
                drain: ledger.drain,
                variant: variant
            )
        }
        recorder.setScheduleDelay(board.scheduleDelay)
        for reason in faults.reasons { recorder.invalidate(because: reason) }
        await recorder.untilWritten()
        let state: RunState =
            faults.failure != nil ? .failed : stop.reason == .interrupted ? .interrupted : .finished
        var recording = try request.store.open(plan.id)
        recording.state = state
        // A recorder that has failed took none of these.
        recording.scheduleDelay = board.scheduleDelay
        recording.invalidBecause += faults.reasons.filter { !recording.invalidBecause.contains($0) }
        for index in recording.variants.indices {
            let name = recording.variants[index].header.name
            guard let ledger = board.closedLedgers[name] else { continue }
            recording.variants[index].ledger = ledger.counts
            recording.variants[index].partitions = ledger.partitions
            recording.variants[index].drain = ledger.drain
        }
        var result = Judgement.result(of: recording, expecting: plan.scenario.expectations)
        await addProfiles(to: &result, of: recording, recorder)
        var failure = faults.failure
        do {
            try await recorder.finish(state: state, result: result)
        } catch let error as LabError {
            failure = failure ?? error
        }
        return Laboratory.Outcome(recording: recording, result: result, folder: folder, failure: failure)
    }

    private func addProfiles(
        to result: inout RunResult,
        of recording: RecordedRun,
        _ recorder: RunRecorder
    ) async {
        guard children.profilesFolder != nil else { return }
        let (profiles, problems) = await RunProfiles(folder).collect()
        let end = recording.timeline.last?.at ?? 0
        for problem in problems {
            recorder.record(
                event: TimelineEvent(
                    at: end,
                    isWarning: true,
                    reason: "ProfileLost",
                    object: "run",
                    message: problem
                )
            )
        }
        result.add(growthIn: profiles)
    }
}

extension LabError {
    static let stoppedBeforeItBegan = LabError("run: stopped before it began", exitStatus: .interrupted)
}

/// From a recording to the document: analysis, then what the scenario expects.
package enum Judgement {
    package static func result(of recording: RecordedRun, expecting expectations: [Expectation]) -> RunResult
    {
        let result = RunAnalysis().result(of: recording)
        return result.concluded(
            with: expectations.map { expectation in
                var evaluated = expectation.evaluate(against: result)
                evaluated.notApplicable = expectation.obstacle(
                    among: recording.header.acts,
                    in: recording.header
                )
                return evaluated
            },
            state: recording.state
        )
    }
}
