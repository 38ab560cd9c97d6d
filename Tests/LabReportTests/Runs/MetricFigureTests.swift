import LabCore
import Testing

@testable import LabReport

@Suite("What an incident itself counts") struct MetricFigureTests {
    private static func variants(_ metrics: [VariantResult.Metric]...) -> [VariantResult] {
        metrics.map { metrics in
            var variant = VariantResult(name: "v", role: .fix, control: false)
            variant.metrics = metrics
            return variant
        }
    }

    /// The reference run with so many gauges besides its own two metrics, one for each letter.
    private static func report(gauges: Int) -> RunReport {
        var report = Fixture.reference
        for index in report.recording.variants.indices {
            for letter in "abcdefgh".prefix(gauges) {
                let name = "gauge\(letter)"
                report.recording.variants[index].pods[0].lives[0].series[MetricName(name)] =
                    Series(times: [0, 1_000_000_000], values: [0, 5])
                report.result.variants[index].metrics.append(
                    .init(name: name, kind: .gauge, peak: 5, end: 5)
                )
            }
        }
        return report
    }

    @Test(
        "A counter tells its total and how many for an event, a gauge its peak and its end",
        arguments: [
            (
                .init(name: "m", kind: .counter, peak: 1, total: 156_323, perEvent: 1.000_006),
                "156,323 · 1/event"
            ),
            (
                .init(name: "m", kind: .counter, peak: 1, total: 7_234_567, perEvent: 0.333),
                "7.23M · 0.33/event"
            ),
            (.init(name: "m", kind: .counter, peak: 1, total: 2, perEvent: 0.000_01), "2"),
            (.init(name: "m", kind: .counter, peak: 1, total: 2), "2"),
            (.init(name: "m", kind: .counter, peak: 0, total: 0, perEvent: 0), "0"),
            (.init(name: "m", kind: .gauge, peak: 1_000, end: 40), "≤ 1,000, end 40"),
            (.init(name: "m", kind: .gauge, peak: 1_234_567, end: nil), "≤ 1.23M, end –"),
            (.init(name: "m", kind: .gauge, peak: 0, end: 0), "0"),
            (
                .init(name: "m", kind: .counter, unit: .bytes, peak: 1, total: 0x1.8p30, perEvent: 21_094),
                "1.5 GiB · 20.6 KiB/event"
            ),
            (
                .init(name: "m", kind: .gauge, unit: .bytes, peak: 8 * 0x1p20, end: 512 * 0x1p10),
                "≤ 8.0 MiB, end 512 KiB"
            ),
            (
                .init(name: "m", kind: .gauge, unit: .microseconds, peak: 1_380_000, end: 607_496),
                "≤ 1.38 s, end 607 ms"
            ),
            (
                .init(name: "m", kind: .gauge, unit: .microseconds, peak: 16.2, end: 0),
                "≤ 16.2 µs, end 0"
            ),
            (
                .init(name: "m", kind: .gauge, unit: .milliseconds, peak: 4_700, end: 16),
                "≤ 4.7 s, end 16 ms"
            ),
            (.init(name: "m", kind: .gauge, unit: .nanoseconds, peak: 999_700, end: nil), "≤ 1 ms, end –"),
            (.init(name: "m", kind: .gauge, unit: .seconds, peak: 200, end: 0.25), "≤ 3 m 20 s, end 250 ms"),
        ] as [(VariantResult.Metric, String)]
    )
    func cells(_ metric: VariantResult.Metric, _ text: String) throws {
        let variants = Self.variants([metric], [])
        let figure = try #require(MetricFigure.all(of: variants).first)
        #expect(variants.map { figure.cell(of: $0).text } == [text, "–"])
    }

    @Test("Each curve can be had by itself under its name, those that a companion counted included")
    func pictures() throws {
        var report = Self.report(gauges: 1)
        report.recording.variants[0].series[MetricName("requests.backend-1")] =
            Series(times: [0, 2_000_000_000], values: [0, 70])
        let curves = try #require(report.document.curves)
        let names = curves.names()
        #expect(Set(["rss", "heap", "gaugea", "requests.backend-1"]).isSubset(of: names))
        for name in names {
            let picture = try #require(curves.picture(name))
            #expect(picture.hasPrefix("<svg"))
        }
        #expect(curves.picture("gaugeb") == nil)
    }

    @Test("The rows are by name, and none where no variant has a metric") func rows() {
        let metrics = ["b", "a", "c"].map {
            VariantResult.Metric(name: $0, kind: $0 == "c" ? .counter : .gauge, peak: 1)
        }
        let all = MetricFigure.all(of: Self.variants([metrics[0]], [metrics[1], metrics[2], metrics[0]]))
        #expect(all.map(\.name) == ["a", "b", "c"])
        #expect(all.map(\.kind) == [.gauge, .gauge, .counter])
        #expect(MetricFigure.all(of: Self.variants([], [])).isEmpty)
        #expect(Comparison(Fixture.waves).groups.map(\.title).last == "Service")
        #expect(Comparison(Fixture.reference).groups.map(\.title).last == "Of the incident")
    }

    @Test("A figure of the original stands beside the metric of its name") func original() {
        let rows = Comparison(Fixture.reference).table([:]).rows.suffix(2)
        #expect(rows.map { $0.cells.last?.text } == ["1/event", ""])
        #expect(Fixture.reference.otherOriginal.map(\.label) == ["events an hour at the peak"])
    }

    @Test("Up to four charts stand with the others, more are folded away", arguments: [0, 2, 3, 6])
    func folding(gauges: Int) {
        let html = Self.report(gauges: gauges).html
        let charts = gauges + 2
        let summary = "<summary>What the incident itself counts, in \(charts) charts</summary>"
        #expect(html.contains(summary) == (charts > 4))
        for index in 0..<charts { #expect(html.contains("id=\"chart-metric-\(index)\"")) }
    }

    @Test(
        "A chart of what the scenario sets a limit to stands with the others",
        arguments: [("gaugea", 1.0, 7), ("gaugea", nil, 8), ("gauge", 1, 8), ("entries", 2, 7)]
    )
    func limited(metric: String, limit: Double?, folded: Int) {
        var report = Self.report(gauges: 6)
        report.recording.header.findings = [FindingRule(kind: .pileUp, metric: metric, limit: limit)]
        let words = folded == 8 ? "itself counts" : "counts besides"
        #expect(
            report.html.contains(
                "<summary>What the incident \(words), in \(folded) charts</summary>"
            )
        )
    }

    @Test("A counter is drawn as a rate, a gauge as the sum over the pods") func charts() {
        let factory = ChartFactory(Fixture.reference)
        let counter = MetricFigure(.init(name: "catalogueQueries", kind: .counter, peak: 1))
        let rate = factory.chart(ofIncident: counter, index: 0)
        #expect(rate.unit == .eventsPerHour && rate.labelsPeak)
        let peaks = rate.lines.map { $0.series.values.max() ?? 0 }
        #expect(abs(peaks[0] - 7_228_800) < 20_000)
        let gauge = MetricFigure(.init(name: "entries", kind: .gauge, peak: 1))
        let level = factory.chart(ofIncident: gauge, index: 1)
        #expect(level.unit == .count)
        #expect(level.lines.map { $0.series.values.max() ?? 0 }[2] == 44)
    }

    @Test(
        "The axis of a chart is in the metric's unit, all times in one",
        arguments: [
            (.gauge, .bytes, .bytes, 44, "44 B"), (.gauge, .microseconds, .milliseconds, 0.044, "44 µs"),
            (.gauge, .seconds, .milliseconds, 44_000, "44 s"), (.gauge, .count, .count, 44, "44"),
        ] as [(VariantResult.Metric.Kind, MetricUnit, AxisUnit, Double, String)]
    )
    func axes(kind: VariantResult.Metric.Kind, unit: MetricUnit, axis: AxisUnit, peak: Double, text: String) {
        let figure = MetricFigure(.init(name: "entries", kind: kind, unit: unit, peak: 1))
        let chart = ChartFactory(Fixture.reference).chart(ofIncident: figure, index: 0)
        let highest = chart.lines[2].series.values.max() ?? 0
        #expect(chart.unit == axis && abs(highest - peak) < 1e-9 * peak)
        #expect(chart.unit.text(highest) == text)
    }

    @Test("A counter of bytes is drawn as bytes an hour") func bytesPerHour() {
        let figure = MetricFigure(.init(name: "catalogueQueries", kind: .counter, unit: .bytes, peak: 1))
        let chart = ChartFactory(Fixture.reference).chart(ofIncident: figure, index: 0)
        #expect(chart.unit == .bytesPerHour && chart.unit.text(0x1p20) == "1.0 MiB/h")
        #expect(chart.unit.ticks(upTo: 3 * 0x1p20, limit: 4).map(chart.unit.tickText).last == "3 MiB/h")
    }

    @Test("A resource is told in the unit of the metric that it is") func resource() {
        var variant = VariantResult(name: "v", role: .suspect, control: false)
        variant.metrics = [.init(name: "kept", kind: .gauge, unit: .bytes, peak: 1)]
        let each = Estimate(estimate: 2_048, low: 2_048, high: 2_048)
        variant.resources = [
            .init(name: "kept", peak: 0x1p20, end: 0x1p20, perEvent: each, verdict: .leaking)
        ]
        #expect(ResourceFigure(name: "kept").cell(of: variant).text == "1.0 MiB · 2.0 KiB/event")
    }

    @Test("What the lab reads by itself is no metric of the incident") func labsOwn() {
        var report = Fixture.waves
        report.recording.variants[0].pods[0].lives[0].series[.retries] = Series(times: [0], values: [1])
        let metrics = ChartFactory(report).otherMetrics
        #expect(metrics.own.isEmpty)
        #expect(metrics.process == [.retries, .threads])
    }
}
