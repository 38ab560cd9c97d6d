import Foundation
import LabCore
import LabScenario
import Testing

/// Payloads of the user's own, and how they are compressed.
@Suite struct ContentTests {
    private static func text(_ workload: String, variants: String? = nil) -> String {
        """
        workload:
          \(workload)
          phases: [{duration: 60s, rate: 100/s}]
        variants:
          \(variants ?? "- {name: own, control: true, command: [sh, -c, 'true']}")
        """
    }

    private static func folder(_ files: [String: String]) throws -> String {
        let folder = NSTemporaryDirectory() + "leaklab-content-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for (name, text) in files {
            try text.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
        }
        return folder
    }

    /// What is wrong with a workload beside these files; the folder's name is left out.
    private static func report(_ workload: String, files: [String: String] = [:]) throws -> String {
        let folder = try folder(files)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        do {
            _ = try Scenario.load(text: text(workload), path: "\(folder)/own.yaml", catalogue: .test)
            return ""
        } catch {
            return error.report.replacing("\(folder)/", with: "")
        }
    }

    private static func workload(
        _ workload: String,
        files: [String: String] = [:]
    ) throws -> (Workload, String) {
        let folder = try folder(files)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let scenario = try Scenario.load(text: text(workload), path: "\(folder)/own.yaml", catalogue: .test)
        return (scenario.workload, folder)
    }

    @Test("Compression is lz4 if nothing else is said", arguments: Compression.allCases)
    func compression(_ compression: Compression) throws {
        #expect(try load(Self.text("topic: x")).workload.compression == .lz4)
        #expect(
            try load(Self.text("compression: \(compression.rawValue)")).workload.compression == compression
        )
    }

    @Test(
        "A codec that is none, or that the library of this program has not, is refused with those that there are"
    )
    func codecs() throws {
        #expect(
            LabScenarioTests.report(Self.text("compression: lz5")) == """
                outage.yaml:2:16: “lz5” is not one of none, gzip, snappy, lz4, zstd
                  Did you mean “lz4”? “compression” takes none, gzip, snappy, lz4 or zstd.
                """
        )
        let error = #expect(throws: ScenarioError.self) {
            try Scenario.load(
                text: Self.text("compression: zstd"),
                path: "outage.yaml",
                catalogue: IncidentCatalogue([], compressions: [.none, .lz4])
            )
        }
        #expect(error?.description.hasSuffix("of this program cannot compress with “zstd”") == true)
        #expect(error?.hint == "It knows none or lz4.")
    }

    @Test("A file is found beside the scenario, and its mean size known")
    func file() throws {
        let files = ["events.jsonl": "{\"id\":1}\n{\"id\":\"abcd\"}\n"]
        let (workload, folder) = try Self.workload("payload: {file: events.jsonl}", files: files)
        #expect(
            workload.content
                == EventContent(source: .files(paths: ["\(folder)/events.jsonl"], format: .json))
        )
        #expect(workload.payload == .fixed(ByteCount(11)))
    }

    @Test("A folder is its files by name, hidden ones left out; any name but those of JSON means any bytes")
    func folder() throws {
        let files = ["b.log": "\n\n", "a.log": "no JSON", ".c": ""]
        let (workload, folder) = try Self.workload("payload: {file: .}", files: files)
        #expect(
            workload.content?.source
                == .files(paths: ["\(folder)/a.log", "\(folder)/b.log"], format: .lines)
        )
    }

    @Test("Template, key, headers and shares are read, and recorded as settings")
    func template() throws {
        let scenario = try load(
            Self.text(
                """
                payload:
                    template: '{"id": "c-{{zipf 100}}", "n": {{sequence}}}'
                    key: {field: id}
                    headers: {source: shop, "trace id": "{{uuid}}"}
                    tombstones: 0.05
                    malformed: 2.5%
                """
            )
        )
        let content = try #require(scenario.workload.content)
        #expect(content.source == .template(#"{"id": "c-{{zipf 100}}", "n": {{sequence}}}"#))
        #expect(content.key == .field(["id"]) && content.tombstones == 0.05 && content.malformed == 0.025)
        #expect(
            content.headers == [LabelledValue("source", "shop"), LabelledValue("trace id", "{{uuid}}")]
        )
        // Commands need no number.
        #expect(!content.isNumbered)
        let settings = scenario.settings.map { "\($0.label) = \($0.value)" }
        for setting in [
            "workload.compression = lz4", "workload.payload.key.field = id",
            "workload.payload.tombstones = 5%",
            "workload.payload.headers.trace id = {{uuid}}", "workload.payload.malformed = 2.5%",
        ] {
            #expect(settings.contains(setting), "\(setting)")
        }
    }

    @Test("A sized payload may have headers and shares too, and without any of it there is no content")
    func sized() throws {
        let workload = try load(Self.text("payload: {size: 1kB, headers: {a: b}, malformed: 1%}")).workload
        #expect(workload.payload == .fixed(ByteCount(1_000)) && workload.content?.source == .lab)
        #expect(try load(Self.text("payload: {size: 1kB}")).workload.content == nil)
    }

    @Test(
        "What is wrong with a file is said with its place in the scenario, and with the line in the file",
        arguments: [
            (
                "{}\n{\"a\":}\n",
                "own.yaml:2:19: events.jsonl, line 2: no JSON: no value begins so (byte 6)\n  Each line"
            ),
            ("{}\n\n{}", "own.yaml:2:19: events.jsonl, line 2: no JSON: there is nothing in it (byte 1)\n"),
            ("", "own.yaml:2:19: events.jsonl: has no events\n  Write one a line."),
            (
                "{\"a\":\"\u{1}\"}",
                "own.yaml:2:19: events.jsonl, line 1: no JSON: a control character within a text"
            ),
        ]
    )
    func badFile(text: String, problem: String) throws {
        let found = try Self.report("payload: {file: events.jsonl}", files: ["events.jsonl": text])
        #expect(found.hasPrefix(problem), "\(found)")
    }

    @Test("Without “format: lines” a file of JSON's must be some, with it nothing need be")
    func format() throws {
        let files = ["events.json": "no JSON", "events.txt": "{}\nno JSON"]
        #expect(try Self.report("payload: {file: events.json, format: lines}", files: files) == "")
        let found = try Self.report("payload: {file: events.txt, format: json}", files: files)
        #expect(
            found.hasPrefix("own.yaml:2:19: events.txt, line 2: no JSON: a word that JSON has not (byte 2)")
        )
    }

    @Test(
        "What cannot be is said with its place, and what would be right",
        arguments: [
            ("payload: {file: missing.jsonl}", "2:19: there is no file “"),
            ("payload: {file: e.jsonl, size: 3kB}", "2:34: “file” excludes “size”"),
            ("payload: {file: e.jsonl, template: x}", "2:38: “file” excludes “template”"),
            ("payload: {template: x, min: 1kB}", "2:31: “template” excludes “min”"),
            ("payload: {size: 1kB, format: json}", "2:32: “format” goes with “file” only"),
            ("payload: {file: e.jsonl, format: xml}", "2:36: “xml” is not one of json, lines"),
            ("payload: {template: 'ab{{sequence'}", "2:26: a generator without its end"),
            (
                "payload: {template: '{{sequnce}}'}",
                "2:24: unknown generator “{{sequnce}}”\n  Did you mean “sequence”? "
            ),
            (
                "payload: {template: '{{text 900KiB}}{{text 900KiB}}'}",
                "2:23: “template” can become 1.8 MiB long"
            ),
            ("payload: {template: {a: b}}", "2:23: “template” takes a text with generators, not a mapping"),
            ("payload: {tombstones: 120%}", "2:25: “120%” is too large"),
            ("payload: {malformed: -1%}", "2:24: “-1%” is too small"),
            ("payload: {malformed: many}", "2:24: “many” is not a share"),
            ("payload: {headers: [a]}", "2:22: “headers” is a mapping"),
            ("payload: {headers: {leaklab: a}}", "2:23: “leaklab” is no name of a header"),
            (
                "payload: {headers: {a: '{{uid}}'}}",
                "2:27: unknown generator “{{uid}}”\n  Did you mean “uuid”? "
            ),
            ("payload: {template: x, key: {}}", "2:31: a key is a “field” or a “template”"),
            (
                "payload: {template: x, key: {field: a, template: b}}",
                "2:31: a key is a “field” or a “template”"
            ),
            (
                "payload: {template: '[]', key: {field: a}}",
                "2:42: the template: has no field “a” for the key"
            ),
            ("payload: {template: 'x', key: {field: a}}", "2:41: the template: has no field “a” for the key"),
            ("payload: {file: e.txt, key: {field: a}}", "2:39: a field needs events in JSON"),
            (
                "payload: {file: e.jsonl, key: {field: idd}}",
                "2:19: e.jsonl, line 1: has no field “idd” for the key"
            ),
            (
                "payload: {key: {field: playr}}",
                "2:26: the lab's own events have no field “playr”\n  Did you mean “player”?"
            ),
        ]
    )
    func problems(workload: String, problem: String) throws {
        let files = ["e.jsonl": #"{"id":1}"#, "e.txt": "x"]
        let found = try Self.report(workload, files: files)
        #expect(found.hasPrefix("own.yaml:\(problem)"), "\(found)")
    }

    @Test("Keys come from the event or from a distribution, and a tombstone has one")
    func keys() throws {
        let both = "payload: {template: '{{uuid}}', key: {template: a}}\n  keys: {count: 5}"
        #expect(try Self.report(both).contains("“key” and “workload.keys” exclude each other"))
        let none = "payload: {tombstones: 1%}\n  keys: {distribution: none}"
        #expect(try Self.report(none).contains("own.yaml:2:25: a tombstone needs a key"))
    }

    @Test("A handler of the lab's reads the lab's own events alone; headers and keys may be the user's")
    func handlers() throws {
        let variants = "- {name: per-event}\n  - {name: singleton, control: true}"
        for workload in [
            "payload: {template: '{}'}", "payload: {malformed: 1%}", "payload: {tombstones: 1%}",
        ] {
            let text = "incident: service-per-event\n" + Self.text(workload, variants: variants)
            #expect(
                LabScenarioTests.report(text).hasPrefix(
                    "outage.yaml:3:12: the handler “per-event” of “service-per-event” reads the lab's own events alone\n"
                        + "  Values of your own are for variants with a “command”"
                )
            )
        }
        let headers =
            "incident: service-per-event\n" + Self.text("payload: {headers: {a: b}}", variants: variants)
        let content = try load(headers).workload.content
        #expect(content?.isNumbered == true)
    }

    @Test(
        "A handler of a program of the user's own takes any payload, and finds each event's number in a header"
    )
    func ownHandlers() throws {
        let entry = IncidentCatalogue.Entry(
            name: "checkout",
            handlers: [.init(name: "old", summary: "Leaks.", defaultRole: .fix)],
            readsAnyPayload: true
        )
        let scenario = try Scenario.load(
            text: "incident: checkout\n" + Self.text("payload: {template: '{}'}", variants: "- {name: old}"),
            path: "own.yaml",
            catalogue: IncidentCatalogue([entry])
        )
        #expect(scenario.workload.content?.isNumbered == true)
    }
}
