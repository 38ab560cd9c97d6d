import Foundation
import LabCluster
import LabCore
import LabLoad
import LabPod

/// The hidden subcommands of this program that the lab starts as processes of their own.
struct Children: Sendable {
    let executable: String
    let scratch: Scratch
    let logsFolder: String
    /// For pods whose allocator it is; `nil` where none needs it.
    var jemalloc: Jemalloc?
    /// Of heap profiles.
    var profilesFolder: String?

    func ledgerPath(of variant: VariantPlan) -> String { scratch.file("\(variant.name).ledger") }

    /// For files of the handlers and the companion of a variant, in all their lives.
    func folder(of variant: VariantPlan) -> String { scratch.file("\(variant.name).files") }

    var worldPath: String { scratch.file("world.page") }

    /// Where an embedded broker reads how it is doing.
    var brokerConditionPath: String { scratch.file("broker.condition") }

    func heartbeatPath(ofCompanion variant: VariantPlan) -> String {
        scratch.file("\(variant.name)-companion.beat")
    }

    /// - Parameters:
    ///   - topics: that it is to have.
    ///   - partitions: of each topic.
    ///   - isDisturbed: phases change how the broker is doing.
    ///   - session: of groups in which it assigns, if there are any.
    /// - Returns: what the broker is started with.
    func broker(
        topics: [String],
        partitions: Int,
        isDisturbed: Bool = false,
        session: Duration? = nil
    ) -> EmbeddedBroker.Settings {
        EmbeddedBroker.Settings(
            executable: executable,
            topics: topics,
            partitions: partitions,
            announcement: scratch.file("broker"),
            log: "\(logsFolder)/broker.log",
            condition: isDisturbed ? brokerConditionPath : nil,
            heartbeat: scratch.file("broker.beat"),
            environment: scratch.mark.environment,
            arguments: session.map { ["--group-session", "\(Int($0.inSeconds * 1_000))ms"] } ?? []
        )
    }

    func producer(_ configuration: ProducerConfiguration, name: String) throws -> ChildProcess {
        try child("producer", reading: configuration, in: name, log: "producer")
    }

    /// With variables that give the pod another allocator than the system's.
    func pod(
        _ configuration: PodConfiguration,
        life: Int,
        _ allocation: [String: String] = [:]
    ) throws -> ChildProcess {
        let name = configuration.name
        let environment = Self.podEnvironment.merging(allocation) { $1 }
        return try child("pod", reading: configuration, in: "\(name)-\(life)", log: name, environment)
    }

    /// What the handlers of one variant talk to.
    func companion(_ configuration: CompanionConfiguration, of variant: String) throws -> ChildProcess {
        try child(
            "companion",
            reading: configuration,
            in: "\(variant)-companion",
            log: "\(variant)-companion"
        )
    }

    /// The process that measures a handler, with the allocator's settings of a pod.
    func rehearsal(_ configuration: RehearsalConfiguration, name: String) throws -> ChildProcess {
        try child("rehearse", reading: configuration, in: name, log: name, Self.podEnvironment)
    }

    private static let podEnvironment = ["MALLOC_ARENA_MAX": MallocArenas.pinned]

    /// A subcommand that reads what to do from a file.
    private func child(
        _ verb: String,
        reading configuration: some Encodable,
        in file: String,
        log: String,
        _ environment: [String: String] = [:]
    ) throws -> ChildProcess {
        let path = scratch.file("\(file).json")
        try write(configuration, to: path)
        var child = ChildProcess(
            executable: executable,
            arguments: [verb, path],
            environment: environment.merging(scratch.mark.environment) { $1 },
            logPath: "\(logsFolder)/\(log).log"
        )
        child.tie = .own
        return child
    }

    /// Configurations hold the clients' properties, passwords among them.
    private func write(_ value: some Encodable, to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let error = TextFile.put(
            String(decoding: try encoder.encode(value), as: UTF8.self),
            to: path,
            creating: true,
            mode: 0o600
        )
        guard error == 0 else { throw LabError("\(path): cannot be written: \(SystemError.words(error))") }
    }
}

/// glibc gives threads arenas of their own, up to eight for each core; a pod with few keeps its RSS nearer to its heap.
package enum MallocArenas {
    package static let pinned = "2"
}
