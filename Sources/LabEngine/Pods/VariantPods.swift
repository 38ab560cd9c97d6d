import LabCluster
import LabCore
import LabScenario
import LabTelemetry
import Synchronization

/// The pods of one variant, from the start of a stage to its end, and their changes at the scenario's steps.
///
/// As in a cluster there are two ways to change them. A rolling replacement takes one pod after the other and waits
/// for each to be ready. With static assignment a change of the number of pods moves partitions from pod to pod, and
/// two owners of a partition would both handle its events: then all pods end before the first new one starts.
final class VariantPods: Sendable {
    private struct State {
        /// The present one, and its number.
        var segment: VariantSegment
        var number = 0
        var supervisors: [PodSupervisor] = []
        /// By ordinal, of pods that are gone: should they return, their lives are numbered on.
        var nextLives: [Int: Int] = [:]
    }

    private let template: PodTemplate
    private let control: MemoryControl
    private let guardian: Guardian
    private let recorder: StageRecorder
    private let stop: StopSwitch
    private let state: Mutex<State>
    private let starts: AsyncStream<PodSupervisor>
    private let starting: AsyncStream<PodSupervisor>.Continuation

    /// How long a rolling replacement waits for a new pod before it goes on to the next.
    private static let readyLimit = Duration.seconds(20)

    init(
        _ template: PodTemplate,
        control: MemoryControl,
        guardian: Guardian,
        recorder: StageRecorder,
        stop: StopSwitch
    ) {
        self.template = template
        self.control = control
        self.guardian = guardian
        self.recorder = recorder
        self.stop = stop
        state = Mutex(State(segment: template.variant.segments[0]))
        (starts, starting) = AsyncStream.makeStream(of: PodSupervisor.self)
    }

    private var variant: VariantPlan { template.variant }

    /// Runs the pods of the first segment, and those that ``advance(to:number:)`` adds, until the task is cancelled; then all
    /// are asked to end.
    ///
    /// - Throws: ``LabError`` if a pod cannot be prepared or started.
    func run() async throws {
        resize(to: variant.segments[0].replicas)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for await supervisor in starts {
                group.addTask { [starting] in
                    do {
                        try await supervisor.run()
                    } catch {
                        // Or the error would wait for the end of the run.
                        starting.finish()
                        throw error
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// Changes the pods as the step says that opens a segment; `number` is the segment's, from 1.
    func advance(to new: VariantSegment, number: Int) async {
        let began = ContinuousClock.now
        let old = state.withLock { state in
            defer { (state.segment, state.number) = (new, number) }
            return state.segment
        }
        announce(old, new)
        recorder.enter(new, of: variant)
        if variant.variant.pods.assignment == .static, old.replicas != new.replicas {
            await recreate(new)
        } else {
            await roll(to: new)
        }
        recorder.note(
            "RolledOut",
            of: object,
            "\(new.name): \(new.replicas) \(new.replicas == 1 ? "pod" : "pods") after \((ContinuousClock.now - began).text)"
        )
    }

    private func recreate(_ new: VariantSegment) async {
        await removeAll(from: 0)
        resize(to: new.replicas)
        await untilReady(0..<new.replicas)
    }

    private func roll(to new: VariantSegment) async {
        await removeAll(from: new.replicas)
        for (ordinal, supervisor) in state.withLock({ Array($0.supervisors.enumerated()) }) {
            guard stop.reason == nil else { return }
            await supervisor.replace(with: specification(ordinal))
            await untilReady(ordinal..<(ordinal + 1))
        }
        resize(to: new.replicas)
        await untilReady(0..<new.replicas)
    }

    /// Starts pods until there are so many.
    private func resize(to replicas: Int) {
        let added = state.withLock { state in
            let added = (state.supervisors.count..<max(replicas, state.supervisors.count)).map { ordinal in
                PodSupervisor(
                    template.specification(state.segment, number: state.number, ordinal: ordinal),
                    control: control,
                    cgroupName: template.cgroupName(ordinal: ordinal),
                    guardian: guardian,
                    observer: recorder,
                    firstLife: state.nextLives[ordinal] ?? 0
                )
            }
            state.supervisors += added
            return added
        }
        for supervisor in added { starting.yield(supervisor) }
    }

    /// Ends the pods from an ordinal on, all at once.
    private func removeAll(from ordinal: Int) async {
        let surplus = state.withLock { state in
            defer { state.supervisors.removeSubrange(min(ordinal, state.supervisors.count)...) }
            return Array(state.supervisors.enumerated().dropFirst(ordinal))
        }
        await withTaskGroup(of: Void.self) { group in
            for (_, supervisor) in surplus { group.addTask { await supervisor.stop() } }
        }
        state.withLock { state in
            for (ordinal, supervisor) in surplus { state.nextLives[ordinal] = supervisor.nextLife }
        }
    }

    private func specification(_ ordinal: Int) -> PodSpecification {
        let (segment, number) = state.withLock { ($0.segment, $0.number) }
        return template.specification(segment, number: number, ordinal: ordinal)
    }

    private func untilReady(_ ordinals: Range<Int>) async {
        let names = ordinals.map(variant.podName)
        let isReady = await stop.wait(atMost: Self.readyLimit) { [recorder] in recorder.areReady(names) }
        guard !isReady, stop.reason == nil else { return }
        recorder.note(
            "NotReady",
            of: object,
            "\(names.joined(separator: ", ")) after \(Self.readyLimit.text)",
            isWarning: true
        )
    }

    // MARK: - Words

    private var object: String { "variant/\(variant.name)" }

    private func announce(_ old: VariantSegment, _ new: VariantSegment) {
        if old.replicas != new.replicas {
            recorder.note("Scaled", of: object, "\(old.replicas) → \(new.replicas) pods")
        }
        if old.memory != new.memory {
            let limits = [old.memory, new.memory].map { $0?.description ?? "none" }
            recorder.note("LimitChanged", of: object, limits.joined(separator: " → "))
        }
        if old.handler != new.handler {
            let kind = new.command == nil ? "HandlerChanged" : "CommandChanged"
            recorder.note(kind, of: object, "\(old.handler) → \(new.handler)")
        }
    }
}
