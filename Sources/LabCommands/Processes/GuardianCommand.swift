import ArgumentParser
import LabCluster

struct GuardianCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "guardian",
        abstract: "End the lab's processes when the lab is gone.",
        shouldDisplay: false
    )

    func run() { runGuardian() }
}
