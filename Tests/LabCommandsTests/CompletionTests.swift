import ArgumentParser
import Foundation
import LabCore
import LabRecording
import Testing

@testable import LabCommands

@Suite("Completions")
struct CompletionTests {
    @Test(
        "are had for each shell, and ask the program for scenarios and runs",
        arguments: ["bash", "zsh", "fish"]
    )
    func scripts(shell: String) throws {
        let kind = try #require(CompletionShell(rawValue: shell))
        let script = LeakLabCommand.completionScript(for: kind)
        #expect(script.contains("---completion"))
        for command in ["run", "check", "bench", "show", "report", "compare", "logs", "export"] {
            #expect(script.contains(command))
        }
    }

    @Test("of a store that is not there are none")
    func noStore() {
        #expect(Completions.ids(in: RunStore(directory: "/no/such/store")).isEmpty)
    }

    @Test("do not stop at the check for unknown commands")
    func request() {
        #expect(LeakLabCommand.unknownCommand(in: ["---completion", "run"]) == nil)
    }
}
