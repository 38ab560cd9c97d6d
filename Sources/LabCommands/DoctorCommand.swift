import ArgumentParser
import LabCore
import LabEngine
import LabReport
import LabScenario

/// Examines this machine.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check what this machine supports; with --clean, remove leftovers of crashed runs.",
        discussion: """
            With a scenario it also says whether memory and scratch space suffice. With --clean and an external broker it \
            deletes the topics there that runs have left which were killed.

            Example:
              \(Program.name) doctor service-per-event
            """
    )

    @Argument(help: ArgumentHelp("A scenario to examine the machine for.", valueName: "scenario"))
    var scenario: String?

    @Flag(help: "Remove cgroups and files of runs that are no more.")
    var clean = false

    @OptionGroup(title: "Broker") var broker: BrokerOptions
    @OptionGroup(title: "Store") var store: StoreOptions

    func run() async throws {
        let plan = try scenario.map { name in
            let source = try ScenarioSource.find(name)
            return try Scenario.load(text: source.text, path: source.path, catalogue: .library)
        }
        let examination = Examination(
            version: LeakLabVersion.current,
            scenario: plan,
            jemalloc: await Jemalloc.find()
        )
        let findings = examination.findings()
        let rows = findings.map { [$0.sign, $0.subject, $0.text] }
        try StandardOutput.write(TextTable.listing(rows, header: ["", "SUBJECT", "FINDING"]))
        if clean {
            try remove(Leftovers.find())
            if let address = try broker.address() { try deleteTopics(on: address) }
        }
        if findings.contains(where: { $0.severity == .failure }) {
            throw ExitCode(ExitStatus.capabilityMissing.rawValue)
        }
    }

    /// Of runs in the store whose lab is dead.
    /// - Throws: ``LabError`` if the broker does not answer, or a topic stays.
    private func deleteTopics(on address: String) throws {
        try broker.check()
        let cluster = ExternalTopics(
            servers: address,
            properties: try broker.properties(),
            allowsRemote: broker.allowRemote
        )
        try cluster.checkReachable()
        var kept: [String] = []
        for made in MadeTopics.abandoned(in: store.runs, on: address) {
            let left = made.delete(cluster, in: store.runs)
            for topic in made.topics {
                let verb = left.contains(topic) ? "kept" : "removed"
                try StandardOutput.write("\(verb) topic \(topic) of run \(made.run)\n")
            }
            kept += left
        }
        guard let first = kept.first else { return }
        throw LabError(
            "doctor: topic “\(first)” cannot be deleted",
            hint: "docs/brokers.md lists the rights that this needs.",
            exitStatus: .brokerUnavailable
        )
    }

    /// - Throws: ``LabError`` if one of them stays.
    func remove(_ leftovers: Leftovers) throws {
        let removals = leftovers.remove()
        for removal in removals {
            try StandardOutput.write(removal.problem.map { "kept \($0)\n" } ?? "removed \(removal.path)\n")
        }
        guard let kept = removals.lazy.compactMap(\.problem).first else { return }
        throw LabError(
            "doctor: what is left of runs cannot be removed: \(kept)",
            hint: "Whoever made it may, and so may root."
        )
    }
}
