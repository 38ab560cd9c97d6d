import Foundation
import LabCore
import Testing

@testable import LabReport

@Suite("Figures and words")
struct WordsTests {
    @Test(
        "Numbers as people read them",
        arguments: [
            (Figure.bytes(21_094), "20.6 KiB"), (Figure.bytes(nil), "–"), (Figure.bytes(.nan), "–"),
            (Figure.perEvent(0.99996), "1.000"), (Figure.rate(perHour: 7_230_000), "7.23M/h"),
            (Figure.rate(perHour: 45_000), "12.5/s"),
            (Figure.milliseconds(1.024), "1.02 ms"), (Figure.milliseconds(3_200), "3.2 s"),
            (Figure.duration(200), "3 m 20 s"), (Figure.duration(0), "0 s"), (Figure.duration(1e300), "–"),
            (Figure.percent(0.9996), "99.96 %"), (Figure.percent(1), "100.0 %"),
            (Figure.number(124_012), "124,012"),
            (Figure.number(-0.5), "−0.500"),
            (Figure.measure(21_094, unit: "B/event"), "20.6 KiB/event"),
            (Figure.measure(8, unit: "bytes"), "8 B"),
            (Figure.measure(5, unit: "tasks"), "5 tasks"),
            (Figure.measure(0.25, unit: "Bananas"), "0.250 Bananas"),
            (Figure.measure(152_628.708, unit: "tasks"), "152,629 tasks"),
            (Figure.rate(perHour: 7_200_000, in: .second), "2,000/s"),
            (Figure.rate(perHour: 7_230_000, in: .hour), "7.23M/h"),
            (Figure.rate(perHour: 45_000, in: .second), "12.5/s"), (Figure.milliseconds(99.97), "100 ms"),
            (Figure.microseconds(44.13), "44.1 µs"), (Figure.microseconds(0.8), "0.80 µs"),
        ]
    )
    func figures(text: String, expected: String) { #expect(text == expected) }

    @Test(
        "Rates are in the unit that the scenario or the command line has them in",
        arguments: [
            ("- {duration: 60s, rate: 2000/s}", [], .second), ("from: 7.23M/h", [], .hour),
            ("# rate: 1/s\nrate: 120k/min", [], .minute), ("title: rate 5/s\nrate: \"1G / day\"", [], .day),
            ("rate: 5/s", ["--set workload.phases.peak.rate=7.23M/h"], .hour), ("title: none", [], nil),
        ] as [(String, [String], RateUnit?)]
    )
    func rateUnits(text: String, overrides: [String], unit: RateUnit?) {
        #expect(RateUnit.first(in: text, overrides: overrides) == unit)
    }

    @Test(
        "Instants are told in UTC",
        arguments: [
            (Int64(0), "1970-01-01 00:00:00 UTC"), (1_772_367_240_000_000_000, "2026-03-01 12:14:00 UTC"),
            (951_827_696_000_000_000, "2000-02-29 12:34:56 UTC"), (-1, "1969-12-31 23:59:59 UTC"),
            (.max, "2262-04-11 23:47:16 UTC"), (.min, "1677-09-21 00:12:43 UTC"),
        ]
    )
    func instants(nanoseconds: Int64, expected: String) {
        #expect(UTCTime(nanosecondsSince1970: nanoseconds).text == expected)
    }

    @Test("The headline says what ended a run that went on until it was decided") func untilDecided() {
        func headline(_ ended: UntilDecided.Ending, open: [String] = [], _ verdict: Verdict) -> String {
            var report = Fixture.waves
            let look = UntilDecided.Look(atSeconds: 18.1, confidence: 0.9983, undecided: open)
            report.result.until = UntilDecided(
                ended: ended,
                atMostSeconds: 600,
                plannedLooks: 20,
                looks: [look]
            )
            report.result.variants[2].verdict = verdict
            return report.headline
        }
        #expect(headline(.decided, .bounded).hasSuffix(" singleton is bounded. Decided after 18 s."))
        #expect(
            headline(.decided, .inconclusive)
                .hasSuffix(" Decided at a look after 18 s, not by the whole run.")
        )
        let open = headline(.atMost, open: ["singleton"], .inconclusive)
        #expect(open.hasSuffix(" Not decided in the 10 m that were allowed. Open: singleton."))
        #expect(headline(.interrupted, .bounded).hasSuffix(" Ended before it was decided."))
    }

    @Test("The headline says what came out") func headline() {
        var report = Fixture.waves
        #expect(report.headline == "per-event and per-event-x4 leak. singleton is bounded.")
        report.result.variants[2].flagged = true
        #expect(report.headline == "per-event and per-event-x4 leak. singleton is flagged.")
        report.result.variants[2].flagged = false
        report.result.variants[2].verdict = .inconclusive
        #expect(report.headline == "per-event and per-event-x4 leak. singleton is inconclusive.")
        report.recording.header.form = .quick
        #expect(report.headline.hasPrefix("Quick form: per-event and per-event-x4 leak."))
        report.recording.header.form = .full
        report.result.valid = false
        #expect(report.headline == "The run is invalid: it says nothing about its variants.")
    }

    @Test(
        "An interval names its unit once, unless the ends differ in it",
        arguments: [
            (20.6 * 1_024, 20.5 * 1_024, 20.7 * 1_024, "20.6 KiB/event (20.5 – 20.7)"),
            (0.4, -12.0, 2_048.0, "0.40 B/event (−12 B/event – 2.0 KiB/event)"), (5, 5, 5, "5 B/event"),
        ]
    )
    func intervals(middle: Double, low: Double, high: Double, expected: String) {
        let evidence = Evidence(
            metric: "heap",
            against: "threshold",
            unit: "B/event",
            n: 9,
            windowSeconds: nil,
            estimate: Estimate(estimate: middle, low: low, high: high),
            threshold: 8,
            says: "leaking"
        )
        #expect(evidence.estimateText == expected)
    }

    @Test("A finding flags a variant that does not leak, in words and sign") func flagged() {
        var variant = VariantResult(name: "v", role: .fix, control: true)
        variant.verdict = .bounded
        #expect(variant.verdictText == "✓ bounded")
        variant.flagged = true
        #expect(variant.verdictText == "! bounded, flagged")
    }
}

@Suite("Text for a terminal")
struct TerminalTextTests {
    @Test(
        "Text is cut by columns, not by characters",
        arguments: [
            ("plain", 5, "plain"), ("plain", 4, "pla…"), ("plain", 1, "…"), ("plain", 0, ""),
            ("漢字かな", 8, "漢字かな"),
            ("漢字かな", 6, "漢字…"), ("e\u{301}tude", 4, "e\u{301}tu…"), ("👩‍👩‍👧 ok", 4, "👩‍👩‍👧 …"),
        ]
    )
    func truncation(text: String, width: Int, expected: String) {
        #expect(StyledText(text).truncated(to: width).rendered(.plain) == expected)
    }

    @Test(
        "Control characters become visible",
        arguments: [
            ("a\nb", "a␊b"), ("a\tb", "a b"), ("\u{1B}[2J", "␛[2J"), ("\u{7F}\u{9B}", "␡\u{FFFD}"),
            ("\u{202E}x", "\u{FFFD}x"),
        ]
    )
    func controls(text: String, expected: String) { #expect(StyledText(text).rendered(.plain) == expected) }

    @Test("Paragraphs wrap with a hanging indent") func paragraphs() {
        let lines = ParagraphText.lines("one two three four", lead: StyledText("- "), width: 12)
        #expect(lines.map { $0.rendered(.plain) } == ["- one two", "  three four"])
        #expect(ParagraphText.lines("", lead: StyledText("- "), width: 12).count == 1)
    }

    @Test(
        "A sparkline is as wide as asked, newest at the right",
        arguments: [
            ([Double](), 3, "   "), ([0, 5, 10], 3, "▁▅█"), ([10], 3, "  █"),
            ([0, 1, 2, 10, 4, 5], 3, "▁█▅"),
            ([.nan, 10], 2, " █"), ([-3, 20], 2, "▁█"),
        ]
    )
    func sparklines(history: [Double], width: Int, expected: String) {
        #expect(Sparkline.text(history, width: width, top: 10) == expected)
    }

    @Test("A sparkline without a scale is flat", arguments: [0, .nan, .infinity, -1] as [Double])
    func flatSparkline(top: Double) { #expect(Sparkline.text([1, 2], width: 2, top: top).count == 2) }

    @Test("Columns that do not fit follow below, labels repeated") func wideTables() {
        var report = Fixture.reference
        report.result.variants = (0..<7).map { index in
            var variant = report.result.variants[index % 3]
            variant.name = "a-variant-of-some-length-\(index)"
            return variant
        }
        let lines = report.text(width: 80).split(separator: "\n")
        #expect(lines.allSatisfy { $0.count <= 80 })
        #expect(lines.count { $0.hasPrefix("  heap/event") } == 4)
    }
}

@Suite("Exports")
struct ExportTests {
    @Test("The long format has one line for each sample") func csv() {
        let recording = Fixture.reference.recording
        let lines = CSVReport.render(recording).split(separator: "\n")
        #expect(lines.first == "time_s,subject_kind,variant,pod,life,metric,value,segment,unit,kind")
        let samples = recording.variants.flatMap { variant in
            variant.series.values.map(\.times.count)
                + variant.pods.flatMap(\.lives).flatMap { $0.series.values.map(\.times.count) }
        }
        let processes = recording.processes.values.flatMap { $0.values.map(\.times.count) }
        #expect(lines.count == 1 + (samples + processes).reduce(0, +))
        #expect(lines.contains("0.200,process,,producer,,targetRate,40,,count,gauge"))
        #expect(lines.contains("0.200,pod,per-event,per-event-0,0,tasks,16,,count,gauge"))
        #expect(lines.contains("0.200,variant,singleton,,,lag,1,,count,gauge"))
    }

    @Test("Samples tell the unit and kind of what a pod said of its metrics, exports both by name")
    func described() throws {
        var recording = Fixture.reference.recording
        recording.metrics = [
            .tasks: MetricDescription(kind: .gauge, unit: .count),
            MetricName("sent"): MetricDescription(kind: .gauge, unit: .bytes),
        ]
        recording.processes["producer"]?[MetricName("sent")] = Series(times: [200_000_000], values: [3])
        let lines = CSVReport.render(recording).split(separator: "\n")
        #expect(lines.contains("0.200,pod,per-event,per-event-0,0,tasks,16,,count,gauge"))
        // What a pod says of a name does not hold for a process's own.
        #expect(lines.contains("0.200,process,,producer,,sent,3,,,"))
        let export = try RecordingExport.render(recording)
        #expect(export.contains(#"{"kind":"gauge","name":"tasks","unit":"count"}"#))
    }

    @Test("A pod's samples name the step that its life was started for") func csvSegments() {
        let lines = CSVReport.render(Fixture.night.recording).split(separator: "\n")
        #expect(
            lines.contains {
                $0.hasPrefix("0.000,pod,production,production-0,0,charge,")
                    && $0.hasSuffix(",start,bytes,gauge")
            }
        )
        #expect(
            lines.contains {
                $0.hasPrefix("131.000,pod,production,production-12,0,")
                    && $0.hasSuffix(",mitigation,bytes,gauge")
            }
        )
        #expect(
            lines.contains {
                $0.hasPrefix("131.000,pod,singleton,singleton-0,0,") && $0.hasSuffix(",,bytes,gauge")
            }
        )
    }

    @Test("Values that are no number are empty fields, times exact") func csvEdges() {
        var run = RecordedRun(header: Fixture.empty.header, state: .finished)
        run.processes["broker"] = [.cpu: Series(times: [-1, 1_234_567_891], values: [.nan, 0.1])]
        #expect(
            CSVReport.render(run).split(separator: "\n").dropFirst() == [
                "-0.000000001,process,,broker,,cpu,,,seconds,counter",
                "1.234567891,process,,broker,,cpu,0.1,,seconds,counter",
            ]
        )
    }

    @Test("The export holds every sample, and the result") func recording() throws {
        let report = Fixture.waves
        let text = try RecordingExport.render(report.recording, result: report.result)
        let object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        let variants = try #require(object?["variants"] as? [[String: Any]])
        #expect(variants.count == 3)
        let pods = try #require(variants[0]["pods"] as? [[String: Any]])
        let lives = try #require(pods[0]["lives"] as? [[String: Any]])
        #expect(lives.count == report.recording.variants[0].pods[0].lives.count)
        let series = try #require(lives[0]["series"] as? [[String: Any]])
        #expect(series.map { $0["metric"] as? String }.contains("rss"))
        #expect((object?["result"] as? [String: Any])?["run"] as? String == report.result.run)
        #expect(text.hasSuffix("}\n") && !text.contains("\\/"))
    }
}
