import LabScenario
import LabTelemetry

/// Follows the commands of a stage: what their groups commit, and what their pods report of themselves.
struct StageCommands: Sendable {
    private let observers: [CommandObserver]
    private let scrapers: [CommandScraper]
    private let agents: [CommandAgents]
    private let faults: RunFaults

    init(_ stage: StageRun, ledgers: [String: Ledger], recorder: StageRecorder) {
        let variants = stage.variants.filter { $0.variant.command != nil }
        observers = variants.compactMap { variant in
            ledgers[variant.name].map { ledger in
                CommandObserver(
                    variant,
                    ledger: ledger,
                    servers: stage.broker.ownServers,
                    overrides: stage.request.kafkaProperties,
                    recorder: recorder,
                    commands: stage.commands,
                    faults: stage.faults
                )
            }
        }
        scrapers = variants.compactMap { variant in
            variant.variant.command.map { command in
                CommandScraper(
                    variant,
                    command,
                    template: stage.template(of: variant),
                    recorder: recorder
                )
            }
        }
        agents = stage.variants.compactMap { variant in
            CommandAgents(variant, template: stage.template(of: variant), recorder: recorder)
        }
        faults = stage.faults
    }

    /// Lets the agents of all living pods write their last heap profile.
    func takeLastProfiles(_ stop: StopSwitch) async {
        for agent in agents { await agent.takeLast(stop) }
    }

    /// Runs `body`, and reads the offsets once more when the pods are gone: some commit as they leave.
    func beside(_ body: @Sendable () async throws -> Void) async throws {
        for observer in observers { observer.start() }
        for scraper in scrapers { scraper.start() }
        for agent in agents { agent.start() }
        do {
            try await body()
        } catch {
            await end()
            throw error
        }
        await end()
    }

    private func end() async {
        for scraper in scrapers { scraper.stop() }
        for agent in agents { agent.stop() }
        for observer in observers { observer.stop() }
        for observer in observers { await observer.finished() }
        for agent in agents { await agent.finished() }
    }

    /// A variant of whose progress nothing is known makes the run invalid.
    func reportFaults() {
        for fault in observers.compactMap(\.fault) { faults.report(fault, stopping: false) }
    }
}
