import LabCore
import Testing

@testable import LabAnalysis

@Suite("Lives of a few seconds")
struct ShortLivesTests {
    /// Twenty lives of about 4.5 s for each of two pods, beside one long life of the control.
    private func results(_ change: (inout WaveModel) -> Void = { _ in }) throws -> [VariantResult] {
        let pods = (0..<2).map { pod in
            var model = WaveModel(rate: 900, gap: 0.5, lives: 20, seed: UInt64(pod + 1))
            change(&model)
            return model.recorded(start: 1)
        }
        let suspect = SegmentedModel(
            parts: [.init(name: "start", memoryLimit: 96 << 20, start: 0, pods: pods)],
            productionEnded: 110
        )
        let control = SegmentedModel(
            name: "singleton",
            role: .fix,
            isControl: true,
            parts: [
                .init(
                    name: "start",
                    handler: "singleton",
                    start: 0,
                    pods: [[LifeModel(seconds: 109).recorded()]]
                )
            ],
            productionEnded: 110
        )
        return [suspect, control].results()
    }

    /// Of 3.2 to 8 s: with and without windows enough for a life of its own.
    @Test("A suspect that never lives long is leaking, its control bounded", arguments: [500.0, 900, 1_300])
    func suspect(rate: Double) throws {
        let results = try results { $0.rate = rate }
        #expect(results.map(\.verdict) == [.leaking, .bounded])
        let segment = try #require(results[0].segments.first)
        #expect(segment.oomKills == 40)
        #expect(segment.restarts == 38)
        #expect(abs(try #require(segment.tasksPerEvent).estimate - 1) < 0.001)
        #expect(abs(try #require(segment.heapBytesPerEvent).estimate - 20_534) < 100)
        #expect(abs(try #require(segment.chargeBytesPerEvent).estimate - 20_534) < 100)
        #expect(abs(try #require(segment.cpuSecondsPerMillionEvents) - 20) < 0.01)
        let says = Dictionary(results[0].evidence.map { ($0.metric, $0.says) }) { first, _ in first }
        #expect(
            says == [
                "tasks": "leaking", "outliving": "leaking", "heap": "leaking", "rss": "leaking",
                "charge": "leaking",
            ]
        )
    }

    /// It handled a hundred events, of which four mebibytes kept once would be more than all that leaked.
    @Test("A last life that was over before it kept much does not acquit the others") func lastLife() throws {
        let end = LifeModel(seconds: 0.2, rate: 500, bytesPerEvent: 20_534, isLabelled: false)
        let lives = WaveModel(rate: 900, gap: 0.5, lives: 20).recorded(start: 1).map { life in
            var life = life
            life.series[.tasks] = nil
            life.series[.outliving] = nil
            life.sites = []
            return life
        }
        let model = SegmentedModel(
            parts: [
                .init(name: "start", start: 0, pods: [lives + [end.recorded(index: 20, start: 109)]])
            ],
            productionEnded: 110
        )
        let variant = try #require(model.result)
        #expect(variant.evidence.contains { $0.against == "idle before the first event" })
        #expect(variant.verdict == .leaking)
    }
}
