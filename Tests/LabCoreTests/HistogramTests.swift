import LabCore
import Testing

@Suite struct HistogramTests {
    @Test("Buckets follow one another without gap or overlap")
    func contiguous() {
        #expect(HistogramLayout.lowerBound(of: 0) == 0)
        for bucket in 1..<HistogramLayout.bucketCount {
            #expect(HistogramLayout.lowerBound(of: bucket) == HistogramLayout.upperBound(of: bucket - 1) + 1)
        }
        #expect(HistogramLayout.upperBound(of: HistogramLayout.bucketCount - 1) == 1 << 40 - 1)
    }

    @Test(
        "A value lies within its bucket",
        arguments: [0, 1, 15, 16, 17, 31, 32, 33, 1_000, 65_535, 1 << 39, 1 << 40 - 1] as [UInt64]
    )
    func containing(_ value: UInt64) {
        let bucket = HistogramLayout.bucket(of: value)
        #expect(HistogramLayout.lowerBound(of: bucket) <= value)
        #expect(value <= HistogramLayout.upperBound(of: bucket))
    }

    @Test("Every value is known to within a sixteenth")
    func resolution() {
        for bucket in 16..<HistogramLayout.bucketCount {
            let low = HistogramLayout.lowerBound(of: bucket)
            #expect(Double(HistogramLayout.upperBound(of: bucket) - low) < Double(low) / 16)
        }
    }

    @Test("Values beyond the last bucket count in it", arguments: [1 << 40, .max] as [UInt64])
    func beyond(_ value: UInt64) {
        #expect(HistogramLayout.bucket(of: value) == HistogramLayout.bucketCount - 1)
    }

    @Test("What was recorded since an earlier snapshot is their difference, by bucket")
    func difference() {
        var histogram = HistogramSnapshot()
        histogram.record(1_000, count: 5)
        let earlier = histogram
        histogram.record(20, count: 3)
        histogram.record(1_000)
        let since = histogram.since(earlier)
        #expect(since.total == 4)
        #expect(since.counts[HistogramLayout.bucket(of: 20)] == 3)
        #expect(since.quantile(1) == 1_000)
        #expect(histogram.since(histogram).total == 0)
        #expect(earlier.since(histogram).total == 0)
    }

    @Test("Between the ends of a bucket quantiles lie on a line", arguments: [0.01, 0.1, 0.5, 0.9, 0.99])
    func interpolated(_ fraction: Double) throws {
        var histogram = HistogramSnapshot()
        for value in 1_024...2_047 as ClosedRange<UInt64> { histogram.record(value) }
        let value = try #require(histogram.interpolatedQuantile(fraction))
        #expect(abs(value - (1_024 + 1_024 * fraction)) <= 1)
        #expect(HistogramSnapshot().interpolatedQuantile(fraction) == nil)
        #expect(histogram.interpolatedQuantile(.nan) == nil)
    }

    @Test("Quantiles are the upper ends of buckets, never above the maximum")
    func quantiles() {
        var histogram = HistogramSnapshot()
        for value in 1...1_000 as ClosedRange<UInt64> { histogram.record(value) }
        #expect(histogram.quantile(0) == 1)
        #expect(histogram.quantile(0.5) == 511)
        #expect(histogram.quantile(0.99) == 991)
        #expect(histogram.quantile(1) == 1_000)
        #expect(histogram.mean == 500.5)
    }

    @Test("An empty histogram knows nothing")
    func empty() {
        #expect(HistogramSnapshot().quantile(0.5) == nil)
        #expect(HistogramSnapshot().mean == nil)
    }

    @Test("Adding two gives the histogram of both")
    func addition() {
        var (one, two, both) = (HistogramSnapshot(), HistogramSnapshot(), HistogramSnapshot())
        one.record(5, count: 3)
        two.record(5)
        two.record(70_000, count: 2)
        for value in [5, 5, 5, 5, 70_000, 70_000] as [UInt64] { both.record(value) }
        one.add(two)
        #expect(one == both)
    }
}
