import Foundation
import LabCore
import Testing

@testable import LabReport

@Suite("No input stops a report")
struct AbsurdInputTests {
    static let absurdNumbers: [Double] = [
        .nan, .infinity, -.infinity, 1e308, -1e308, .leastNonzeroMagnitude, -0.0, -1,
    ]
    static let absurdTimes: [Int64] = [.min, .max, -1, 0, 1 << 60]

    private func renderAll(_ report: RunReport) throws -> [String] {
        [
            report.text(width: 0, style: .colored), report.text(width: 1_000),
            report.markdown, report.html, report.junit,
            report.json, CSVReport.render(report.recording),
            try RecordingExport.render(report.recording, result: report.result),
        ] + ReportChart.allCases.map { SVGChart.standalone(ChartFactory(report).chart($0)) }
    }

    /// What steps, waves and lost events show in; the page holds every chart.
    private func renderPages(_ report: RunReport) -> [String] {
        [report.text(width: 100), report.markdown, report.html]
    }

    @Test("A run that recorded nothing") func empty() throws {
        let texts = try renderAll(Fixture.empty)
        #expect(texts.allSatisfy { !$0.isEmpty })
        #expect(texts[0].contains("INVALID RUN"))
        #expect(texts[0].contains("no reason was recorded"))
    }

    @Test("Numbers that are none", arguments: absurdNumbers) func numbers(value: Double) throws {
        var report = Fixture.reference
        report.recording.header.timeScale = value
        report.recording.header.sampleInterval = value
        report.recording.header.warmUp = value
        for index in report.result.variants.indices {
            var variant = report.result.variants[index]
            variant.load.targetPerHour = value
            variant.load.achievedPerHour = value
            variant.latency.p99Millis = value
            variant.heap.bytesPerEvent = Estimate(estimate: value, low: value, high: value)
            variant.rss.peakBytes = value
            variant.tasks.perEvent = Estimate(estimate: value, low: value, high: value)
            variant.cpu.secondsPerMillionEvents = value
            variant.timeToOOM.seconds = value
            variant.findings = [Finding(kind: .spike, metric: "rss", value: value, limit: value)]
            variant.metrics = [
                .init(name: "a", kind: .gauge, peak: value, end: value),
                .init(name: "b", kind: .counter, peak: value, end: value, total: value, perEvent: value),
            ]
            variant.evidence[0].threshold = value
            variant.evidence[0].windowSeconds = value
            report.result.variants[index] = variant
            report.recording.variants[index].series[.lag] = Series(
                times: [0, 1, 2],
                values: [value, 1, value]
            )
            let life = Series(times: [0, 1_000_000_000, 2_000_000_000], values: [1, value, 3])
            report.recording.variants[index].pods[0].lives[0].series = [
                .rss: life, .heap: life, .tasks: life, .charge: life, .processed: life, .threads: life,
                MetricName("a"): life, MetricName("b"): life,
            ]
        }
        report.recording.processes = [
            "producer": [.targetRate: Series(times: [0, 1], values: [value, value])]
        ]
        let texts = try renderAll(report)
        for text in texts.dropLast(ReportChart.allCases.count + 1) where !value.isFinite {
            #expect(!text.contains("nan") && !text.contains(">inf"))
        }
    }

    @Test("Times that cannot be", arguments: absurdTimes) func times(time: Int64) throws {
        var report = Fixture.reference
        let series = Series(times: [time, 0, time], values: [1, 2, 3])
        report.recording.header.startedAt = time
        report.recording.header.phases = [PhaseHeader(name: "backwards", start: time, end: 0, summary: "")]
        report.recording.timeline = [
            TimelineEvent(at: time, isWarning: true, reason: "OOMKilled", object: "pod/x", message: "")
        ]
        for index in report.recording.variants.indices {
            report.recording.variants[index].series[.lag] = series
            for life in report.recording.variants[index].pods[0].lives.indices {
                report.recording.variants[index].pods[0].lives[life].start = time
                report.recording.variants[index].pods[0].lives[life].end = time
                report.recording.variants[index].pods[0].lives[life].series = [
                    .rss: series, .processed: series,
                ]
            }
        }
        #expect(try renderAll(report).allSatisfy { !$0.isEmpty })
    }

    @Test("Counts at the ends of their range", arguments: [Int.min, Int.max, -1]) func counts(
        count: Int
    ) throws {
        var report = Fixture.waves
        for index in report.result.variants.indices {
            report.result.variants[index].events.lost = count
            report.result.variants[index].lag.peak = count
            report.result.variants[index].tasks.end = count
            for pod in report.result.variants[index].pods.indices {
                report.result.variants[index].pods[pod].oomKills = count
                report.result.variants[index].pods[pod].restarts = count
            }
            report.recording.header.variants[index].memoryLimit = Int64(count)
        }
        report.result.exitStatus = .min
        #expect(try renderAll(report).allSatisfy { !$0.isEmpty })
    }

    @Test("Waves and steps of numbers that are none", arguments: absurdNumbers) func waves(value: Double) {
        var report = Fixture.sparseNight
        report.recording.header.warmUp = value
        for index in report.result.variants[0].segments.indices {
            var segment = report.result.variants[0].segments[index]
            segment.from = value
            segment.to = -value
            segment.waves.periodSeconds = value
            segment.waves.predictedPeriodSeconds = -value
            segment.waves.eventsToOOM = value
            segment.waves.predictedEventsToOOM = value
            segment.waves.medianErrorPercent = value
            segment.waves.worstErrorPercent = value
            segment.waves.ratio = .init(against: "x", observed: value, predicted: value)
            segment.chargeBytesPerEvent = Estimate(estimate: value, low: value, high: value)
            report.result.variants[0].segments[index] = segment
        }
        report.result.variants[0].lag.stalledSeconds = value
        report.result.variants[0].eventAge.p99Seconds = value
        report.recording.variants[0].series[.lagStatus] = Series(times: [0, 1], values: [value, value])
        report.recording.processes["producer"] = [.targetRate: Series(times: [0, 1], values: [value, 1])]
        for text in renderPages(report) where !value.isFinite {
            #expect(!text.contains("nan") && !text.contains(">inf"))
        }
    }

    @Test("Steps, lives and offsets at times that cannot be", arguments: absurdTimes)
    func stepTimes(time: Int64) {
        var report = Fixture.sparseNight
        for index in report.recording.variants[0].header.segments.indices {
            report.recording.variants[0].header.segments[index].start = time
            report.recording.variants[0].header.segments[index].memoryLimit = time
            report.result.variants[0].segments[index].memoryLimitBytes = time
            report.result.variants[0].segments[index].replicas = Int(time)
            report.result.variants[0].segments[index].oomKills = Int(time)
            report.result.variants[0].segments[index].peakLag = Int(time)
        }
        report.recording.header.variants[0] = report.recording.variants[0].header
        for index in report.recording.header.phases.indices {
            report.recording.header.phases[index].end = time
        }
        for pod in report.recording.variants[0].pods.indices {
            for life in report.recording.variants[0].pods[pod].lives.indices {
                report.recording.variants[0].pods[pod].lives[life].segment = Int(time)
                report.recording.variants[0].pods[pod].lives[life].start = time
            }
        }
        report.result.variants[0].events.lost = Int(time)
        report.result.variants[0].events.partitions[1].lost = Int(time)
        report.result.variants[0].events.partitions[1].lostOffsets = [
            .init(from: time, to: .max), .init(from: .max, to: time), .init(from: .min, to: .max),
        ]
        #expect(renderPages(report).allSatisfy { !$0.isEmpty })
    }

    @Test("A series whose times and values went apart") func unevenSeries() throws {
        var report = Fixture.reference
        report.recording.variants[0].series[.lag]?.values.removeLast(400)
        report.recording.variants[1].pods[0].lives[0].series[.processed]?.times.removeAll()
        #expect(try renderAll(report).allSatisfy { !$0.isEmpty })
    }

    @Test("A result and a recording of different variants") func strangers() throws {
        var report = Fixture.reference
        report.recording.variants.removeAll()
        report.recording.header.variants.removeAll()
        #expect(try renderAll(report)[3].contains("per-event-stopped"))
    }

    @Test("What is no number is null in JSON, and the document stays readable") func nullInJSON() throws {
        var report = Fixture.reference
        report.result.variants[0].latency.p99Millis = .nan
        report.result.variants[0].rss.peakBytes = .infinity
        let text = report.json
        #expect(text.contains("\"p99Millis\" : null") && text.contains("\"peakBytes\" : null"))
        let back = try JSONDecoder().decode(RunResult.self, from: Data(text.utf8))
        #expect(back.variants[0].latency.p99Millis == nil && back.variants[0].rss.peakBytes == nil)
    }
}
