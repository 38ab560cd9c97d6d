import Foundation
import LabCore
import Testing

@Suite struct FindingTests {
    @Test(
        "A kind and a metric tell the unit",
        arguments: [
            (.spike, "heap", .ratio), (.imbalance, "requests", .ratio), (.sawTooth, "heap", .seconds),
            (.plateau, "heap", .bytes), (.plateau, "rss", .bytes), (.plateau, "cachedBytes", .bytes),
            (.plateau, "entries", .count), (.stampede, "refreshes", .count), (.pileUp, "bytes", .bytes),
            (.pileUp, "Bytestrings", .count),
        ] as [(Finding.Kind, String, Finding.Unit)]
    )
    func units(_ kind: Finding.Kind, _ metric: String, _ unit: Finding.Unit) {
        #expect(FindingRule(kind: kind, metric: metric).unit == unit)
        #expect(Finding(kind: kind, metric: metric, value: 1, limit: nil).unit == unit)
    }

    @Test(
        "A value beyond its limit flags, one at it does not",
        arguments: [(2, 1, true), (1, 1, false), (2, nil, false)] as [(Double, Double?, Bool)]
    )
    func limit(_ value: Double, _ limit: Double?, _ isBeyond: Bool) {
        #expect(Finding(kind: .spike, metric: "heap", value: value, limit: limit).isBeyondLimit == isBeyond)
    }

    @Test(
        "A value is compared with what was predicted, where that can be",
        arguments: [
            (50, 1.1), (nil, nil), (0, nil), (-1, nil), (.leastNonzeroMagnitude, nil),
        ] as [(Double?, Double?)]
    )
    func ratio(_ predicted: Double?, _ ratio: Double?) {
        #expect(
            Finding(kind: .plateau, metric: "heap", value: 55, limit: nil, predicted: predicted).ratio
                == ratio
        )
    }

    @Test("The shapes of live heap are looked for, unless a line asks for that kind elsewhere")
    func standard() {
        #expect(FindingRule.inEffect([]) == FindingRule.standard)
        let entries = FindingRule(kind: .plateau, metric: "entries", limit: 5)
        let inEffect = FindingRule.inEffect([entries])
        #expect(inEffect.map(\.name) == ["plateau-of-entries", "saw-tooth-of-heap"])
        #expect(FindingRule.inEffect(inEffect) == inEffect)
    }

    @Test("Levels are the lab's own of a pod, those of sites, and whatever an incident tells")
    func levels() {
        for name in MetricName.levels + [.live(site: "a"), MetricName("entries")] {
            #expect(name.isLevel, "\(name)")
        }
        for name in [.processed, .cpu, .lag, .produced, .created(site: "a"), .overflow] as [MetricName] {
            #expect(!name.isLevel, "\(name)")
        }
    }

    @Test("A finding of an earlier document is read, and unknown values are written as null")
    func documents() throws {
        let text = #"{"kind":"saw-tooth","metric":"heap","value":45,"limit":null}"#
        let finding = try JSONDecoder().decode(Finding.self, from: Data(text.utf8))
        #expect(finding == Finding(kind: .sawTooth, metric: "heap", value: 45, limit: nil))
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let written = String(data: try encoder.encode(finding), encoding: .utf8)
        #expect(
            written == """
                {"kind":"saw-tooth","limit":null,"metric":"heap","note":null,"predicted":null,"rising":null,\
                "times":null,"value":45}
                """
        )
    }
}
