import LabCore
import Testing

@testable import LabReport

@Suite("Curves of the live display")
struct LiveChartTests {
    private static func variant(_ curve: [Double], limit: Double? = nil) -> LiveVariant {
        var variant = LiveVariant(name: "a", role: .suspect, rssHistory: [])
        (variant.curve, variant.curveName, variant.limit) = (curve, "charge", limit)
        return variant
    }

    private static func lines(_ variant: LiveVariant, rows: Int, width: Int, top: Double) -> [String] {
        LiveChart(variant: variant, tone: .plain).lines(rows: rows, width: width, top: top)
            .map { $0.rendered(.plain) }
    }

    @Test("A curve that rises fills more rows the further it is, up to the top")
    func rises() {
        let lines = Self.lines(Self.variant([0, 1, 2, 3, 4]), rows: 4, width: 17, top: 4)
        #expect(
            lines == [
                "        4 B     █", "               ██", "              ███", "     charge  ████",
            ]
        )
    }

    @Test("The limit is a line above the curve, at its height, and none where it is beyond the top")
    func limit() {
        let lines = Self.lines(Self.variant([1, 1], limit: 3), rows: 4, width: 14, top: 4)
        #expect(lines[1] == "  limit 3 B ╌╌")
        #expect(lines[3] == "     charge ██")
        let beyond = Self.lines(Self.variant([1, 1], limit: 9), rows: 4, width: 14, top: 4)
        #expect(!beyond.joined().contains("╌"))
    }

    @Test("Whatever was read fits the columns", arguments: [0, 1, 3, 79, 80, 81, 5_000])
    func columns(count: Int) {
        let history = (0..<count).map { $0 == 1 ? .nan : Double($0) }
        let peaks = LiveChart.peaks(of: history, columns: 80)
        #expect(peaks.count == 80)
        #expect(count < 2 || peaks.last == Double(count - 1))
        let lines = Self.lines(Self.variant(history, limit: .nan), rows: 5, width: 92, top: .nan)
        #expect(lines.count == 5 && lines.allSatisfy { $0.count <= 92 })
    }

    @Test("A terminal that is high shows curves, one that is low does not", arguments: [24, 40, 60])
    func heights(height: Int) {
        var snapshot = LiveFrameTests.snapshot(variants: 3)
        for index in snapshot.variants.indices {
            snapshot.variants[index].curve = (0..<200).map { 1e6 * Double($0) }
        }
        snapshot.next = ("calm: 100/s", snapshot.elapsed + 30)
        snapshot.keys = "p pause"
        let lines = LiveFrame.lines(snapshot, width: 100, height: height, style: .plain)
        #expect(lines.count <= height && lines.allSatisfy { $0.count <= 100 })
        #expect(lines.contains { $0.contains("█████") && !$0.contains("RSS") } == (height > 24))
        #expect(lines.contains { $0.hasPrefix("next calm: 100/s in ") && $0.hasSuffix("p pause") })
    }
}
