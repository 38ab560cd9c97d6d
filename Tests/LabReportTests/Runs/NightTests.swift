import LabCore
import Testing

@testable import LabReport

@Suite("A release night")
struct NightTests {
    private let night = Fixture.night

    @Test("Quiet phases are found by their load") func idlePhases() {
        #expect(IdleGrowth.phases(of: night).map(\.header.name) == ["idle"])
        #expect(IdleGrowth.phases(of: Fixture.empty).isEmpty)
        var flat = night
        flat.recording.processes["producer"]?[.targetRate] = Series(times: [0, 50 << 30], values: [5, 5])
        #expect(IdleGrowth.phases(of: flat).isEmpty)
    }

    @Test("In a quiet phase a leak shows per event and per hour") func idleGrowth() throws {
        let phase = try #require(IdleGrowth.phases(of: night).first)
        let growth = try #require(IdleGrowth(of: night.recording.variants[0], in: phase, report: night))
        let perEvent = 21_094 * 0.41
        #expect(growth.isPlain && growth.lives == 4)
        #expect(abs(try #require(growth.perEvent) / perEvent - 1) < 0.05)
        // 800 events a wall second over four pods, four incident seconds to a wall second.
        #expect(abs(growth.perHour / (perEvent * 200 / 4 * 3_600) - 1) < 0.05)
        let control = try #require(IdleGrowth(of: night.recording.variants[1], in: phase, report: night))
        #expect(!control.isPlain && control.secondsToLimit == nil)
        #expect(control.limitText == "not in sight")
    }

    @Test("Predictions stand beside what came of them") func waveFigures() {
        let figures = WaveFigure.all(of: night.result)
        #expect(
            figures.map(\.owner) == ["production, start", "production, start"]
                + Array(repeating: "production, mitigation", count: 3)
        )
        #expect(figures.last?.name == "period ÷ that of production.start")
        #expect(figures.last?.predicted == "17.4×")
        #expect(night.result.ratioExplanation?.contains("4·(4·L − b) ÷ (L − b)") == true)
        #expect(WaveFigure.all(of: Fixture.reference.result).isEmpty)
        #expect(Fixture.reference.result.ratioExplanation == nil)
    }

    @Test("Each step is a line, and the control one") func segmentTable() {
        let table = Table(stepsOf: night.result)
        #expect(
            table.rows.map { [$0.group, $0.label.text] } == [
                ["production", "start"], ["production", "mitigation"], ["production", "fix"],
                ["singleton", ""],
            ]
        )
        #expect(table.rows.allSatisfy { $0.cells.count == table.columns.count })
        #expect(
            table.rows.map { $0.cells[1].text } == [
                "4 × 96.0 MiB", "16 × 384 MiB", "16 × 384 MiB", "4 × 96.0 MiB",
            ]
        )
        #expect(Table(stepsOf: Fixture.waves.result).rows.isEmpty)
    }

    @Test("The headline tells the steps") func headline() {
        #expect(
            night.headline.hasSuffix(
                "Step by step, production leaks in start and mitigation, is bounded in fix."
            )
        )
    }

    @Test("Lives, waits and kills of each pod") func podStrip() {
        let strip = PodStrip(night)
        #expect(strip.groups.map(\.rows.count) == [16, 4])
        #expect(strip.groups[0].rows.map(\.name) == (0..<16).map { "\($0)" })
        let kills = night.result.variants[0].oomKills
        #expect(strip.groups[0].rows.reduce(0) { $0 + $1.killed.count } == kills)
        #expect(strip.groups[0].words.hasSuffix("\(kills) killed"))
        #expect(strip.groups[1].words == "4 pods, 4 lives, none killed")
        for row in strip.groups[0].rows {
            #expect(zip(row.running, row.running.dropFirst()).allSatisfy { $0.upperBound <= $1.lowerBound })
            #expect(
                row.waiting.allSatisfy { wait in row.running.contains { $0.lowerBound == wait.upperBound } }
            )
        }
    }

    @Test("Readings of the same lag status are one stretch") func lateness() {
        var report = night
        report.recording.variants[0].series[.lagStatus] = Series(
            times: [0, 10, 20, 30, 40, 50],
            values: [0, 1, 1, 2, 7, 1]
        )
        let late = PodStrip(report).groups[0].late
        #expect(late.map(\.status) == [.lagging, .stalled, .lagging])
        #expect(late.prefix(2).map(\.span) == [10..<30, 30..<40])
    }

    @Test("An event is as old as the count of events that was committed last") func eventAge() {
        var variant = night.recording.variants[0]
        variant.series[.produced] = Series(times: [0, 1_000_000_000, 2_000_000_000], values: [0, 100, 200])
        variant.series[.lag] = Series(times: [0, 1_000_000_000, 2_000_000_000], values: [0, 25, 200])
        #expect(variant.eventAge.values == [0, 0.25, 2])
        variant.series[.produced] = nil
        #expect(variant.eventAge.isEmpty)
    }

    @Test("Limits follow the steps, and only lines that come near one show it") func limits() {
        let charge = ChartFactory(night).chart(.charge)
        let sum = charge.limits.map { $0.value / 0x1p20 }
        #expect(sum == [384, 6_144])
        #expect(charge.limits.map(\.to) == [130_000_000_000, nil])
        let pods = ChartFactory(night).podMemory(during: nil)
        #expect(pods.limits.map { $0.value / 0x1p20 } == [96, 384])
        #expect(pods.lines[0].strands.count == night.recording.variants[0].pods.flatMap(\.lives).count)
    }

    @Test("A phase on its own is drawn from its start to its end") func phaseChart() throws {
        let phase = night.header.phases[1]
        let chart = ChartFactory(night).podMemory(during: phase)
        #expect(chart.start == phase.start && chart.end == phase.end)
        let times = chart.lines.flatMap(\.strands).flatMap(\.times)
        #expect(try #require(times.min()) >= phase.start && #require(times.max()) <= phase.end)
        let axis = TimeAxis(begin: chart.start, end: chart.end, timeScale: 4, start: 0, width: 100)
        #expect(axis.ticks(limit: 4).map(\.text).first == "2 m 40 s")
        #expect(axis.ticks(limit: 4).allSatisfy { (0...100).contains($0.position) })
    }
}
