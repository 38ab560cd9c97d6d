import Foundation
import LabCluster
import LabCore
import LabTesting
import Testing

extension Integration {
    /// “From an empty folder to a gate in ten minutes”, as a reader follows it.
    @Suite("The page on handlers of one's own")
    struct OwnHandlerPageTests {
        private static let repository = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        private static let workflow = ".github/workflows/leaks.yml"

        private static func text(_ path: String) throws -> String {
            try String(contentsOf: repository.appending(path: path), encoding: .utf8)
        }

        private static func page() throws -> TutorialPage {
            try TutorialPage(text("Sources/LeakLab/LeakLab.docc/YourOwnHandler.md"))
        }

        @Test("has the files of the example, line by line")
        func files() throws {
            var files = try Self.page().files
            #expect(files.removeValue(forKey: Self.workflow) != nil)
            #expect(files.count == 4)
            for (path, text) in files {
                let there = try Self.text("docs/examples/swift/\(path)")
                #expect(there.replacing("../../..", with: "../LeakLab") == text, "\(path)")
            }
        }

        @Test(
            "works in an empty folder: every command does and says what it says there",
            .enabled(
                if: ProcessInfo.processInfo.environment["LEAKLAB_PAGES"] == "1",
                "compiles the lab as a dependency, which takes minutes: “make docs” does it"
            ),
            .timeLimit(.minutes(40))
        )
        func commands() async throws {
            try await LabFixture.with { lab in
                let root = "\(lab.folder)/reader"
                try Folder.make(root)
                try FileManager.default.createSymbolicLink(
                    atPath: "\(root)/LeakLab",
                    withDestinationPath: Self.repository.path
                )
                let page = try Self.page()
                try await PageReader(lab: lab, folder: root, environment: Self.objects).follow(page)
                let steps = WorkflowCommands(try #require(page.files[Self.workflow])).commands
                #expect(steps.count == 2)
                for step in steps {
                    let end = try await lab.shell(
                        step.line,
                        in: "\(root)/\(step.folder)",
                        environment: Self.objects
                    )
                    #expect(end.status == 0, "\(step.line): \(end.account)")
                    // Annotations are what this format has to say.
                    if step.line.contains("--format github") { #expect(end.output.contains("::notice")) }
                }
                try await begin(lab, in: root)
            }
        }

        /// The same package as “init swift” writes it: checks, runs, and refuses when the bug comes back.
        private func begin(_ lab: LabFixture, in root: String) async throws {
            let written = try await lab.leaklab("init", "swift", "--into", "\(root)/begun")
            #expect(written.status == 0, "\(written.account)")
            let run = "swift run checkout-lab run checkout.yaml --quick"
            let refused = "\(run) --set variants.new-build.handler=old-build || test $? = 2"
            for line in ["swift run checkout-lab check checkout.yaml", run, refused] {
                let end = try await lab.shell(line, in: "\(root)/begun", environment: Self.objects)
                #expect(end.status == 0, "\(line): \(end.account)")
            }
        }

        /// Where what is compiled stays, so that the next time it need not be compiled again.
        private static var objects: [String: String] {
            ["SWIFTPM_BUILD_DIR": repository.appending(path: ".build/own-handler").path]
        }
    }
}
