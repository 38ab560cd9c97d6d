import Foundation
import LabCore
import Testing

@Suite("The metrics that the lab records") struct MetricDefinitionTests {
    @Test("Each is declared once, with a title and a sentence of help")
    func declarations() {
        let names = MetricDefinition.all.map(\.name)
        #expect(Set(names).count == names.count)
        for definition in MetricDefinition.all {
            #expect(definition.title.first?.isUppercase == true, "\(definition.name)")
            #expect(!definition.help.isEmpty && !definition.explanation.hasSuffix("."), "\(definition.name)")
            #expect(MetricDefinition[definition.name] == definition)
            #expect(!definition.name.isOfIncident)
        }
    }

    @Test("Every name that the lab gives has a definition")
    func names() throws {
        let text = try String(
            contentsOf: Self.place("Sources/LabCore/Metrics/MetricRegistry.swift"),
            encoding: .utf8
        )
        let given = text.matches(of: #/static let \w+ = MetricName\("(\w+)"\)/#).map {
            MetricName(String($0.output.1))
        }
        #expect(given.count > 20)
        #expect(Set(given) == Set(MetricDefinition.all.map(\.name)))
        #expect(MetricName("queries").isOfIncident && !MetricName.live(site: "x").isOfIncident)
        #expect(
            MetricName.objects(ofBytes: 80).sizeClass == 80 && !MetricName.objects(ofBytes: 80).isOfIncident
        )
        for name in [
            "objects:", "objects:0", "objects:-8", "objects:080", "objects:8x",
            "objects:99999999999999999999",
        ] {
            #expect(MetricName(name).sizeClass == nil && MetricName(name).isOfIncident, "\(name)")
        }
        #expect(MetricName("queries").isReported && !MetricName.live(site: "x").isReported)
    }

    @Test("What is judged, looked at and reported is what a verdict, a finding and a comparison can be about")
    func uses() {
        for definition in MetricDefinition.all {
            if !definition.uses.isDisjoint(with: [.resource, .finding]) {
                #expect(definition.kind == .gauge, "\(definition.name) has no level")
            }
            if definition.chart == .growth { #expect(definition.kind == .counter, "\(definition.name)") }
            if definition.uses.contains(.reported) {
                #expect(ComparedMetric.allCases.contains(.reported(definition.name)))
            }
        }
        #expect(MetricName.standardResources == [.descriptors, .threads])
        #expect(
            MetricName.heap.isInBytes && MetricName("cacheBytes").isInBytes && !MetricName.threads.isInBytes
        )
    }

    @Test("docs/metrics.md has the table of the declarations")
    func documentation() throws {
        let place = Self.place("docs/metrics.md")
        let page = try String(contentsOf: place, encoding: .utf8)
        let pieces = page.split(separator: "<!-- table -->", omittingEmptySubsequences: false)
        try #require(pieces.count == 3, "the table stands between two marks")
        guard pieces[1] != "\n" + Self.table + "\n" else { return }
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] != nil {
            let updated = [String(pieces[0]), "\n" + Self.table + "\n", String(pieces[2])]
                .joined(separator: "<!-- table -->")
            try updated.write(to: place, atomically: true, encoding: .utf8)
        }
        Issue.record("docs/metrics.md differs from the declarations; UPDATE_GOLDEN=1 writes it anew")
    }

    private static var table: String {
        let rows = MetricDefinition.all.map { metric in
            [
                "`\(metric.name)`", metric.kind.rawValue, metric.unit.rawValue, metric.source.words,
                metric.explanation,
                metric.uses.words,
            ]
        }
        let header = ["Metric", "Kind", "Unit", "Read from", "What it is", "Used for"]
        return ([header, header.map { _ in "---" }] + rows)
            .map { "| \($0.joined(separator: " | ")) |\n" }.joined()
    }

    private static func place(_ path: String) -> URL {
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../\(path)")
            .standardizedFileURL
    }
}

extension MetricDefinition.Source {
    fileprivate var words: String {
        switch self {
        case .process: "`/proc` and the cgroup, of every pod and process of the lab"
        case .command: "a pod that runs a command"
        case .page: "the telemetry page of a pod that runs a handler"
        case .agent: "the agent in a pod that uses jemalloc"
        case .group: "the broker, for each variant"
        case .producer: "the producer"
        }
    }
}

extension MetricDefinition.Use {
    fileprivate var words: String {
        let all: [(MetricDefinition.Use, String)] = [
            (.judged, "verdict"), (.resource, "`resources`"), (.finding, "`findings`"),
            (.reported, "`metrics`, `compare`"),
        ]
        let words = all.filter { contains($0.0) }.map(\.1)
        return words.isEmpty ? "–" : words.joined(separator: ", ")
    }
}
