import LabCore
import Testing

@testable import LabReport

@Suite("Kills below a chart")
struct MarkClusterTests {
    private static func marks(_ positions: [Double]) -> [ChartMark] {
        positions.map { ChartMark(at: Int64($0 * 1_000), text: "\($0)", isKill: true, style: nil) }
    }

    private static func clusters(_ positions: [Double]) -> [MarkCluster] {
        MarkCluster.clusters(of: marks(positions)) { Double($0.at) / 1_000 }
    }

    @Test(
        "Marks that would hide each other are one, with their number",
        arguments: [
            ([Double](), [Int]()), ([10], [1]), ([10, 60], [1, 1]), ([10, 11], [2]),
            ([60, 10, 11, 62], [2, 2]),
            ([10, 14, 60], [2, 1]), ([0, 9, 18, 27], [4]),
        ]
    )
    func counts(positions: [Double], expected: [Int]) {
        #expect(Self.clusters(positions).map(\.count) == expected)
    }

    @Test("Nothing is dropped, nothing overlaps, order is kept", arguments: [1, 7, 60, 700])
    func dense(count: Int) {
        var random = SplitMix64(seed: UInt64(count))
        let clusters = Self.clusters((0..<count).map { _ in Double(random.next() % 700) })
        #expect(clusters.reduce(0) { $0 + $1.count } == count)
        for (left, right) in zip(clusters, clusters.dropFirst()) {
            #expect(right.position - left.position >= (left.width + right.width) / 2)
            #expect((left.marks.last?.at ?? 0) <= (right.marks.first?.at ?? 0))
        }
    }

    @Test("Variants have rows of their own, other warnings the last one") func rows() {
        let styles = (0..<5).map { SeriesStyle(index: $0) }
        let kills = styles.map { ChartMark(at: 1, text: "", isKill: true, style: $0) }
        let warning = ChartMark(at: 1, text: "", isKill: false, style: nil)
        #expect(MarkRow.rows(of: []).isEmpty)
        #expect(MarkRow.rows(of: [warning]).map(\.isKill) == [false])
        let rows = MarkRow.rows(of: [warning] + kills)
        #expect(rows.map(\.isKill) == [true, true, true, false])
        #expect(rows.map(\.marks.count) == [1, 1, 3, 1])
    }
}
