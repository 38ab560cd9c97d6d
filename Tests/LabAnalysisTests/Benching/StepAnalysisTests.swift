import LabCore
import Testing

@testable import LabAnalysis

@Suite("One measurement of a benchmark")
struct StepAnalysisTests {
    private static let rate = StepModel.rate

    @Test("is sustained by a consumer that keeps up, and says what it cost without the warm-up")
    func sustained() throws {
        let figures = StepModel().figures
        #expect(figures.outcome == .sustained)
        #expect(figures.because.isEmpty)
        #expect(figures.due == 20_000)
        #expect(figures.produced == 20_000)
        #expect(figures.handled == 20_000)
        #expect(figures.lagAtEnd == 60)
        #expect(figures.p50Millis == 20)
        #expect(figures.p99Millis == 30)
        let cpu = try #require(figures.cpuSecondsPerMillionEvents)
        #expect(abs(cpu - 30) < 0.1)
        #expect(figures.peakRSSBytes == 30e6)
        #expect(figures.exits == 0)
    }

    struct Course: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let lag: @Sendable (Double) -> Double

        init(_ name: String, _ lag: @escaping @Sendable (Double) -> Double) {
            testDescription = name
            self.lag = lag
        }
    }

    static let courses = [
        Course("two seconds of events in the handlers") { _ in 2 * StepModel.rate },
        Course("a warm-up that is made up for") { max(60, (3 - 0.5 * $0) * StepModel.rate) },
        Course("commits and batches") { 60 + 0.4 * StepModel.rate * ($0 - $0.rounded(.down)) },
        Course("a pause of half a second at the end") { $0 > 11.5 ? StepModel.rate * ($0 - 11.5) : 60 },
        Course("a slope below a hundredth of the rate") { 60 + 0.008 * StepModel.rate * $0 },
    ]

    @Test("is not failed by lag that stays, falls, swings or jumps for a moment", arguments: courses)
    func harmless(_ course: Course) {
        let figures = StepModel(lag: course.lag).figures
        #expect(figures.outcome == .sustained, "\(figures.because)")
    }

    @Test("fails when the lag grows by more than a hundredth of the rate")
    func growth() throws {
        let figures = StepModel(lag: { 60 + 0.02 * Self.rate * $0 }).figures
        #expect(figures.outcome == .failed)
        #expect(figures.because == ["lag grew by 40 events a second, 2.0 % of the rate"])
        let growth = try #require(figures.lagGrowthPerSecond)
        #expect(abs(growth - 40) < 1)
    }

    @Test("fails when the consumer gives way only at the end")
    func collapse() {
        let figures = StepModel(lag: { $0 > 10 ? 60 + 0.6 * Self.rate * ($0 - 10) : 60 }).figures
        #expect(figures.outcome == .failed)
        #expect(figures.because.count == 1)
        #expect(figures.because[0].hasPrefix("lag had risen by "))
    }

    @Test("allows a command whose progress is known every two seconds its steps")
    func command() {
        let steps: @Sendable (Double) -> Double = { 60 + Self.rate * $0.truncatingRemainder(dividingBy: 2) }
        #expect(StepModel(lag: steps, isCommand: true).figures.outcome == .sustained)
        let falling: @Sendable (Double) -> Double = { steps($0) + 0.1 * Self.rate * $0 }
        #expect(StepModel(lag: falling, isCommand: true).figures.outcome == .failed)
    }

    @Test("says nothing of a consumer that kept up with a load that did not come")
    func unreached() {
        let short = StepModel(produced: { 0.9 * $0 }).figures
        #expect(short.outcome == .unreached)
        #expect(short.because == ["only 90.0 % of the events came in time"])
        let late = StepModel(scheduleDelayMillis: 250).figures
        #expect(late.outcome == .unreached)
        #expect(late.because == ["the producer was late by 250 ms at its p99"])
    }

    @Test("fails a consumer that falls behind even a load that came short")
    func bothShort() {
        let figures = StepModel(produced: { 0.9 * $0 }, lag: { 60 + 0.1 * Self.rate * $0 }).figures
        #expect(figures.outcome == .failed)
    }

    @Test("fails when workers of a pod are killed, and does not take these kills for ends of the pod")
    func workersKilled() {
        let killed = StepModel(workerKills: 2).figures
        #expect(killed.outcome == .failed)
        #expect(killed.because == ["a pod reached its memory limit and was killed"])
        let both = StepModel(exit: PodExit(reason: "Error", code: 1), workerKills: 2).figures
        #expect(both.because.contains("a pod ended by itself"))
    }

    @Test(
        "fails when pods end, events are lost, or the broker dropped what was too late",
        arguments: [
            (StepModel(exit: PodExit(reason: "Error", code: 1)), "a pod ended by itself"),
            (StepModel(end: 11), "a pod ended by itself"),
            (
                StepModel(exit: PodExit(reason: "OOMKilled", code: 137)),
                "a pod reached its memory limit and was killed"
            ),
            (StepModel(lost: 1_200), "1,200 events were lost"),
            (
                StepModel(lost: 7_000, dropped: 7_000, invalidBecause: ["the broker dropped events"]),
                "it fell behind by more than the broker keeps: 7,000 events were dropped"
            ),
        ]
    )
    func losses(model: StepModel, because: String) {
        let figures = model.figures
        #expect(figures.outcome == .failed)
        #expect(figures.because == [because])
    }

    @Test("is unknown where the run is invalid, or nothing was recorded")
    func unknown() {
        let invalid = StepModel(invalidBecause: ["the producer ended: 1"]).figures
        #expect(invalid.outcome == .unknown)
        #expect(invalid.because == ["the producer ended: 1"])
        let empty = RecordedRun(header: .empty, state: .failed)
        let figures = StepAnalysis().figures(
            of: empty,
            result: RunAnalysis().result(of: empty),
            rate: EventRate(perSecond: 1)
        )
        #expect(figures.outcome == .unknown)
    }

    @Test("tells growth in incident time")
    func timeScale() throws {
        let figures = StepModel(lag: { 60 + 0.02 * Self.rate * $0 }, timeScale: 10).figures
        #expect(figures.due == 20_000)
        let growth = try #require(figures.lagGrowthPerSecond)
        #expect(abs(growth - 4) < 0.1)
        #expect(figures.outcome == .failed)
    }
}
