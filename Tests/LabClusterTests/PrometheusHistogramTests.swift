import LabCluster
import LabCore
import Testing

@Suite("A histogram of Prometheus") struct PrometheusHistogramTests {
    private func read(_ lines: [String], _ name: String = "took_seconds") throws -> HistogramSnapshot? {
        let selector = try #require(MetricSelector(name))
        let names = Set(PrometheusHistogram.names(of: selector))
        let reading = PrometheusText.values(of: names, in: lines.joined(separator: "\n"))
        return PrometheusHistogram(selector, in: reading)?.snapshot
    }

    @Test("has as many values as its buckets, spread evenly over each")
    func spread() throws {
        let lines = [
            #"took_seconds_bucket{le="0.1"} 50"#, #"took_seconds_bucket{le="0.2"} 100"#,
            #"took_seconds_bucket{le="+Inf"} 100"#, "took_seconds_sum 10", "took_seconds_count 100",
        ]
        let snapshot = try #require(try read(lines))
        #expect(snapshot.total == 100)
        // Prometheus: 0.1 + 0.1 × (75 − 50) / 50.
        let quantile = try #require(snapshot.interpolatedQuantile(0.75))
        #expect(abs(quantile - 150_000) < 10_000, "\(quantile)")
        let median = try #require(snapshot.interpolatedQuantile(0.5))
        #expect(abs(median - 100_000) < 7_000, "\(median)")
    }

    @Test("adds up series that differ in labels, of those that are chosen")
    func series() throws {
        let lines = ["GET", "POST"].flatMap { method in
            ["0.5", "+Inf"].map { #"took_seconds_bucket{method="\#(method)",le="\#($0)"} 8"# }
        }
        #expect(try read(lines)?.total == 16)
        #expect(try read(lines, #"took_seconds{method="GET"}"#)?.total == 8)
        #expect(try read(lines, #"took_seconds{method="PUT"}"#) == nil)
    }

    @Test("counts what is beyond the last bound there, as Prometheus does")
    func beyond() throws {
        let snapshot = try read([#"took_seconds_bucket{le="1"} 0"#, #"took_seconds_bucket{le="+Inf"} 5"#])
        #expect(snapshot?.total == 5 && snapshot?.maximum == 1_000_000)
    }

    @Test(
        "makes nothing of what makes no sense",
        arguments: [
            [#"took_seconds_bucket{le="x"} 5"#], ["took_seconds_bucket 5"],
            [#"took_seconds_bucket{le="-1"} 5"#],
            [#"took_seconds_bucket{le="1"} -5"#], [], ["took_seconds_sum 3"],
        ]
    )
    func nonsense(lines: [String]) throws { #expect(try read(lines) == nil) }

    @Test("survives counts that fall and bounds beyond all numbers")
    func absurd() throws {
        let snapshot = try read([
            #"took_seconds_bucket{le="1"} 1e300"#, #"took_seconds_bucket{le="2"} 1"#,
            #"took_seconds_bucket{le="1e300"} 1e300"#,
        ])
        #expect((snapshot?.total ?? 0) > 0)
    }
}
