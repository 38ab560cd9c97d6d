import LabCore
import Testing

@testable import LabReport

@Suite("Series of a variant, made from its pods")
struct PodTotalsTests {
    private static let second: Int64 = 1_000_000_000

    private static func life(
        _ index: Int,
        from start: Int64,
        _ values: [Double],
        isOver: Bool
    ) -> RecordedLife {
        let times = values.indices.map { (start + Int64($0)) * second }
        let end = isOver ? (start + Int64(values.count)) * second : nil
        let series = Series(times: times, values: values)
        return RecordedLife(
            index: index,
            pid: 1,
            start: start * second,
            end: end,
            series: [.rss: series, .processed: series]
        )
    }

    private static let totals = PodTotals(
        variant: RecordedVariant(
            header: VariantHeader(
                name: "v",
                role: .suspect,
                isControl: false,
                handler: "",
                summary: "",
                topic: "",
                replicas: 2,
                memoryLimit: nil
            ),
            pods: [
                RecordedPod(
                    name: "v-0",
                    memoryLimit: nil,
                    lives: [
                        life(0, from: 0, [1, 2, 3], isOver: true), life(1, from: 5, [10, 20], isOver: true),
                    ]
                ),
                RecordedPod(
                    name: "v-1",
                    memoryLimit: nil,
                    lives: [life(0, from: 0, [100, 100], isOver: false)]
                ),
            ]
        ),
        coalescing: second / 2
    )

    @Test("The sum counts a pod with its last reading, and not at all between two lives") func sum() {
        let sum = Self.totals.sum(of: .rss)
        #expect(sum.times.map { $0 / Self.second } == [0, 1, 2, 3, 5, 6])
        #expect(sum.values == [101, 102, 103, 100, 110, 120])
    }

    @Test("The mean is over the pods that live") func mean() {
        #expect(Self.totals.mean(of: .rss).values == [50.5, 51, 51.5, 100, 55, 60])
    }

    @Test("A counter that restarts with each life goes on counting") func cumulative() {
        #expect(Self.totals.cumulative(of: .processed).values.last == 123)
    }

    @Test("A metric that nobody recorded is empty") func missing() {
        #expect(Self.totals.sum(of: .heap).isEmpty)
        #expect(Self.totals.mean(of: .heap).isEmpty)
        #expect(Self.totals.cumulative(of: .heap).isEmpty)
    }
}
