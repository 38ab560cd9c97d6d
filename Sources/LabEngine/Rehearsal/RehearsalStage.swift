import Foundation
import LabCluster
import LabCore
import LabPod
import LabRecording
import LabTelemetry

/// The processes of one rehearsal: a broker, and beside it one process after the other that measures a handler or is an
/// idle pod.
struct RehearsalStage: Sendable {
    private static let topic = "rehearsal"
    private static let lookInterval = Duration.milliseconds(3)
    /// After a pod is ready its client connects.
    private static let settling = Duration.milliseconds(150)

    let id: String
    let rehearsal: Rehearsal
    let children: Children
    let guardian: Guardian

    private var scratch: Scratch { children.scratch }

    func run(_ subjects: [RehearsalSubject]) async throws -> RehearsalFigures {
        let settings = children.broker(topics: [Self.topic], partitions: 1)
        var broker = settings.child
        // Like the others it has nothing to finish.
        broker.gracePeriod = .zero
        return try await ChildLifetime(broker, name: "broker", guardian: guardian).beside { _ in
        } _: { [logPath = broker.logPath] pid in
            while settings.addresses == nil {
                try await look(at: pid, "the broker", logPath: logPath)
            }
            var handlers: [RehearsedHandler] = []
            for (index, subject) in subjects.enumerated() {
                handlers.append(
                    RehearsedHandler(
                        subject: subject,
                        role: rehearsal.role(of: subject),
                        cost: try await cost(of: subject, index, among: subjects.count),
                        pod: try await idlePod(subject, index, servers: settings.addresses?.direct ?? "")
                    )
                )
            }
            return RehearsalFigures(handlers)
        }
    }

    // MARK: - Events

    private func cost(
        of subject: RehearsalSubject,
        _ index: Int,
        among count: Int
    ) async throws -> RehearsedCost {
        let name = "rehearsal-\(index)"
        var child = try children.rehearsal(
            rehearsal.configuration(of: subject, among: count, name: name, scratch),
            name: name
        )
        child.gracePeriod = .zero
        let (end, pid) = try await child.run { guardian.watch(group: $0) }
        guardian.release(group: pid)
        try Task.checkCancellation()
        guard end == .exited(0), let cost = RehearsalOutput.read(from: child.logPath) else {
            throw LabError(
                "rehearsal: \(subject.handler): \(end.text)",
                hint: "Its last words: \(LogTail.lastLine(of: child.logPath))"
            )
        }
        return cost
    }

    // MARK: - Idle pods

    private func idlePod(
        _ subject: RehearsalSubject,
        _ index: Int,
        servers: String
    ) async throws -> RehearsedPod {
        let name = "idle-\(index)"
        let configuration = rehearsal.pod(subject, name: name, topic: Self.topic, servers: servers, scratch)
        let page = scratch.file("\(name).page")
        _ = try TelemetryPage.create(at: page)
        _ = try Ledger.create(at: scratch.file("\(name).ledger"), bases: [0], capacityPerPartition: 1)
        let reader = try TelemetryReader(openingPageAt: page)
        let cgroupName = "\(Scratch.namePrefix)\(id)-\(name)"
        let cgroup = try guardian.makeCgroup(named: cgroupName, under: rehearsal.control, limit: nil)
        defer { if let cgroup { guardian.remove(cgroup) } }
        var child = try children.pod(configuration, life: 0)
        child.cgroup = cgroup
        child.gracePeriod = .zero
        let start = ContinuousClock.now
        return try await ChildLifetime(child, name: name, guardian: guardian).beside { _ in
        } _: { [logPath = child.logPath] pid in
            try await watch(pid, reader, cgroup, since: start, logPath: logPath)
        }
    }

    private func watch(
        _ pid: Int32,
        _ page: TelemetryReader,
        _ cgroup: MemoryCgroup?,
        since start: ContinuousClock.Instant,
        logPath: String
    ) async throws -> RehearsedPod {
        if cgroup == nil { MemoryWatchdog.shared.watch(pid, limit: nil) }
        defer { if cgroup == nil { _ = MemoryWatchdog.shared.release(pid) } }
        var page = page
        var ready: ContinuousClock.Instant?
        var peak: ByteCount?
        while ready.map({ .now - $0 < Self.settling }) ?? true {
            try await look(at: pid, "the pod", logPath: logPath)
            page.refresh()
            let isReady = page.index(of: MetricName.ready.rawValue).flatMap { page.value(of: $0) } == 1
            if isReady, ready == nil { ready = .now }
            if let charge = cgroup?.charge() { peak = max(peak ?? charge, charge) }
        }
        if cgroup == nil { peak = MemoryWatchdog.shared.release(pid)?.peak }
        return RehearsedPod(idleCharge: peak, readySeconds: ((ready ?? .now) - start).inSeconds)
    }

    /// Lets a moment pass.
    /// - Throws: ``LabError`` if the process has ended, `CancellationError` if the rehearsal has.
    private func look(at pid: Int32, _ name: String, logPath: String) async throws {
        try await Task.sleep(for: Self.lookInterval)
        guard ProcessIdentity(ofRunning: pid) != nil else {
            throw LabError(
                "rehearsal: \(name) has ended",
                hint: "Its last words: \(LogTail.lastLine(of: logPath))"
            )
        }
    }
}

/// How a rehearsing process reports what it found: one line of JSON, between whatever else it says.
package enum RehearsalOutput {
    /// - Throws: what the encoder throws.
    package static func line(of cost: RehearsedCost) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return String(decoding: try encoder.encode(cost), as: UTF8.self) + "\n"
    }

    /// - Returns: `nil` if the log has no such line.
    static func read(from logPath: String) -> RehearsedCost? {
        (TextFile.contents(of: logPath) ?? "").split(separator: "\n").lazy.compactMap { line in
            line.hasPrefix("{")
                ? try? JSONDecoder().decode(RehearsedCost.self, from: Data(line.utf8)) : nil
        }
        .first
    }
}
