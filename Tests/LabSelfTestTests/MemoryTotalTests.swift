import LabCore
import LabSelfTest
import LabTesting
import Testing

@Suite("The memory of a run") struct MemoryTotalTests {
    private func run(
        lives: [[(times: [Int64], values: [Double], end: Int64?)]],
        lab: [Double] = []
    ) -> RecordedRun {
        let header = RunHeader.made("x", incident: "i", warmUp: 0)
        let pods = lives.enumerated().map { number, lives in
            RecordedPod(
                name: "p\(number)",
                memoryLimit: nil,
                lives: lives.enumerated().map { index, life in
                    RecordedLife(
                        index: index,
                        pid: 1,
                        start: life.times.first ?? 0,
                        end: life.end,
                        series: [.rss: Series(times: life.times, values: life.values)]
                    )
                }
            )
        }
        let variant = RecordedVariant(
            header: VariantHeader(
                name: "v",
                role: .fix,
                isControl: true,
                handler: "h",
                summary: "",
                topic: "t",
                replicas: 1,
                memoryLimit: nil
            ),
            pods: pods
        )
        let times = lab.indices.map { Int64($0) * 10 }
        let processes = lab.isEmpty ? [:] : ["lab": [MetricName.rss: Series(times: times, values: lab)]]
        return RecordedRun(header: header, state: .finished, variants: [variant], processes: processes)
    }

    @Test("adds up what lives at one instant, each process with its last reading")
    func sum() {
        let run = run(lives: [[([0, 10], [5, 20], nil)], [([4, 12], [7, 3], nil)]], lab: [100, 90])
        // At 10: 20 + 7 + 90; at 4: 5 + 7 + 100; at 12: 20 + 3 + 90.
        #expect(MemoryTotal.peak(of: run) == 117)
    }

    @Test("counts a life no longer once it has ended")
    func lives() {
        let run = run(lives: [[([0, 10], [50, 60], 11), ([11, 20], [5, 55], nil)]])
        #expect(MemoryTotal.peak(of: run) == 60)
    }

    @Test("leaves out readings after the end, and what is no number")
    func strange() {
        #expect(MemoryTotal.peak(of: run(lives: [[([0, 9], [10, 900], 5)]])) == 10)
        #expect(MemoryTotal.peak(of: run(lives: [[([0, 1], [.nan, 7], nil)]])) == 7)
    }

    @Test("is unknown without readings")
    func none() { #expect(MemoryTotal.peak(of: run(lives: [])) == nil) }
}
