import LabAnalysis
import LabCluster
import LabCore
import LabIncidents
import LabLoad
import LabPod
import LabRecording
import LabScenario
import LabTelemetry

/// One stage of a run: its variants' pods side by side, one producer for all of them, then the drain and the hold.
struct StageRun: Sendable {
    let plan: RunPlan
    let variants: [VariantPlan]
    let request: RunRequest
    let broker: RunBroker
    let children: Children
    let control: MemoryControl
    let guardian: Guardian
    let faults: RunFaults
    let stop: StopSwitch
    /// Shows what the stage is doing, for the live display.
    let stageBoard: RunBoard
    /// Judges the run while it goes on.
    let judge: LiveJudge
    /// What is kept of pods that run a command.
    let commands: CommandPods
    /// What is planned, as acts have changed it.
    let agenda: RunAgenda
    /// Where acts are handed in.
    let desk: ActDesk
    /// Of the run.
    let folder: RunFolder

    /// A group needs three seconds for its first join, and a rebalance may follow.
    private static let readyLimit = Duration.seconds(45)
    /// From the pods' readiness to the first event.
    private static let lead = Duration.milliseconds(300)
    /// Runs of lost offsets that are kept of each partition.
    private static let listedLosses = 100
    /// What a producer that is stopped gets for its last batches: the broker may be gone.
    private static let flushLimit = Duration.seconds(3)
    /// The same for one that is stopped since everything is decided: nothing that it has sent may be missing.
    private static let wholeFlushLimit = Duration.seconds(15)

    /// Runs the stage.
    ///
    /// `begin` is called at its zero, when every pod is ready, and gives the recording.
    func run(begin: @Sendable (RunClock) throws -> RecordingHandle) async throws {
        let ledgers = try makeLedgers()
        let recorder = StageRecorder(
            variants: variants,
            ledgers: ledgers,
            scratch: children.scratch,
            control: control,
            port: { [commands] pod, life in commands.port(of: pod, life: life) },
            refused: { [faults] object, reason in faults.fail(.refused(object, reason)) }
        )
        let sampler = Sampler(interval: plan.scenario.sampling.interval, sink: recorder)
        recorder.attach(sampler)
        sampler.start()
        defer { sampler.stop() }
        let world = try StageWorld(
            of: plan,
            agenda,
            at: children.worldPath,
            broker: children.brokerConditionPath
        )
        let watch = StageCommands(self, ledgers: ledgers, recorder: recorder)
        for variant in variants { try Folder.make(children.folder(of: variant)) }
        let companions = StageCompanions(
            plan: plan,
            variants: variants,
            children: children,
            guardian: guardian,
            faults: faults,
            stop: stop,
            recorder: recorder
        )
        try await companions.beside { endpoints in
            try await watch.beside { try await run(world, endpoints, ledgers, recorder, watch, begin) }
        }
        for variant in variants { Folder.remove(children.folder(of: variant)) }
        watch.reportFaults()
        reportOutages(recorder)
        close(ledgers, recorder)
    }

    /// Runs the pods and the load beside the companions.
    private func run(
        _ world: StageWorld,
        _ endpoints: [String: [String: Int]],
        _ ledgers: [String: Ledger],
        _ recorder: StageRecorder,
        _ watch: StageCommands,
        _ begin: @Sendable (RunClock) throws -> RecordingHandle
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            let fleets = variants.map { fleet(of: $0, endpoints[$0.name] ?? [:], recorder) }
            for fleet in fleets {
                group.addTask { [faults] in
                    do {
                        try await fleet.run()
                    } catch let error as LabError {
                        faults.fail(error)
                    } catch {
                        faults.fail(LabError("pod: \(error)"))
                    }
                }
            }
            defer { group.cancelAll() }
            try await conduct(recorder, ledgers, fleets, world, endpoints, watch, begin)
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    private func conduct(
        _ recorder: StageRecorder,
        _ ledgers: [String: Ledger],
        _ fleets: [VariantPods],
        _ world: StageWorld,
        _ endpoints: [String: [String: Int]],
        _ watch: StageCommands,
        _ begin: (RunClock) throws -> RecordingHandle
    ) async throws {
        _ = await stop.wait(atMost: Self.readyLimit) { recorder.isReady || !recorder.podsThatAreOver.isEmpty }
        guard recorder.isReady else {
            if stop.reason == nil { throw notReady(recorder) }
            return
        }
        let clock = RunClock(zero: MonotonicClock.nanoseconds + UInt64(Self.lead.inNanoseconds))
        let recording = try begin(clock)
        recorder.begin(recording.recorder, clock: clock)
        noteMissingAgent(recorder)
        recorder.watch("lab", pid: ProcessIdentity.own.pid)
        if let pid = broker.pid { recorder.watch("broker", pid: pid) }
        stageBoard.show(recorder, variants: variants, clock: clock)
        let stalls = try StallWatch(self, endpoints: endpoints, recorder, clock)
        stalls.start()
        defer { stalls.stop() }

        defer { recorder.endSampling() }
        let acts = StageActs(
            stage: self,
            recorder: recorder,
            recording: recording.recorder,
            world: world,
            steering: LoadSteering(path: revisionsPath, telemetryPath: producerPagePath),
            clock: clock
        )
        try await acts.beside {
            try await runLoad(recording.recorder, recorder, clock, stalls, fleets, world)
            await drain(recorder, ledgers, watch)
        }
    }

    /// Runs the load with the steps and the world that go with it.
    private func runLoad(
        _ recording: RunRecorder,
        _ recorder: StageRecorder,
        _ clock: RunClock,
        _ stalls: StallWatch,
        _ fleets: [VariantPods],
        _ world: StageWorld
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            let loadEnd = StopSwitch()
            for (variant, fleet) in zip(variants, fleets) {
                group.addTask { [agenda, stop] in
                    await fleet.follow(agenda, of: variant, clock, stop: stop) { loadEnd.reason != nil }
                }
            }
            group.addTask { [stop] in await world.follow(clock, stop: stop, recorder) }
            defer { group.cancelAll() }
            let production = StopSwitch()
            async let decision = decide(recording, recorder, clock, ending: production)
            try await produce(recorder, clock, stalls, until: production)
            recording.setProductionEnded(at: clock.now)
            if let decision = await decision { recording.setUntil(decision) }
            guard stop.reason == nil, production.reason == nil else { return }
            // A pause at the end of the load belongs to it.
            _ = await stop.wait(atMost: .seconds(1_000_000)) {
                clock.now >= agenda.profile.duration.inNanoseconds
            }
            loadEnd.stop(.decided)
            try await group.waitForAll()
        }
    }

    private func drain(_ recorder: StageRecorder, _ ledgers: [String: Ledger], _ watch: StageCommands) async {
        let drain = StageDrain(self, recorder, ledgers)
        guard stop.reason == nil else {
            if stop.reason == .interrupted { await drain.last() }
            return
        }
        stageBoard.setPhase("draining")
        await drain.run()
        stageBoard.setPhase("holding")
        _ = await stop.wait(atMost: plan.scenario.verdict.hold, until: { false })
        stageBoard.setPhase("stopping")
        await watch.takeLastProfiles(stop)
    }

    /// A run goes on without it, and says what is not known for that.
    private func noteMissingAgent(_ recorder: StageRecorder) {
        guard let jemalloc = children.jemalloc, jemalloc.agent == nil else { return }
        recorder.note(
            "AgentMissing",
            of: "run",
            "no agent beside the program, and no C compiler that could make one: no objects are counted by size, and commands "
                + "have neither live heap nor heap profiles",
            isWarning: true
        )
    }

    func template(of variant: VariantPlan, _ endpoints: [String: Int] = [:]) -> PodTemplate {
        PodTemplate(
            plan: plan,
            variant: variant,
            request: request,
            broker: broker,
            children: children,
            endpoints: endpoints,
            commands: commands
        )
    }

    private func fleet(
        of variant: VariantPlan,
        _ endpoints: [String: Int],
        _ recorder: StageRecorder
    ) -> VariantPods {
        VariantPods(
            template(of: variant, endpoints),
            control: control,
            guardian: guardian,
            recorder: recorder,
            stop: stop
        )
    }

    private func notReady(_ recorder: StageRecorder) -> LabError {
        let over = recorder.podsThatAreOver
        let names = over.isEmpty ? variants.flatMap(recorder.podNames(of:)) : over
        let logs = names.map { "\($0): \(LogTail.lastLine(of: "\(children.logsFolder)/\($0).log"))" }
        return LabError(
            over.isEmpty
                ? "pods: not ready after \(Self.readyLimit.text)\(groupsWithoutPartitions)"
                : "pods: \(over.joined(separator: ", ")) ended before the run could begin",
            hint: "Their last words: \(logs.joined(separator: "; "))"
        )
    }

    /// Why members of groups are not ready; empty where no pod is one.
    private var groupsWithoutPartitions: String {
        let pods = variants.filter { $0.variant.command == nil }.map(\.variant.pods)
        guard pods.contains(where: { $0.assignment == .group }) else { return "" }
        let doubt =
            pods.contains(where: \.speaksConsumerProtocol)
            ? ", which has to know “protocol: consumer”" : ""
        return ": they have no partitions from the broker\(doubt)"
    }

    // MARK: - Ledgers

    private func makeLedgers() throws -> [String: Ledger] {
        var ledgers: [String: Ledger] = [:]
        let external = ExternalTopics(servers: broker.ownServers, properties: request.kafkaProperties)
        for variant in variants {
            let partitions = plan.scenario.workload.partitions
            let bases =
                broker.pid == nil
                ? try external.endOffsets(of: variant.topic, partitions: partitions)
                : Array(repeating: 0, count: partitions)
            ledgers[variant.name] = try Ledger.create(
                at: children.ledgerPath(of: variant),
                bases: bases,
                capacityPerPartition: plan.ledgerCapacity,
                runLength: plan.scenario.workload.runLength
            )
        }
        return ledgers
    }

    /// Counts exactly, and separates what the broker dropped from what the pods lost.
    private func close(_ ledgers: [String: Ledger], _ recorder: StageRecorder) {
        let topics = ExternalTopics(servers: broker.ownServers, properties: request.kafkaProperties)
        for variant in variants {
            guard let ledger = ledgers[variant.name] else { continue }
            let peaks = recorder.peakLags(of: variant.name)
            let partitions = (0..<ledger.partitionCount).map { partition in
                ledger.books(
                    of: Int32(partition),
                    lostLimit: Self.listedLosses,
                    peakLag: peaks.indices.contains(partition) ? peaks[partition] : 0
                )
            }
            var counts = LedgerCounts(of: partitions)
            if counts.lost > 0, broker.isAlive,
                let starts = topics.startOffsets(of: variant.topic, partitions: ledger.partitionCount)
            {
                counts.droppedByBroker = Self.lost(in: ledger, before: starts)
            }
            if counts.droppedByBroker > 0 {
                faults.report(
                    "the broker dropped \(grouped(counts.droppedByBroker)) events of \(variant.name) before they were read",
                    stopping: false
                )
            }
            if ledger.isDamaged {
                faults.report(
                    "the ledger of \(variant.name) was overwritten or cut short, so its counts are unknown",
                    stopping: false
                )
            }
            let foreign = max(
                ledger.totals.outOfCapacity,
                foreignEvents(in: ledger, counts, of: variant, topics, recorder)
            )
            if foreign > 0 {
                let isSure = ledger.copies == 0 && recorder.unconfirmed == 0
                faults.report(
                    Self.foreignFault(foreign, in: variant.name, isSure: isSure),
                    stopping: false
                )
            }
            let drain = recorder.drain(of: variant.name, left: partitions.left)
            stageBoard.finish(
                variant.name,
                ClosedLedger(counts: counts, partitions: partitions, drain: drain)
            )
        }
    }

    /// Why a topic has more events than the broker confirmed to the run.
    ///
    /// `isSure`: none was sent again, and none stayed without an answer.
    static func foreignFault(_ count: Int, in variant: String, isSure: Bool) -> String {
        let events = "\(grouped(count)) events in the topic of \(variant)"
        return isSure
            ? "\(events) are not the run's own: somebody else writes to it"
            : "\(events) are more than the broker confirmed: what was sent again is there twice, or elsewhere than it said"
    }

    /// What is in an external topic besides the events that the broker confirmed to this run and their copies.
    ///
    /// Where some were not confirmed it is not known, since they may have been written all the same.
    private func foreignEvents(
        in ledger: Ledger,
        _ counts: LedgerCounts,
        of variant: VariantPlan,
        _ topics: ExternalTopics,
        _ recorder: StageRecorder
    ) -> Int {
        guard broker.description.isExternal, stop.reason == nil, recorder.unconfirmed == 0,
            let ends = try? topics.endOffsets(of: variant.topic, partitions: ledger.partitionCount)
        else { return 0 }
        let written = ends.enumerated().reduce(0) { $0 + max(0, $1.element - ledger.base(Int32($1.offset))) }
        return max(0, Int(clamping: written) - counts.produced - ledger.copies)
    }

    private static func lost(in ledger: Ledger, before starts: [Int64]) -> Int {
        starts.enumerated().reduce(0) { total, start in
            let runs = ledger.lostOffsets(Int32(start.offset), limit: .max)
            return total
                + runs.reduce(0) { $0 + Int(max(0, min($1.upperBound + 1, start.element) - $1.lowerBound)) }
        }
    }

    // MARK: - Load

    /// Looks at the verdicts at the planned times, and ends the production when all of them stand.
    /// - Returns: `nil` for a load whose length is given.
    private func decide(
        _ recording: RunRecorder,
        _ recorder: StageRecorder,
        _ clock: RunClock,
        ending production: StopSwitch
    ) async -> UntilDecided? {
        guard let looks = plan.looks else { return nil }
        let watch = VerdictWatch(
            plan: looks,
            recording: { recording.soFar },
            closed: { [variants] in Set(variants.filter { !recorder.hasPods(of: $0) }.map(\.name)) },
            announce: { [stageBoard, judge] look in
                stageBoard.setNextLook(look.at)
                judge.demand(confidence: look.confidence)
            }
        )
        let decision = await watch.run(on: clock, stop: stop)
        recorder.note("Looked", of: "run", decision.words, isWarning: decision.ended != .decided)
        production.stop(.decided)
        return decision
    }

    private var producerPagePath: String { children.scratch.file("producer-\(variants[0].index).page") }
    /// Where the producer finds another schedule.
    private var revisionsPath: String { children.scratch.file("producer-\(variants[0].index).schedule") }

    private func produce(
        _ recorder: StageRecorder,
        _ clock: RunClock,
        _ stalls: StallWatch,
        until production: StopSwitch
    ) async throws {
        let page = producerPagePath
        let heartbeat = children.scratch.file("producer-\(variants[0].index).beat")
        _ = try TelemetryPage.create(at: page)
        try Heartbeat.create(at: heartbeat)
        let configuration = ProducerConfiguration(
            targets: variants.map { .init(topic: $0.topic, ledgerPath: children.ledgerPath(of: $0)) },
            workload: plan.scenario.workload,
            pace: .schedule(agenda.profile),
            seed: plan.scenario.seed,
            properties: ClientProfile.producer(
                bootstrapServers: broker.ownServers,
                compression: plan.scenario.workload.compression,
                overrides: request.kafkaProperties
            ),
            zero: Int64(clamping: clock.zero),
            telemetryPath: page,
            heartbeatPath: heartbeat,
            revisionsPath: revisionsPath
        )
        var child = try children.producer(configuration, name: "producer-\(variants[0].index)")
        child.gracePeriod = plan.looks == nil ? Self.flushLimit : Self.wholeFlushLimit
        try stalls.add(.producer, beats: heartbeat)
        let end = try await runUntilStopped(child, recorder, page, production)
        stalls.remove(.producer)
        let contents = PageContents(path: page)
        recorder.producerEnded(scheduled: contents.scheduled, unconfirmed: contents.undelivered)
        stageBoard.add(scheduleDelay: contents.scheduleDelay)
        let books = recorder.brokerBooks
        if stop.reason == nil, end != .exited(0) {
            faults.report("the producer ended: \(end.text)\(LogTail.clause(of: child.logPath))")
        }
        if contents.isDamaged {
            faults.report(
                "the producer's telemetry page was overwritten or cut short",
                stopping: false
            )
        }
        if contents.undelivered > 0 {
            faults.report(
                "the broker did not confirm \(grouped(contents.undelivered)) events\(books.unwrittenBecause)",
                stopping: false
            )
        }
    }

    /// What an external broker did to the run; of an embedded one that is this machine's doing, but for events that came damaged.
    private func reportOutages(_ recorder: StageRecorder) {
        for fault in recorder.brokerBooks.damageFaults { faults.report(fault, stopping: false) }
        guard broker.description.isExternal else { return }
        for fault in recorder.brokerFaults(load: agenda.profile.duration) {
            faults.report(fault, stopping: false)
        }
    }

    /// Runs the producer to its end, or asks it to end when the run is stopped.
    private func runUntilStopped(
        _ child: ChildProcess,
        _ recorder: StageRecorder,
        _ page: String,
        _ production: StopSwitch
    ) async throws -> ChildProcess.End {
        try await withThrowingTaskGroup(of: ChildProcess.End?.self) { group in
            group.addTask { [guardian] in
                let (end, pid) = try await child.run { pid in
                    guardian.watch(group: pid)
                    recorder.watch("producer", pid: pid, telemetryPath: page)
                }
                guardian.release(group: pid)
                return end
            }
            for end in [stop, production] {
                group.addTask {
                    await end.wait()
                    return nil
                }
            }
            defer { group.cancelAll() }
            if let first = try await group.next(), let end = first { return end }
            group.cancelAll()
            while let next = try await group.next() {
                if let end = next { return end }
            }
            return .signaled(15)
        }
    }
}
