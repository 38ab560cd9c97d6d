import LabCluster
import LabCore
import LabEngine

/// One cell: a broker that is at fault, a run behind it, and the look at what came of it.
struct FaultChild: Sendable {
    /// No run of the scenario takes as long, unless something in it hangs.
    private static let longest = Duration.seconds(180)

    private let cell: FaultCell
    private let workshop: RunSeries.Workshop
    private let place: RoundPlace

    init(_ cell: FaultCell, _ workshop: RunSeries.Workshop) {
        self.cell = cell
        self.workshop = workshop
        place = RoundPlace(workshop.scratch.file("fault-\(cell.name)"))
    }

    /// - Returns: `nil` if it was cancelled.
    /// - Throws: ``LabError`` if a process cannot be started, a file not be written, or the run hangs.
    func run() async throws -> FaultEvidence? {
        defer { place.remove() }
        let scenario = try place.prepare(FaultScenario.text(isGroup: cell.phase == .join))
        let count = "\(place.folder)/struck"
        // A process of its own: what clients send after a fault can end the mock cluster by an assertion.
        let settings = EmbeddedBroker.Settings(
            executable: workshop.executable,
            topics: [],
            partitions: FaultScenario.partitions,
            announcement: "\(place.folder)/broker",
            log: "\(place.folder)/broker.log",
            environment: workshop.scratch.mark.environment,
            arguments: ["--fault", cell.name, "--fault-count", count]
        )
        let seen = try await EmbeddedBroker.beside(
            settings,
            guardian: workshop.guardian,
            stop: StopSwitch(),
            endedEarly: Self.isSaidByTheRun
        ) { broker in
            let end = try await run(scenario, broker.addresses.front)
            return (end: end, counted: counted(broker.addresses.direct))
        }
        guard !Task.isCancelled else { return nil }
        let leftovers = await place.left()
        let output = TextFile.contents(of: place.log) ?? ""
        return FaultEvidence(
            struck: Int((TextFile.contents(of: count) ?? "").filter(\.isNumber)) ?? 0,
            counted: seen.counted,
            exitStatus: seen.end.code,
            result: RunChild.result(in: output),
            complaint: RunChild.complaint(in: output),
            leftovers: leftovers
        )
    }

    /// A broker that ends by itself is one that the run finds gone.
    private static let isSaidByTheRun: @Sendable (String) -> Void = { _ in }

    private func run(_ scenario: String, _ servers: String) async throws -> ChildProcess.End {
        let arguments =
            [
                "run", scenario, "--format", "json", "--quiet", "--unrehearsed", "--bootstrap-servers",
                servers,
            ] + FaultScenario.patience.flatMap { ["--kafka-property", $0] }
        let child = place.child(arguments, workshop)
        return try await withThrowingTaskGroup(of: ChildProcess.End?.self) { group in
            group.addTask {
                let (end, pid) = try await child.run { workshop.guardian.watch(group: $0) }
                workshop.guardian.release(group: pid)
                return end
            }
            group.addTask {
                guard (try? await Task.sleep(for: Self.longest)) != nil else { return nil }
                throw LabError("selftest: \(cell.name) hangs: no end after \(Self.longest.text)")
            }
            var ended = ChildProcess.End.exited(0)
            while let end = try await group.next() {
                guard let end else { continue }
                ended = end
                group.cancelAll()
            }
            return ended
        }
    }

    /// By a client that goes past the front; the mock keeps what is deleted before it.
    private func counted(_ servers: String) -> [String: Int] {
        let client = ExternalTopics(servers: servers, properties: [], allowsRemote: false)
        var counts: [String: Int] = [:]
        for variant in FaultScenario.variants {
            let topic = "\(FaultScenario.topic)-\(variant)"
            // A broker that is gone, or has no such topic, has none of the other either.
            guard let ends = try? client.endOffsets(of: topic, partitions: FaultScenario.partitions) else {
                break
            }
            counts[variant] = ends.reduce(0) { $0 + Int($1) }
        }
        return counts
    }
}
