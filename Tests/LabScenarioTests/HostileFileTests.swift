import Foundation
import LabCore
import LabScenario
import Testing

/// Files that nobody writes on purpose.
@Suite struct HostileFileTests {
    private static let everything: String = {
        let file = ScenarioFixtureTests.fixtures(in: "valid").first {
            $0.lastPathComponent == "everything.yaml"
        }
        return file.flatMap { try? String(contentsOf: $0, encoding: .utf8) } ?? ""
    }()

    private func expectProblems(_ text: String) {
        do {
            _ = try load(text)
        } catch {
            #expect(!error.problems.isEmpty)
            #expect(!error.report.isEmpty)
        }
    }

    @Test("A file may end anywhere")
    func truncation() {
        #expect(Self.everything.count > 1_000)
        for length in stride(from: 0, to: Self.everything.count, by: 3) {
            expectProblems(String(Self.everything.prefix(length)))
        }
    }

    @Test("Any character may stand anywhere", arguments: [1, 2, 3] as [UInt64])
    func corruption(_ seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        let strange: [Character] = [
            "{", "}", "[", "]", ":", "-", "\"", "'", "\t", "\n", "\r", "\0", "#", "&", "*", "!", "|", ">",
            "%", "@", "?", "~",
            "0", "9", ".", "/", "é", "\u{2028}", "\u{FEFF}", "\u{E000}", "👩‍👩‍👧",
        ]
        let original = Array(Self.everything)
        for _ in 0..<150 {
            var text = original
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                let place = Int.random(in: 0..<text.count, using: &generator)
                text[place] = strange[Int.random(in: 0..<strange.count, using: &generator)]
            }
            expectProblems(String(text))
        }
    }

    @Test(
        "Values that would break arithmetic are refused or harmless",
        arguments: [
            "seed: 99999999999999999999", "timeScale: 1e308", "timeScale: 1e-308", "timeScale: nan",
            "timeScale: inf",
            "timeScale: -0", "pods: {replicas: 9223372036854775808}", "pods: {replicas: 9e99}",
            "verdict: {warmUp: 999999999s}",
            "verdict: {warmUp: 1e400s}", "pods: {memory: 9999999999999GiB}",
            "sampling: {interval: 0.0000000001us}",
        ]
    )
    func numbers(_ line: String) {
        expectProblems(minimalScenario(line))
    }

    @Test("A run may be neither too long nor too short", arguments: ["1us", "1000000h", "366d", "0.1ms"])
    func durations(_ duration: String) {
        #expect(report(minimalScenario().replacing("60s", with: duration)).contains(":4:"))
    }

    @Test("Aliases that stand for millions of nodes are refused before they are followed")
    func manyAliases() {
        var text = "a: &a0 [x, x, x, x, x, x, x, x, x]\n"
        for level in 1..<12 {
            let aliases = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
            text += "b\(level): &a\(level) [\(aliases)]\n"
        }
        text += "? *a11\n: 1\n"
        #expect(report(text).hasPrefix("outage.yaml:1:1: too many aliases\n"))
    }

    @Test("Few aliases that stand for millions of nodes are refused", arguments: [10, 260])
    func tripledAliases(_ size: Int) {
        var text = "a0: &a0 [\(Array(repeating: "x", count: size).joined(separator: ","))]\n"
        for level in 1...10 {
            let last = "*a\(level - 1)"
            text += "a\(level): &a\(level) [\(last),\(last),\(last)]\n"
        }
        #expect(report(text).hasPrefix("outage.yaml:1:1: too many aliases\n"))
    }

    @Test("A large file with a few aliases ends where their nodes are too many")
    func largeAliases() {
        let items = Array(repeating: "x", count: 60_000).joined(separator: ",")
        let text = "a: &a [\(items)]\nb: [*a,*a,*a,*a,*a]\n"
        #expect(report(text).hasPrefix("outage.yaml:1:1: too many aliases\n"))
    }

    @Test("Tens of thousands of keys are read in one pass, and the unknown ones counted")
    func manyKeys() {
        let keys = (0..<15_000).map { "k\($0): 1" }.joined(separator: ", ")
        let lines = report(minimalScenario("parameters: {\(keys)}")).split(separator: "\n")
        #expect(lines.count == 201)
        #expect(lines.last?.hasSuffix(": 14,900 more unknown keys from here on") == true)
        #expect(report("parameters: {\(keys)}").contains("“incident” is missing"))
    }

    @Test("A key of thousands of letters is unknown, and no misspelling")
    func longKey() {
        let key = String(repeating: "phases", count: 20_000)
        let report = report(minimalScenario("? \(key)\n: 1"))
        #expect(report.contains("unknown key “phases"))
        #expect(!report.contains("Did you mean"))
    }

    @Test("A file that holds nothing says so", arguments: ["~", "---", "null\n", "---\n...\n"])
    func nothing(_ text: String) {
        #expect(
            report(text) == """
                outage.yaml:1:1: the file holds no scenario
                  A scenario has at least the keys incident, workload and variants.
                """
        )
    }

    @Test("A text with many asterisks is no file with many aliases")
    func asterisks() throws {
        let words = Array(repeating: "*very*", count: 50).joined(separator: " ")
        #expect(
            try load(minimalScenario("description: this is \(words) good")).description?.contains("*very*")
                == true
        )
    }

    @Test("Nesting has an end", arguments: [100, 900, 100_000])
    func nesting(_ depth: Int) {
        let text = minimalScenario(
            "title: " + String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        )
        #expect(report(text).contains("outage.yaml:8:"))
    }

    @Test("A file of many megabytes is not read")
    func size() {
        #expect(
            report(String(repeating: "# comment\n", count: 300_000))
                == "outage.yaml:1:1: the file is too large (2.9 MiB)"
        )
    }

    @Test("Keys may be set twice a hundred times, and no more often")
    func manyDuplicates() {
        func text(_ count: Int) -> String { minimalScenario(String(repeating: "seed: 1\n", count: count)) }
        #expect(report(text(50)).split(separator: "\n").count == 98)
        #expect(report(text(500)) == "outage.yaml:1:1: more than 100 keys are set twice")
    }

    @Test(
        "Odd keys that are set twice are told once",
        arguments: [
            ("? [a]\n: 1\n? [a]\n: 2", "outage.yaml:8:3: "), ("\"\": 1\n\"\": 2", "outage.yaml:8:1: "),
            ("&k x: 1\n*k : 2", "outage.yaml:8:1: "),
        ]
    )
    func oddDuplicates(_ lines: String, _ start: String) {
        #expect(report(minimalScenario(lines)).hasPrefix(start))
    }

    @Test("Line ends of other systems and a byte order mark change nothing")
    func lineEnds() throws {
        let text = minimalScenario("seed: 5\nseed: 6")
        let plain = report(text)
        #expect(report(text.replacing("\n", with: "\r\n")) == plain)
        #expect(report(text.replacing("\n", with: "\r")) == plain)
        #expect(report("\u{FEFF}" + text) == plain)
        #expect(plain.hasPrefix("outage.yaml:9:1: “seed” is set already\n"))
    }

    @Test(
        "Tags are refused where they stand, the standard ones too",
        arguments: [
            ("seed: !!int 5", "8:7", "!!int"), ("!!str seed: 5", "8:1", "!!str"),
            ("title: !<tag:yaml.org,2002:str> x", "8:8", "!<tag:yaml.org"),
            ("title: !!str \"x\"", "8:8", "!!str"), ("title: ! x", "8:8", "!"),
            ("pods: !!map {replicas: 1}", "8:7", "!!map"), ("expect: !!seq []", "8:9", "!!seq"),
        ]
    )
    func tags(_ line: String, _ place: String, _ tag: String) {
        #expect(
            report(minimalScenario(line)).hasPrefix("outage.yaml:\(place): the tag “\(tag)” is not read\n")
        )
    }

    @Test("A quoted word and an exclamation mark within one are no tags")
    func noTags() {
        #expect(report(minimalScenario("title: \"!x\"\ndescription: a !x")).isEmpty)
    }

    @Test("A load without any event is refused, a pause is not")
    func emptyLoad() {
        let text = minimalScenario().replacing("rate: 100/s", with: "rate: 1/h")
        #expect(
            report(text) == """
                outage.yaml:4:18: the phases send no event in all of their time
                  Raise the rates or prolong the phases until at least one event is due.
                """
        )
        #expect(report(minimalScenario().replacing("rate: 100/s", with: "rate: 60/h")).isEmpty)
        let pause = "    - {duration: 60s, rate: 0}\nvariants:"
        #expect(report(minimalScenario().replacing("variants:", with: pause)).isEmpty)
    }

    @Test("A metric's name has no control characters", arguments: ["\\x7f", "\\x9b", "\\e[31m", "\\u202e"])
    func metricNames(_ character: String) {
        let name = "a\(character)b"
        #expect(!report(minimalScenario("verdict: {resources: [\"\(name)\"]}")).isEmpty)
        #expect(report(minimalScenario("verdict: {resources: [statementsOpen]}")).isEmpty)
    }

    @Test("A second document is not taken for the first")
    func documents() {
        #expect(report(minimalScenario("---\na: 1")).hasPrefix("outage.yaml:8:1: not YAML: "))
    }

    @Test("A control character is told by its place")
    func controlCharacter() {
        #expect(
            report(minimalScenario("title: a\u{1}b"))
                == "outage.yaml:8:9: not YAML: control characters are not allowed"
        )
    }
}
