import LabCluster
import LabCore
import LabTelemetry
import Synchronization

/// Counts what is in the topics of runs on embedded brokers, by a client of its own: from nothing that a run says of itself
/// but its id and its broker's address.
package final class TopicCounter: Sendable {
    /// What is known of one run's topics.
    package struct Count: Sendable, Hashable {
        package let run: String
        package let bootstrapServers: String
        /// Events in each topic, by the names that were given; of those that could be counted.
        package var events: [String: Int] = [:]
    }

    private static let interval = Duration.milliseconds(250)

    private let root: String
    private let topics: [String]
    private let partitions: Int
    private let thread = PeriodicThread("topic-counter", every: TopicCounter.interval)
    private let count = Mutex<Count?>(nil)

    /// - Parameters:
    ///   - root: the folder in which the runs' folders are; one of a run after the other.
    ///   - topics: without the run's id, which a run puts behind them.
    ///   - partitions: of each topic.
    package init(root: String, topics: [String], partitions: Int) {
        (self.root, self.topics, self.partitions) = (root, topics, partitions)
    }

    /// Counts on a thread of its own, four times a second.
    package func start() {
        thread.start { [self] thread in
            repeat { look() } while thread.rest()
        }
    }

    /// As of the last time that the broker answered; `nil` if none ever did.
    package var latest: Count? { count.withLock { $0 } }

    /// Ends the thread, after the count that is under way.
    package func stop() async {
        thread.stop()
        await thread.finished()
    }

    private func look() {
        for name in Folder.entries(of: root) {
            guard let id = Scratch.run(inName: name),
                let servers = Announcement.read("\(root)/\(name)/broker")
            else { continue }
            // A broker that is dead has no answer, and would be waited for.
            let port = Int(servers.split(separator: ":").last ?? "") ?? 0
            guard RunTraces.isListening(at: port) != false else { continue }
            // What is not answered this time is as it was.
            var found = Count(run: id, bootstrapServers: servers)
            if let known = latest, known.run == id { found = known }
            let client = ExternalTopics.impatient(servers: servers)
            for topic in topics {
                // A broker that does not answer once is not asked again in this round.
                guard let offsets = try? client.endOffsets(of: "\(topic)-\(id)", partitions: partitions)
                else { break }
                found.events[topic] = offsets.reduce(0) { $0 + Int($1) }
            }
            guard !found.events.isEmpty else { continue }
            count.withLock { $0 = found }
        }
    }
}
