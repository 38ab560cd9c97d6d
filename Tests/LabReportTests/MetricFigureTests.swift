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
        let names = SVGChart.names(of: report)
        #expect(Set(["rss", "heap", "gaugea", "requests.backend-1"]).isSubset(of: names))
        for name in names {
            let picture = try #require(SVGChart.standalone(named: name, of: report))
            #expect(picture.hasPrefix("<svg"))
        }
        #expect(SVGChart.standalone(named: "gaugeb", of: report) == nil)
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
        let rows = Comparison(Fixture.reference).groups.last?.rows
        #expect(rows?.map(\.original) == ["1/event", nil])
        #expect(Fixture.reference.otherOriginal.map(\.label) == ["events an hour at the peak"])
    }

    @Test("Up to four charts stand with the others, more are folded away", arguments: [0, 2, 3, 6])
    func folding(gauges: Int) {
        let html = HTMLReport.render(Self.report(gauges: gauges))
        let charts = gauges + 2
        let summary = "<summary>What the incident itself counts, in \(charts) charts</summary>"
        #expect(html.contains(summary) == (charts > 4))
        for index in 0..<charts { #expect(html.contains("id=\"chart-metric-\(index)\"")) }
    }

    @Test("A counter is drawn as a rate, a gauge as the sum over the pods") func charts() {
        let factory = ChartFactory(Fixture.reference)
        let rate = factory.chart(ofIncident: .queries, kind: .counter, index: 0)
        #expect(rate.unit == .eventsPerHour && rate.labelsPeak)
        let peaks = rate.lines.map { $0.series.values.max() ?? 0 }
        #expect(abs(peaks[0] - 7_228_800) < 20_000)
        let level = factory.chart(ofIncident: .entries, kind: .gauge, index: 1)
        #expect(level.unit == .count)
        #expect(level.lines.map { $0.series.values.max() ?? 0 }[2] == 44)
    }

    @Test("What the lab reads by itself is no metric of the incident") func labsOwn() {
        var report = Fixture.waves
        report.recording.variants[0].pods[0].lives[0].series[.retries] = Series(times: [0], values: [1])
        let metrics = ChartFactory(report).otherMetrics
        #expect(metrics.own.isEmpty)
        #expect(metrics.process == [.retries, .threads])
    }
}
