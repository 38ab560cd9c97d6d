import LabCluster
import LabCore
import LabEngine
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// One round: a run in folders of its own, the blow, and the look at what is left.
struct KillChild: Sendable {
    /// No run of the scenario takes as long, unless something in it hangs.
    private static let longest = Duration.seconds(90)

    private let round: KillRound
    private let workshop: RunSeries.Workshop
    private let place: RoundPlace

    init(_ round: KillRound, _ workshop: RunSeries.Workshop) {
        self.round = round
        self.workshop = workshop
        place = RoundPlace(workshop.scratch.file("round-\(round.number)"))
    }

    /// - Returns: `nil` if it was cancelled.
    /// - Throws: ``LabError`` if the process cannot be started, or a file not be written.
    func run() async throws -> KillEvidence? {
        defer { place.remove() }
        let scenario = try place.prepare(KillScenario.text)
        let counter = TopicCounter(
            root: place.scratch,
            topics: KillScenario.variants.map { "\(KillScenario.topic)-\($0)" },
            partitions: KillScenario.partitions
        )
        counter.start()
        let outcome = try await strike(
            ["run", scenario, "--format", "json", "--quiet", "--unrehearsed"],
            counter
        )
        await counter.stop()
        guard !Task.isCancelled else { return nil }
        let (run, port) = (counter.latest?.run, counter.latest.flatMap(Self.port))
        let leftovers = await place.left(run: run, port: port)
        // What every command that begins something does first of all.
        _ = Leftovers.find(root: place.scratch, isCertain: true).remove()
        let remains = leftovers.isEmpty ? [] : place.present(run: run, port: port)
        let (result, complaint) = try await account(of: outcome.end)
        return KillEvidence(
            isStruck: outcome.isStruck,
            before: outcome.before,
            counted: Self.byVariant(counter.latest),
            exitStatus: outcome.end.code,
            result: result,
            complaint: complaint,
            leftovers: leftovers,
            remains: remains
        )
    }

    private static func byVariant(_ count: TopicCounter.Count?) -> KillEvidence.Counts? {
        count.map { count in
            count.events.reduce(into: [:]) {
                $0[String($1.key.dropFirst(KillScenario.topic.count + 1))] = $1.value
            }
        }
    }

    // MARK: - The blow

    private struct Outcome: Sendable {
        var end = ChildProcess.End.exited(0)
        var isStruck = false
        var before: KillEvidence.Counts?
    }

    private final class Notes: Sendable {
        let outcome = Mutex(Outcome())
    }

    private func strike(_ arguments: [String], _ counter: TopicCounter) async throws -> Outcome {
        let child = place.child(arguments, workshop)
        let (pids, started) = AsyncStream.makeStream(of: Int32.self)
        let notes = Notes()
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                defer { started.finish() }
                let (end, pid) = try await child.run { pid in
                    workshop.guardian.watch(group: pid)
                    started.yield(pid)
                }
                workshop.guardian.release(group: pid)
                notes.outcome.withLock { $0.end = end }
                return true
            }
            group.addTask {
                for await pid in pids.prefix(1) {
                    let isStruck = await hit(pid) { before in
                        notes.outcome.withLock { $0.before = before }
                    } counts: {
                        Self.byVariant(counter.latest)
                    }
                    notes.outcome.withLock { $0.isStruck = isStruck }
                }
                return false
            }
            group.addTask {
                guard (try? await Task.sleep(for: Self.longest)) != nil else { return false }
                throw LabError(
                    "selftest: round \(round.number) (\(round.words)) hangs: no end after \(Self.longest.text)"
                )
            }
            while let isOver = try await group.next(), !isOver {}
            group.cancelAll()
        }
        return notes.outcome.withLock { $0 }
    }

    /// - Returns: whether the victim was there.
    private func hit(
        _ lab: Int32,
        noting: (KillEvidence.Counts?) -> Void,
        counts: () -> KillEvidence.Counts?
    ) async -> Bool {
        if round.isAtBirth {
            let number = round.victim == .labAndGuardian ? 2 : 1
            while victims(lab).count < number {
                guard (try? await Task.sleep(for: .milliseconds(2))) != nil else { return false }
            }
        }
        guard (try? await Task.sleep(for: round.delay)) != nil else { return false }
        let victims = victims(lab)
        guard !victims.isEmpty else { return false }
        noting(counts())
        // Neither lab nor guardian may notice what becomes of the other.
        if victims.count > 1 { for pid in victims { kill(pid, SIGSTOP) } }
        for pid in victims { kill(pid, round.blow == .kill ? SIGKILL : SIGSTOP) }
        guard round.blow == .stop, [.broker, .producer, .lab].contains(round.victim) else { return true }
        try? await Task.sleep(for: KillRound.pause)
        for pid in victims { kill(pid, SIGCONT) }
        return true
    }

    private func victims(_ lab: Int32) -> [Int32] {
        let living = ProcessIdentity(ofRunning: lab) == nil ? [] : [lab]
        func processes(_ subcommand: String) -> [Int32] {
            place.processes().filter { $0.subcommand == subcommand }.map(\.pid)
        }
        switch round.victim {
        case .lab: return living
        case .labAndGuardian: return living.isEmpty ? [] : living + processes("guardian")
        case .pod: return Array(processes("pod").dropFirst(round.number % 2).prefix(1))
        case .broker, .producer, .guardian: return processes(round.victim.rawValue)
        }
    }

    // MARK: - Afterwards

    /// Of the broker.
    private static func port(_ count: TopicCounter.Count) -> Int? {
        Int(count.bootstrapServers.split(separator: ":").last ?? "")
    }

    /// What the run printed; of one whose lab was killed, what a report says of its recording.
    private func account(of end: ChildProcess.End) async throws -> (RunResult?, complaint: String?) {
        var output = TextFile.contents(of: place.log) ?? ""
        if end == .signaled(SIGKILL) {
            let path = "\(place.folder)/report"
            let report = ChildProcess(
                executable: workshop.executable,
                arguments: ["report", "latest", "--format", "json", "--store", place.store],
                logPath: path
            )
            _ = try await report.run { _ in }
            output = TextFile.contents(of: path) ?? ""
        }
        return (RunChild.result(in: output), RunChild.complaint(in: output))
    }
}
