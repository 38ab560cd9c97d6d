import LabCore
import Testing

@testable import LabReport

@Suite("Scales, ticks and marks")
struct ChartMathTests {
    @Test(
        "Axes end on round numbers above the largest value",
        arguments: [
            (AxisUnit.bytes, 812 * 0x1p20, ["0", "256 MiB", "512 MiB", "768 MiB", "1 GiB"]),
            (.bytes, 3.1 * 0x1p30, ["0", "1 GiB", "2 GiB", "3 GiB", "4 GiB"]),
            (.count, 156_323, ["0", "50k", "100k", "150k", "200k"]),
            (.count, 37, ["0", "10", "20", "30", "40"]),
            (.count, 0.91, ["0", "0.5", "1"]),
            (.eventsPerHour, 7_230_000, ["0", "2M/h", "4M/h", "6M/h", "8M/h"]),
            (.bytes, 0, ["0", "1 B"]), (.count, .nan, ["0", "1"]), (.bytes, .infinity, ["0", "1 B"]),
        ]
    )
    func ticks(unit: AxisUnit, largest: Double, expected: [String]) {
        #expect(unit.ticks(upTo: largest, limit: 4).map(unit.tickText) == expected)
    }

    @Test(
        "Time has the marks of clocks, in incident time",
        arguments: [
            (
                100.0, 1.0,
                ["0", "10 s", "20 s", "30 s", "40 s", "50 s", "60 s", "70 s", "80 s", "90 s", "1 m 40 s"]
            ),
            (
                120.0, 10.0,
                [
                    "0", "2 min", "4 min", "6 min", "8 min", "10 min", "12 min", "14 min", "16 min", "18 min",
                    "20 min",
                ]
            ),
            (144.0, 150.0, ["0", "1 h", "2 h", "3 h", "4 h", "5 h", "6 h"]),
        ]
    )
    func timeTicks(seconds: Double, timeScale: Double, expected: [String]) {
        let axis = TimeAxis(end: Int64(seconds * 1e9), timeScale: timeScale, start: 0, width: 600)
        #expect(axis.ticks(limit: 10).map(\.text) == expected)
    }

    @Test("Ticks stay on the axis whatever its length", arguments: [Int64.min, 0, 1, 999, 1 << 60, .max])
    func ticksStayInside(end: Int64) {
        for timeScale in [1e-300, 0.001, 1, 1e12, 1e300] {
            let axis = TimeAxis(end: end, timeScale: timeScale, start: 50, width: 600)
            #expect(axis.ticks(limit: 10).allSatisfy { (50...650).contains($0.position) })
        }
    }

    @Test(
        "A scale without a length still places every value",
        arguments: [
            (0.0, 0.0), (1, 1), (5, -5), (.nan, 1), (0, .infinity), (-1e308, 1e308),
        ]
    )
    func degenerateScale(low: Double, high: Double) {
        let scale = LinearScale(from: low, to: high, start: 200, end: 10)
        for value in [low, high, 0, .nan, .infinity, -.infinity, 1e308] {
            #expect((10...200).contains(scale.position(value)))
        }
    }

    @Test(
        "Coordinates have one decimal and are ASCII",
        arguments: [
            (1.0, "1"), (-0.05, "-0.1"), (-0.04, "0"), (12.34, "12.3"), (.nan, "0"), (.infinity, "0"),
            (1e12, "1000000"),
        ]
    )
    func coordinates(value: Double, expected: String) { #expect(coordinateText(value) == expected) }

    @Test("A reduced series keeps every extreme that a column of pixels can show") func reduced() {
        var series = Series()
        var random = SplitMix64(seed: 3)
        for index in 0..<10_000 { series.append(random.nextUnit(), at: Int64(index) * 1_000_000) }
        series.values[7_321] = 50
        series.values[1_234] = -50
        let points = series.reduced(to: 100)
        #expect(points.count <= 202)
        #expect(points.map(\.value).max() == 50 && points.map(\.value).min() == -50)
        #expect(points.first?.time == 0 && points.last?.time == 9_999 * 1_000_000)
        #expect(zip(points, points.dropFirst()).allSatisfy { $0.time < $1.time })
    }

    @Test("A short series is not reduced, and readings that are no number are left out") func notReduced() {
        let series = Series(times: [0, 1, 2, 3], values: [1, .nan, .infinity, 2])
        #expect(series.reduced(to: 100).map(\.value) == [1, 2])
        #expect(Series().reduced(to: 100).isEmpty)
        #expect(Series(times: [5], values: [1]).reduced(to: 0).map(\.time) == [5])
    }

    @Test("A counter’s growth is its rate") func growth() {
        let counter = Series(
            times: (0...100).map { $0 * 100_000_000 },
            values: (0...100).map { Double($0) * 50 }
        )
        let rate = counter.growth(windows: 5, shortest: 1_000_000_000)
        #expect(rate.values == [500, 500, 500, 500, 500])
        #expect(rate.times == [1, 3, 5, 7, 9].map { $0 * 1_000_000_000 })
    }

    @Test("Labels keep their distance, and stay inside where there is room") func endLabels() {
        let placed = EndLabels.place([100, 98, 99, 20], height: 15, low: 10, high: 110)
        let sorted = placed.sorted()
        #expect(zip(sorted, sorted.dropFirst()).allSatisfy { $1 - $0 >= 15 })
        #expect(sorted.allSatisfy { (10...110).contains($0) })
        #expect(placed[1] < placed[2] && placed[2] < placed[0], "labels stand in the order of their lines")
    }

    @Test("Every variant has a look of its own, the control the same one in each run") func styles() {
        let roles: [(role: VariantRole, isControl: Bool)] = [
            (.suspect, false), (.suspect, false), (.mitigation, false), (.fix, false), (.fix, true),
            (.suspect, false),
        ]
        let styles = SeriesStyle.assign(roles)
        #expect(Set(styles).count == roles.count)
        #expect(styles[4].index == 4)
        #expect(SeriesStyle.assign([(.suspect, true)]).map(\.index) == [4])
        #expect(SeriesStyle.assign(Array(repeating: (.fix, false), count: 40)).count == 40)
        #expect(Set((0..<SeriesStyle.count).map { SeriesStyle(index: $0).dashes }).count == SeriesStyle.count)
    }
}
