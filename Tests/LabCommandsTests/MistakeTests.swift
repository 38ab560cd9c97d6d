import ArgumentParser
import LabCore
import LabEngine
import LabScenario
import Testing

@testable import LabCommands

@Suite("A typical mistake")
struct MistakeTests {
    struct Mistake: Sendable, CustomTestStringConvertible {
        let arguments: [String]
        let complaint: String
        let status: LabCore.ExitStatus

        init(_ arguments: [String], _ complaint: String, _ status: LabCore.ExitStatus) {
            self.arguments = arguments
            self.complaint = complaint
            self.status = status
        }

        var testDescription: String { arguments.joined(separator: " ") }
    }

    // Commands that fail before they do anything.
    static let mistakes: [Mistake] = [
        Mistake(["broker", "--settle", "soon"], "--settle: “soon” is no duration", .usage),
        Mistake(
            [
                "check", "service-per-event", "--bootstrap-servers", "kafka:9092", "--allow-remote",
                "--max-rate", "fast",
            ],
            "--max-rate: “fast” is no rate",
            .usage
        ),
        Mistake(
            ["check", "release-night", "--bootstrap-servers", "kafka:9092", "--allow-remote"],
            "load: would send 20,083/s at its peak, and brokers that are not on this machine get 10,000/s at most",
            .usage
        ),
        Mistake(
            ["run", "release-night", "--bootstrap-servers", "kafka:9092", "--allow-remote"],
            "load: would send 20,083/s at its peak, and brokers that are not on this machine get 10,000/s at most",
            .usage
        ),
        Mistake(
            [
                "produce", "--topic", "events", "--rate", "max", "--bootstrap-servers", "kafka:9092",
                "--allow-remote",
            ],
            "load: would send events as fast as the brokers take them, and brokers that are not on this machine get 10,000/s at most",
            .usage
        ),
        Mistake(
            [
                "run", "service-per-event", "--dry-run", "--bootstrap-servers", "127.0.0.1:1", "--max-events",
                "9",
            ],
            "load: would send 463,875 events in all, and --max-events allows 9 events",
            .usage
        ),
        Mistake(["check", "nothing.yaml"], "nothing.yaml: cannot be read", .invalidScenario),
        Mistake(["check", "nothing"], "there is no scenario “nothing”", .invalidScenario),
        Mistake(
            ["check", "service-per-event", "--duration", "soon"],
            "--duration: “soon” is no duration",
            .usage
        ),
        Mistake(["bench", "nothing"], "there is no scenario “nothing”", .invalidScenario),
        Mistake(
            ["bench", "service-per-event", "--rates", "500/s,fast"],
            "--rates: “fast” is no rate",
            .usage
        ),
        Mistake(
            ["bench", "service-per-event", "--rates", "500/s,"],
            "--rates: “” is no rate",
            .usage
        ),
        Mistake(
            ["bench", "service-per-event", "--rates", "0/s"],
            "bench: --rates: 0/s is out of range",
            .usage
        ),
        Mistake(
            ["bench", "service-per-event", "--concurrency", "1,many"],
            "--concurrency: “many” is no number",
            .usage
        ),
        Mistake(
            ["bench", "service-per-event", "--concurrency", "0"],
            "bench: --concurrency: 0 is out of range",
            .usage
        ),
        Mistake(
            ["bench", "service-per-event", "--duration", "soon"],
            "--duration: “soon” is no duration",
            .usage
        ),
        Mistake(
            ["bench", "service-per-event", "--precision", "0.05"],
            "--precision: “0.05” is no share",
            .usage
        ),
        Mistake(
            ["bench", "service-per-event", "--precision", "1%"],
            "bench: --precision: out of range",
            .usage
        ),
        Mistake(["bench", "service-per-event", "--max-rate", "x"], "--max-rate: “x” is no rate", .usage),
        Mistake(
            ["bench", "release-night"],
            "bench: “production” has steps that change its pods, and bench measures pods that stay as they are",
            .usage
        ),
        Mistake(
            ["bench", "service-per-event", "--bootstrap-servers", "kafka:9092"],
            "--bootstrap-servers: “kafka:9092” is not a loopback address",
            .usage
        ),
        Mistake(
            ["run", "service-per-event", "--bootstrap-servers", ""],
            "--bootstrap-servers: names no broker",
            .usage
        ),
        Mistake(
            ["consume", "--incident", "nope", "--bootstrap-servers", "127.0.0.1:1", "--topic", "t"],
            "--incident: there is no incident “nope”",
            .usage
        ),
        Mistake(
            ["consume", "--handler", "nope", "--bootstrap-servers", "127.0.0.1:1", "--topic", "t"],
            "--handler: incident “service-per-event” has no handler “nope”",
            .usage
        ),
        Mistake(
            ["consume", "--protocol", "modern", "--bootstrap-servers", "127.0.0.1:1", "--topic", "t"],
            "--protocol: there is no protocol “modern”",
            .usage
        ),
        Mistake(
            ["broker", "--group-session", "1d"],
            "--group-session: “1d” is no duration of 1 s to 30 m",
            .usage
        ),
        Mistake(["incidents", "nothing"], "there is no incident “nothing”", .usage),
        Mistake(
            ["produce", "--topic", "x", "--bootstrap-servers", "kafka:9092"],
            "--bootstrap-servers: “kafka:9092” is not a loopback address",
            .usage
        ),
        Mistake(["produce", "--bootstrap-servers", "localhost:1"], "--topic is missing", .usage),
        Mistake(
            ["produce", "--bootstrap-servers", "localhost:1", "--topic", "x", "--rate", "fast"],
            "--rate: “fast” is no rate",
            .usage
        ),
        Mistake(
            ["produce", "--bootstrap-servers", "localhost:1", "--topic", "x", "--duration", "0"],
            "--duration: “0” is no duration",
            .usage
        ),
        Mistake(
            ["produce", "--bootstrap-servers", "localhost:1", "--topic", "x", "--payload", "1B"],
            "--payload: “1B” is no size from 64 B to 960 KiB",
            .usage
        ),
        Mistake(
            ["produce", "--bootstrap-servers", "localhost:1", "--topic", "x", "--partitions", "0"],
            "--partitions: “0”; 1 to 10,000 are possible",
            .usage
        ),
        Mistake(
            ["produce", "--bootstrap-servers", "localhost:1", "--topic", "x", "--keys", "0"],
            "--keys: “0”; there must be one",
            .usage
        ),
        Mistake(["broker", "--topic", ":4"], "--topic: “:4” is not name:partitions", .usage),
        Mistake(["broker", "--topic", "a:b:c"], "--topic: “a:b:c” is not name:partitions", .usage),
        Mistake(["broker", "--topic", "a:0"], "--topic: “0” partitions; 1 to 10,000 are possible", .usage),
        Mistake(["compare", "latest", "--store", "/no/such/store"], "/no/such/store: no runs yet", .usage),
        Mistake(["compare", "a:x", "b", "--store", "/no/such/store"], "/no/such/store: no run “a”", .usage),
        Mistake(
            ["compare", "--baseline", "/no/such/file.json", "latest"],
            "/no/such/file.json: cannot be read",
            .usage
        ),
        Mistake(["compare", "--baseline", "/dev/null", "latest"], "/dev/null: not a JSON document", .usage),
        Mistake(
            ["compare", "rep-latest", "--store", "/no/such/store"],
            "/no/such/store: no repetitions yet",
            .usage
        ),
        Mistake(
            ["report", "rep-2027", "--store", "/no/such/store"],
            "/no/such/store: no repetitions “rep-2027”",
            .usage
        ),
        Mistake(["compare", "a,b", "c", "--store", "/no/such/store"], "/no/such/store: no run “a”", .usage),
        Mistake(
            ["run", "service-per-event", "--baseline", "/no/such/file.json"],
            "/no/such/file.json: cannot be read",
            .usage
        ),
        Mistake(["report", "--store", "/no/such/store"], "/no/such/store: no runs yet", .usage),
        Mistake(["logs", "x", "--store", "/no/such/store"], "/no/such/store: no run “x”", .usage),
        Mistake(["runs", "rm", "x", "--store", "/no/such/store"], "/no/such/store: no run “x”", .usage),
    ]

    @Test("is answered with its place, the problem and the status of the contract", arguments: mistakes)
    func complaint(mistake: Mistake) async throws {
        do {
            try await LeakLabCommand.execute(mistake.arguments)
            Issue.record("nothing was wrong")
        } catch let error as any ActionableError {
            #expect(error.description == mistake.complaint)
            #expect(error.exitStatus == mistake.status)
            if let hint = error.hint { #expect(hint.hasSuffix("."), "\(hint)") }
        }
    }

    static let hostile: String = "\u{1B}]52;c;aGk=\u{7}\u{9B}31m\u{202E}x"

    @Test(
        "quotes what was given without what acts on a terminal",
        arguments: [
            ["check", hostile], ["check", "service-per-event", "--set", "\(hostile)=1"],
            ["check", "service-per-event", "--duration", hostile], ["incidents", hostile],
            ["produce", "--bootstrap-servers", hostile, "--topic", "x"], ["logs", hostile, "--store", "/no"],
            ["broker", "--topic", "\(hostile):b:c"], ["report", hostile, "--store", "/\(hostile)"],
            ["compare", "--baseline", hostile, hostile],
        ]
    )
    func terminal(arguments: [String]) async throws {
        do {
            try await LeakLabCommand.execute(arguments)
            Issue.record("nothing was wrong")
        } catch let error as any ActionableError {
            let text = Complaint.text(of: error)
            #expect(text.contains("␛]52;c;aGk"))
            #expect(
                text.unicodeScalars.allSatisfy { $0 == "\n" || $0.properties.generalCategory != .control }
            )
            #expect(!text.contains("\u{202E}"))
        }
    }

    @Test("in a scenario's key is quoted the same way")
    func escapesInKey() throws {
        let error = #expect(throws: ScenarioError.self) {
            try Scenario.load(text: "\"\\e[31mred\": 1\nseed: 1", path: "a.yaml", catalogue: .library)
        }
        let text = Complaint.text(of: try #require(error))
        #expect(text.contains("unknown key “␛[31mred”") && !text.contains("\u{1B}"))
    }

    @Test("in a scenario is told with its line, and a suggestion")
    func scenario() throws {
        let options = try ScenarioOptions.parse(["service-per-event", "--set", "workload.partitons=8"])
        let error = #expect(throws: (any Error).self) { _ = try options.load() }
        let actionable = try #require(error as? any ActionableError)
        #expect(actionable.exitStatus == .invalidScenario)
        #expect("\(actionable)".contains("partitons"))
        #expect("\(actionable)\(actionable.hint ?? "")".contains("partitions"))
    }
}
