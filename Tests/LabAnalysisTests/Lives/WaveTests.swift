import LabCore
import Testing

@testable import LabAnalysis

@Suite("Climb, kill, restart, climb")
struct WaveTests {
    private static let mebibyte = 0x1p20

    private func alone(_ models: WaveModel...) -> SegmentedModel {
        SegmentedModel(
            parts: [
                .init(
                    name: "start",
                    memoryLimit: models[0].limit,
                    start: 0,
                    pods: models.map { $0.recorded(start: 1) }
                )
            ]
        )
    }

    private func waves(_ model: WaveModel, timeScale: Double = 1) throws -> VariantResult.Waves {
        try #require([alone(model)].results(timeScale: timeScale).first?.segments.first).waves
    }

    struct Disturbance: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var model: WaveModel

        init(_ description: String, _ change: (inout WaveModel) -> Void) {
            testDescription = description
            var model = WaveModel()
            change(&model)
            self.model = model
        }
    }

    /// Lives of about 4 s.
    static let disturbances: [Disturbance] = [
        Disturbance("little noise") { _ in },
        Disturbance("noise") { $0.noise = 0.5 * mebibyte },
        Disturbance("correlated noise") { ($0.noise, $0.correlation) = (mebibyte, 0.9) },
        Disturbance("buffers that fill at once") { ($0.fill, $0.fillSeconds) = (8 * mebibyte, 0.1) },
        Disturbance("buffers that fill in half a second") {
            ($0.fill, $0.fillSeconds, $0.noise) = (8 * mebibyte, 0.3, 0.2 * mebibyte)
        },
        Disturbance("a third of the limit for buffers") {
            ($0.fill, $0.fillSeconds) = (32 * mebibyte, 0.2)
        },
        Disturbance("a backlog at the start") { ($0.backlog, $0.noise) = (600, 0.2 * mebibyte) },
    ]

    @Test(
        "The first half of a life tells its whole within 10 %, worst of ten lives",
        arguments: Self.disturbances,
        1...5
    )
    func prediction(disturbance: Disturbance, seed: Int) throws {
        var model = disturbance.model
        model.seed = UInt64(seed)
        #expect((2.5...5).contains(model.climbSeconds))
        let waves = try waves(model)
        #expect(waves.lives == 10)
        #expect(waves.eventsToOOM == model.eventsToOOM)
        #expect(try #require(waves.worstErrorPercent) < 10)
        #expect(try #require(waves.medianErrorPercent) < 5)
        let predicted = try #require(waves.predictedEventsToOOM)
        #expect(abs(predicted - model.eventsToOOM) < 0.05 * model.eventsToOOM)
    }

    @Test(
        "A few lives that can be predicted do not speak for the many that cannot",
        arguments: [(1, false), (8, true)]
    )
    func fewPredictions(longLives: Int, isForetold: Bool) throws {
        let (long, short) = (WaveModel(lives: longLives), WaveModel(rate: 15_000, lives: 6))
        #expect(short.climbSeconds < 0.4)
        let waves = try #require([alone(long, short)].results().first?.segments.first).waves
        #expect(waves.lives == longLives + 6)
        #expect((waves.predictedEventsToOOM != nil) == isForetold)
        #expect((waves.worstErrorPercent != nil) == isForetold)
        #expect((waves.predictedPeriodSeconds != nil) == isForetold)
    }

    @Test("Only the first half of a life is looked at") func firstHalf() throws {
        let model = WaveModel(noise: 0)
        var life = try #require(model.recorded(start: 1).first)
        let climb = try #require(Climb(of: Life(life, warmUp: 0, settings: .standard)))
        #expect(abs(climb.slope - model.bytesPerEvent) < 1)
        #expect(abs(climb.base - model.base) < model.bytesPerEvent)
        for index in life.series[.charge]?.values.indices ?? 0..<0
        where life.series[.processed]?.values[index] ?? 0 > model.eventsToOOM / 2 {
            life.series[.charge]?.values[index] = 9e9
        }
        #expect(Climb(of: Life(life, warmUp: 0, settings: .standard)) == climb)
    }

    @Test("Period, gap and rate in incident time", arguments: [1.0, 60])
    func period(timeScale: Double) throws {
        let model = WaveModel()
        let waves = try waves(model, timeScale: timeScale)
        let period = try #require(waves.periodSeconds)
        #expect(abs(period / timeScale - model.period) < 0.1)
        #expect(abs(try #require(waves.predictedPeriodSeconds) - period) < 0.05 * period)
    }

    @Test("Lives too short for a prediction are counted all the same") func tooShort() throws {
        let waves = try waves(WaveModel(rate: 8_000))
        #expect(waves.lives == 10)
        #expect(waves.eventsToOOM != nil)
        #expect(waves.periodSeconds != nil)
        #expect(waves.predictedEventsToOOM == nil)
        #expect(waves.predictedPeriodSeconds == nil)
        #expect(waves.worstErrorPercent == nil)
    }

    @Test("Lives that did not end by memory are no waves") func otherEnds() throws {
        var model = alone(WaveModel())
        model.parts[0].pods[0] = model.parts[0].pods[0].map { $0.moved(to: 0, exit: "Error") }
        let waves = try #require(model.result?.segments.first).waves
        #expect(waves == VariantResult.Waves())
    }

    @Test("Without a limit, or a charge, nothing is predicted") func unknown() throws {
        var unlimited = alone(WaveModel())
        unlimited.parts[0].memoryLimit = nil
        #expect(unlimited.result?.segments.first?.waves.predictedEventsToOOM == nil)
        #expect(unlimited.result?.segments.first?.waves.periodSeconds != nil)
        var uncharged = alone(WaveModel())
        for index in uncharged.parts[0].pods[0].indices {
            uncharged.parts[0].pods[0][index].series[.charge] = nil
        }
        #expect(uncharged.result?.segments.first?.waves.predictedEventsToOOM == nil)
    }

    @Test("A life that died before its first event lengthens the wave") func stillborn() throws {
        let waves = WaveModel(lives: 2).recorded(start: 1)
        var dead = waves[0]
        dead.start = waves[0].end ?? 0
        dead.series = dead.series.mapValues { _ in Series(times: [dead.start], values: [0]) }
        dead.end = dead.start + 1
        var model = alone(WaveModel())
        model.parts[0].pods = [[waves[0], dead, waves[1]]]
        let found = try #require(model.result?.segments.first).waves
        #expect(found.lives == 3)
        #expect(abs(try #require(found.periodSeconds) - WaveModel().period) < 0.2)
    }

    @Test("A pod's last life has no period, and pods do not mix") func periods() throws {
        let single = try waves(WaveModel(lives: 1))
        #expect(single.periodSeconds == nil)
        #expect(single.predictedPeriodSeconds == nil)
        #expect(single.predictedEventsToOOM != nil)
        let both = try #require(alone(WaveModel(lives: 1), WaveModel(lives: 1)).result?.segments.first).waves
        #expect(both.lives == 2)
        #expect(both.periodSeconds == nil)
    }
}

@Suite("One wave against another")
struct WaveRatioTests {
    /// Pods that keep up: together they handle what arrives, from kill to kill.
    private func wave(
        limit: Int64 = 96 << 20,
        replicas: Int = 1,
        arrivals: Double = 1_000,
        lives: Int
    ) -> WaveModel {
        WaveModel(limit: limit, rate: arrivals / Double(replicas), gap: 0.02, lives: lives)
    }

    private func part(
        _ name: String,
        _ model: WaveModel,
        replicas: Int = 1,
        start: Double,
        segment: Int = 0
    ) -> SegmentedModel.Part {
        let pods = (0..<replicas).map { pod in
            var own = model
            own.seed = UInt64(pod + 1)
            return own.recorded(start: start + 0.5, segment: segment)
        }
        return SegmentedModel.Part(name: name, memoryLimit: model.limit, start: start, pods: pods)
    }

    /// 4 (4 L − b) / (L − b) with L = 96 MiB and b = 12 MiB.
    private static let fourTimesFour = 4.0 * (4 * 96 - 12) / (96 - 12)

    @Test("Four times the limit and four times the pods last 4 (4 L − b) / (L − b) times as long")
    func fourTimesFour() throws {
        let model = SegmentedModel(
            parts: [
                part("start", wave(lives: 10), start: 0),
                part(
                    "mitigation",
                    wave(limit: 384 << 20, replicas: 4, lives: 3),
                    replicas: 4,
                    start: 60,
                    segment: 1
                ),
            ],
            productionEnded: 400
        )
        let segments = try #require(model.result?.segments)
        #expect(segments[0].waves.ratio == nil)
        let ratio = try #require(segments[1].waves.ratio)
        #expect(ratio.against == "production.start")
        #expect(abs(ratio.predicted - Self.fourTimesFour) < 0.02 * Self.fourTimesFour)
        #expect(abs(ratio.observed - ratio.predicted) < 0.05 * ratio.predicted)
    }

    @Test("At half the rate a wave lasts twice as long") func rates() throws {
        let model = SegmentedModel(
            parts: [
                part("start", wave(lives: 10), start: 0),
                part("mitigation", wave(arrivals: 500, lives: 10), start: 100, segment: 1),
            ],
            due: [(0, 1_000), (90, 500)]
        )
        let ratio = try #require(model.result?.segments.last?.waves.ratio)
        #expect(abs(ratio.predicted - 2) < 0.05)
        #expect(abs(ratio.observed - 2) < 0.05)
    }

    private func mitigation(handler: String = "per-event") -> [SegmentedModel] {
        let suspect = SegmentedModel(name: "per-event", parts: [part("start", wave(lives: 10), start: 0)])
        var mitigation = SegmentedModel(
            name: "per-event-x4",
            role: .mitigation,
            parts: [part("start", wave(limit: 384 << 20, replicas: 4, lives: 2), replicas: 4, start: 0)]
        )
        mitigation.parts[0].handler = handler
        return [mitigation, suspect]
    }

    @Test("A mitigation is compared with the suspect") func suspect() throws {
        let results = mitigation().results()
        let ratio = try #require(results[0].segments[0].waves.ratio)
        #expect(ratio.against == "per-event")
        #expect(abs(ratio.predicted - Self.fourTimesFour) < 0.02 * Self.fourTimesFour)
        #expect(results[1].segments[0].waves.ratio == nil)
    }

    @Test("Only how a mitigation starts is compared with the suspect") func laterSegment() {
        var variants = mitigation()
        variants[0].parts.append(variants[0].parts[0])
        variants[0].parts[0].pods = [[LifeModel(seconds: 2).recorded()]]
        variants[0].parts[1].name = "more"
        for pod in variants[0].parts[1].pods.indices {
            variants[0].parts[1].pods[pod] = variants[0].parts[1].pods[pod].map { $0.moved(to: 1) }
        }
        let segments = variants.results()[0].segments
        #expect(segments[1].waves.periodSeconds != nil)
        #expect(segments.allSatisfy { $0.waves.ratio == nil })
    }

    @Test("What another handler keeps is no matter of limits") func otherHandler() {
        #expect(mitigation(handler: "per-event-stopped").results()[0].segments[0].waves.ratio == nil)
    }

    @Test("A step that cuts a wave short ends no period") func cut() throws {
        var first = wave(lives: 1)
        first.gap = 0.2
        let model = SegmentedModel(
            parts: [
                part("start", first, start: 0), part("next", first, start: 30, segment: 1),
            ]
        )
        let segments = try #require(model.result?.segments)
        #expect(segments.map(\.waves.lives) == [1, 1])
        #expect(segments.allSatisfy { $0.waves.periodSeconds == nil && $0.waves.ratio == nil })
    }
}
