import LabCluster
import LabCore
import LabScenario

// Pods that run a program of the user's own.

extension PodTemplate {
    /// One life of such a pod.
    /// - Throws: ``LabError`` if there is no port for it.
    func child(of command: ScenarioCommand, pod ordinal: Int, life: Int) throws -> ChildProcess {
        let name = variant.podName(ordinal)
        var values = values(pod: ordinal, life: life)
        if command.usesPort {
            let port = try Loopback.freePort()
            values[.port] = String(port)
            commands.set(port: port, of: name, life: life)
        }
        let own = command.environment.mapValues { $0.filled(values) }
        let canPreload = Preloading.obstacle(in: command.program) == nil
        let environment =
            canPreload
            ? allocation.commandEnvironment(try agent(pod: name, life: life), besides: own) : own
        var child = ChildProcess(
            executable: command.program,
            arguments: command.arguments.map { $0.filled(values) },
            environment: environment.merging(children.scratch.mark.environment) { $1 },
            logPath: "\(children.logsFolder)/\(name).err.log"
        )
        child.tie = .launched
        child.launcher = children.executable
        child.workingDirectory = command.workingDirectory
        child.tails = commands.tails(of: name)
        return child
    }

    func values(pod ordinal: Int, life: Int) -> [CommandTemplate.Placeholder: String] {
        [
            .bootstrapServers: broker.bootstrapServers,
            .topic: variant.topic,
            .group: variant.group,
            .partitions: String(plan.scenario.workload.partitions),
            .variant: variant.name,
            .pod: variant.podName(ordinal),
            .ordinal: String(ordinal),
            .life: String(life),
            .run: plan.id,
            .seed: String(plan.scenario.seed),
        ]
    }
}

extension ScenarioCommand {
    var usesPort: Bool {
        (arguments + environment.values).contains { $0.placeholders.contains(.port) }
    }

    var external: ExternalProgram {
        func name(_ selector: MetricSelector?) -> MetricName? { selector.map { MetricName($0.description) } }
        return ExternalProgram(
            startup: startup,
            tasks: name(metrics?.tasks) ?? .threads,
            heap: name(metrics?.heap),
            handled: name(metrics?.handled),
            hasOwnHeap: metrics?.heap != nil || runtime.readsHeap
        )
    }
}
