import LabCluster
import LabCore
import LabPod
import LabScenario
import LabTelemetry
import Synchronization

/// Keeps the agents in one variant's commands, on a thread of its own: asks them for heap profiles, and reports programs without one.
final class CommandAgents: Sendable {
    private let variant: VariantPlan
    private let template: PodTemplate
    private let recorder: StageRecorder
    private let thread = PeriodicThread("agents", every: CommandAgents.interval)
    private let state = Mutex(State())

    private struct State {
        /// The pods whose last profile is due.
        var isEnding = false
        /// Every living pod has left its last profile.
        var hasEnded = false
    }

    /// As often as a pod that runs a handler looks after its own.
    private static let interval = Duration.milliseconds(20)
    private static let patience = Duration.seconds(20)

    /// Fails for a variant whose commands have no agent.
    init?(_ variant: VariantPlan, template: PodTemplate, recorder: StageRecorder) {
        guard variant.variant.runsCommands, template.allocation.jemalloc?.agent != nil else { return nil }
        self.variant = variant
        self.template = template
        self.recorder = recorder
    }

    func start() {
        thread.start { [self] thread in
            var agents: [Int: CommandAgent] = [:]
            while thread.rest() { look(after: &agents) }
        }
    }

    func stop() { thread.stop() }

    func finished() async { await thread.finished() }

    /// Returns when every living pod has left its last profile; before they are asked to end.
    func takeLast(_ stop: StopSwitch) async {
        state.withLock { $0.isEnding = true }
        _ = await stop.wait(atMost: Self.patience) { state.withLock { $0.hasEnded } }
    }

    private func look(after agents: inout [Int: CommandAgent]) {
        guard recorder.hasBegun else { return }
        let lives = recorder.lives(of: variant.name)
        let isEnding = state.withLock { $0.isEnding }
        agents = agents.filter { target, _ in lives.contains { $0.target == target } }
        for life in lives {
            var agent = agents[life.target] ?? self.agent(of: life)
            let usage = recorder.processes(of: life)?.cgroup?.usage
            let age = life.age.inSeconds
            let news = agent.look(at: age, usage: usage, events: life.handled, isEnding: isEnding)
            agents[life.target] = agent
            if let news { note(news, of: life) }
        }
        let hasEnded = isEnding && agents.values.allSatisfy(\.hasEnd)
        state.withLock { $0.hasEnded = hasEnded }
    }

    private func agent(of life: CommandLife) -> CommandAgent {
        let pods = variant.variant.pods
        let isProfiled = template.allocation.isProfiled
        return CommandAgent(
            life.name,
            page: StageRecorder.agentPath(life.pod, life: life.life, in: template.children.scratch),
            folder: isProfiled ? template.children.profilesFolder : nil,
            schedule: ProfileSchedule(
                warmUp: template.plan.scenario.verdict.warmUp.inSeconds,
                every: pods.profile.every?.inSeconds,
                limit: pods.memory?.bytes
            )
        )
    }

    private func note(_ news: CommandAgent.News, of life: CommandLife) {
        let object = "pod/\(life.pod)"
        switch news {
        case .absent:
            let program = variant.variant.command?.program
            let reason =
                program.flatMap(Preloading.obstacle)
                ?? "Go, a static program or a shell that goes on does without"
            recorder.note(
                "AgentAbsent",
                of: object,
                "no agent reports from it, so its live heap is unknown: \(reason)",
                isWarning: true
            )
        case .noProfile(let reason): recorder.note("NoProfile", of: object, reason, isWarning: true)
        }
    }
}
