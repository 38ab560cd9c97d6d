package import LabCluster
import LabCore

/// A broker of the lab's own, a child process, for as long as a piece of work lasts.
package struct EmbeddedBroker: Sendable {
    package let addresses: BrokerAddresses
    /// Of the process.
    package let pid: Int32
    /// The file of its beats; `nil` if it was asked for none.
    let heartbeat: String?

    /// What a broker is started with.
    package struct Settings: Sendable {
        private let executable: String
        private let topics: [String]
        private let partitions: Int
        /// Where it announces its addresses, and where its words go.
        private let (announcement, log): (String, String)
        private let condition: String?
        private var directAnnouncement: String { announcement + ".direct" }
        fileprivate let heartbeat: String?
        private let environment: [String: String]
        /// More for the command line.
        private let arguments: [String]

        /// - Parameters:
        ///   - executable: this program.
        ///   - topics: that it is to have.
        ///   - partitions: of each topic.
        ///   - announcement: a file that does not exist yet; the broker announces its address there, and that for the
        ///     lab's own clients in one beside it.
        ///   - log: the file that its output goes to.
        ///   - condition: the file that says how it is doing; `nil` for a broker that is always as it should be.
        ///   - heartbeat: a file that does not exist yet; there the broker shows that it is moving.
        ///   - environment: over that of this process.
        ///   - arguments: more for the command line.
        package init(
            executable: String,
            topics: [String],
            partitions: Int,
            announcement: String,
            log: String,
            condition: String? = nil,
            heartbeat: String? = nil,
            environment: [String: String] = [:],
            arguments: [String] = []
        ) {
            self.arguments = arguments
            self.condition = condition
            self.executable = executable
            self.topics = topics
            self.partitions = partitions
            (self.announcement, self.log) = (announcement, log)
            self.heartbeat = heartbeat
            self.environment = environment
        }

        var child: ChildProcess {
            var arguments =
                ["broker", "--announce", announcement, "--announce-direct", directAnnouncement] + arguments
            if let condition { arguments += ["--condition", condition] }
            if let heartbeat { arguments += ["--heartbeat", heartbeat] }
            for topic in topics { arguments += ["--topic", "\(topic):\(partitions)"] }
            var child = ChildProcess(
                executable: executable,
                arguments: arguments,
                environment: environment,
                logPath: log
            )
            child.tie = .own
            return child
        }

        /// `nil` until it can be used.
        var addresses: BrokerAddresses? {
            guard let front = Announcement.read(announcement),
                let direct = Announcement.read(directAnnouncement)
            else { return nil }
            return BrokerAddresses(front: front, direct: direct)
        }
        fileprivate var lastWords: String { LogTail.lastLine(of: log) }
    }

    private static let startLimit = Duration.seconds(10)

    /// Runs `body` beside a broker, and ends the broker when `body` is over.
    /// - Parameters:
    ///   - settings: of the broker.
    ///   - guardian: ends the broker if this process cannot.
    ///   - stop: ends the wait for a broker that does not come up.
    ///   - endedEarly: called if the broker ends before `body` does, with its last words.
    ///   - body: is given the broker once it can be used.
    /// - Returns: what `body` returns.
    /// - Throws: ``LabError`` with the broker's last words if it does not come up; what `body` throws.
    package static func beside<Result: Sendable>(
        _ settings: Settings,
        guardian: Guardian,
        stop: StopSwitch,
        endedEarly: @escaping @Sendable (String) -> Void,
        _ body: @Sendable (EmbeddedBroker) async throws -> Result
    ) async throws -> Result {
        let lifetime = ChildLifetime(settings.child, name: "broker", guardian: guardian)
        return try await lifetime.beside { end in
            endedEarly("the broker ended: \(end.text); its last words: \(settings.lastWords)")
        } _: { pid in
            let isUp = await stop.wait(atMost: startLimit) { settings.addresses != nil }
            guard isUp, let addresses = settings.addresses else {
                if stop.reason == .interrupted { throw LabError.stoppedBeforeItBegan }
                throw LabError(
                    "broker: does not come up",
                    hint: "Its last words: \(settings.lastWords)",
                    exitStatus: .brokerUnavailable
                )
            }
            return try await body(
                EmbeddedBroker(addresses: addresses, pid: pid, heartbeat: settings.heartbeat)
            )
        }
    }
}
