import ArgumentParser
import Foundation
import LabCore
import LabEngine
import LabReport
import LabScenario
import LabTesting
import Testing

@testable import LabCommands

@Suite("Somebody who does not know the names")
struct DiscoveryTests {
    @Test(
        "gets the command that was probably meant",
        arguments: [
            ("rnu", "run"), ("chekc", "check"), ("scenario", "scenarios"), ("compair", "compare"),
            ("selftset", "selftest"),
        ]
    )
    func commands(given: String, meant: String) throws {
        let error = try #require(LeakLabCommand.unknownCommand(in: [given]))
        #expect(error.description == "there is no command “\(given)”")
        #expect(error.hint?.hasPrefix("Did you mean “\(meant)”? ") == true, "\(error.hint ?? "")")
        #expect(error.exitStatus == .usage)
    }

    @Test(
        "is not corrected where nothing is wrong",
        arguments: [[], ["run", "x"], ["--help"], ["help", "run"], ["pod", "x.json"], ["-h"], ["init"]]
    )
    func knownCommands(arguments: [String]) {
        #expect(LeakLabCommand.unknownCommand(in: arguments) == nil)
    }

    @Test(
        "gets the scenario or incident that was probably meant",
        arguments: [
            (["check", "service-per-evnt"], "service-per-event"), (["check", "two-leak.yaml"], "two-leaks"),
            (["show", "release-nite"], "release-night"), (["incidents", "cache-stamped"], "cache-stampede"),
        ]
    )
    func names(arguments: [String], meant: String) async throws {
        do {
            try await LeakLabCommand.execute(arguments)
            Issue.record("nothing was wrong")
        } catch let error as any ActionableError {
            #expect(error.hint?.hasPrefix("Did you mean “\(meant)”? ") == true, "\(error.hint ?? "")")
        }
    }

    @Test(
        "gets the format that the file's name asks for",
        arguments: [
            ("a.json", "json"), ("b.MD", "markdown"), ("/tmp/x.y/c.html", "html"), ("junit.xml", "junit"),
            ("d.csv", "csv"), ("e.svg", "svg"), ("f", "text"), ("g.txt", "text"), ("h.pdf", "text"),
            ("./x.json/plain", "text"),
        ]
    )
    func formats(file: String, format: String) throws {
        #expect(try OutputOptions.parse(["-o", file]).format.name == format)
        #expect(try OutputOptions.parse(["-o", file, "--format", "csv"]).format.name == "csv")
    }

    @Test("is refused a file whose ending stands for what the document has not")
    func wrongEnding() throws {
        let options = try OutputOptions.parse(["--output", "x.svg"])
        let error = #expect(throws: ValidationError.self) { try options.check(for: ComparisonResult.self) }
        #expect(error?.message.hasPrefix("--output: a comparison can be text, ") == true)
    }
}

@Suite("What “init” writes")
struct InitTests {
    private func run(_ arguments: [String]) throws {
        try InitCommand.parse(arguments).run()
    }

    @Test("is a valid scenario with a gate and a quick form", arguments: StarterKind.allCases)
    func scenario(kind: StarterKind) throws {
        let files = kind.files(clone: "../LeakLab")
        let file = try #require(files.first { $0.path.hasSuffix(".yaml") })
        #expect(!file.text.contains("docs/examples"))
        #expect(file.text.contains("expect:") && file.text.contains("\nquick:"))
        // The Swift one has an incident of its own, which “make docs” follows to the end.
        guard kind != .swift else { return }
        let folder = FileManager.default.temporaryDirectory.appending(path: "init-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try run([kind.rawValue, "--into", folder.path])
        let scenario = try ScenarioOptions.parse([folder.appending(path: file.path).path]).load()
        #expect(scenario.hasQuickForm && !scenario.expectations.isEmpty)
    }

    @Test("is what the examples of the documentation are, scripts included")
    func files() throws {
        let examples = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: "docs/examples")
        for (path, kind) in [("python/consumer.py", StarterKind.python), ("shell/consumer.sh", .shell)] {
            let text = try String(contentsOf: examples.appending(path: path), encoding: .utf8)
            let files = kind.files(clone: "")
            let file = try #require(files.first { $0.isExecutable })
            #expect(file.text == text)
        }
        let manifest = try #require(StarterKind.swift.files(clone: "../Lab").first)
        #expect(manifest.text.contains(".package(name: \"LeakLab\", path: \"../Lab\")"))
    }

    @Test("overwrites nothing: a file that is there keeps its contents, and no other is written")
    func refusal() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "init-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data("mine".utf8).write(to: folder.appending(path: "consumer.py"))
        let error = #expect(throws: LabError.self) { try run(["python", "--into", folder.path]) }
        #expect(error?.description == "\(folder.path)/consumer.py: exists already")
        #expect(error?.exitStatus == .usage)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["consumer.py"])
        #expect(try String(contentsOf: folder.appending(path: "consumer.py"), encoding: .utf8) == "mine")
    }
}
