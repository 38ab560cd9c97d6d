import Kafka
import LabCore
import LabTelemetry
import Synchronization

/// Follows what a command's group commits, on a thread of its own, from the start of the pods until all have ended.
final class CommandObserver: Sendable {
    private let variant: VariantPlan
    private let ledger: Ledger
    private let properties: ClientProperties
    private let recorder: StageRecorder
    private let commands: CommandPods
    private let faults: RunFaults
    private let thread = PeriodicThread("offsets", every: CommandObserver.interval)
    private let state = Mutex(State())

    private struct State {
        var hasCommits = false
        var lastError: KafkaError?
    }

    /// Between two readings.
    ///
    /// A reading is one request to the group's coordinator.
    private static let interval = Duration.milliseconds(200)
    private static let patience = Duration.seconds(2)

    init(
        _ variant: VariantPlan,
        ledger: Ledger,
        servers: String,
        overrides: [LabelledValue],
        recorder: StageRecorder,
        commands: CommandPods,
        faults: RunFaults
    ) {
        self.variant = variant
        self.ledger = ledger
        self.recorder = recorder
        self.commands = commands
        self.faults = faults
        var properties = ClientProperties(bootstrapServers: servers)
        properties["client.id"] = "leaklab-observer"
        for property in overrides { properties[property.label] = property.value }
        properties["group.id"] = variant.group
        self.properties = properties
    }

    func start() {
        thread.start { [self] thread in
            do throws(KafkaError) {
                let reader = try Consumer(properties)
                var progress = CommittedProgress(ledger)
                repeat { read(reader, &progress) } while thread.rest()
                read(reader, &progress)
            } catch {
                fail(error)
            }
        }
    }

    /// Lets it read a last time.
    func stop() { thread.stop() }

    /// Returns when the last reading is done.
    func finished() async { await thread.finished() }

    private func read(_ reader: borrowing Consumer, _ progress: inout CommittedProgress) {
        let partitions = (0..<Int32(ledger.partitionCount)).map {
            TopicPartition(topic: variant.topic, partition: $0)
        }
        do {
            let offsets = try reader.committed(partitions, timeout: Self.patience)
            let committed = offsets.reduce(into: [Int32: Int64]()) { $0[$1.key.partition] = $1.value }
            let count = progress.note(committed)
            let hasCommits = progress.hasCommits
            state.withLock { $0.hasCommits = hasCommits }
            recorder.handled(count, of: variant.name, isCaughtUp: progress.isCaughtUp)
        } catch {
            fail(error)
        }
        giveUpIfHopeless()
    }

    private func fail(_ error: KafkaError) {
        let isFirst = state.withLock { state in
            defer { state.lastError = error }
            return state.lastError == nil
        }
        guard isFirst else { return }
        recorder.note(
            "OffsetsUnknown",
            of: "variant/\(variant.name)",
            "committed offsets cannot be read: \(error)",
            isWarning: true
        )
    }

    /// Nobody is left who could commit, and nobody ever did.
    private func giveUpIfHopeless() {
        guard recorder.hasBegun, !recorder.hasPods(of: variant), let fault else { return }
        faults.report(fault)
    }

    /// Why the run says nothing of the variant; `nil` if its group committed something.
    var fault: String? {
        let (hasCommits, error) = state.withLock { ($0.hasCommits, $0.lastError) }
        guard !hasCommits else { return nil }
        let reason =
            error.map { "its committed offsets could not be read (\($0))" }
            ?? "its group \(variant.group) has committed no offset: the command did not join the group, read nothing, or does not commit"
        let ends = recorder.endings(of: variant)
        let pod = ends.first?.pod ?? variant.podName(0)
        let exit = ends.first.map {
            "; \($0.pod) ended \(Self.times($0.count)), last with \($0.exit.reason), exit code \($0.exit.code)"
        }
        return "\(variant.name): progress is unknown, since \(reason)\(exit ?? ""); last words of \(pod): "
            + commands.lastWords(of: pod)
    }

    private static func times(_ count: Int) -> String { count == 1 ? "once" : "\(grouped(count)) times" }
}
