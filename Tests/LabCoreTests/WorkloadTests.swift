import Foundation
import LabCore
import Testing

@Suite struct WorkloadTests {
    private static func workload(
        payload: PayloadSize = .fixed(ByteCount(300)),
        keys: KeyDistribution = .none,
        partitions: Int = 4
    ) -> Workload {
        Workload(topic: "t", partitions: partitions, payload: payload, keys: keys, runLength: 64, phases: [])
    }

    @Test("Runs of consecutive events go to one partition after another")
    func partitions() {
        let workload = Self.workload()
        let partitions = (0..<640).map { workload.partition(ofEvent: UInt64($0)) }
        #expect(Array(partitions.prefix(64)) == Array(repeating: 0, count: 64))
        let endsOfRuns = stride(from: 63, to: 640, by: 64).map { partitions[$0] }
        #expect(endsOfRuns == [0, 1, 2, 3, 0, 1, 2, 3, 0, 1])
    }

    @Test(
        "The same seed gives the same events, another seed others",
        arguments: [
            KeyDistribution.uniform(count: 1_000), .zipf(count: 1_000, exponent: 1.1),
            .zipf(count: 1_000, exponent: 0.7), .growingZipf(count: 100, exponent: 0.9, newShare: 0.35),
        ]
    )
    func determinism(_ keys: KeyDistribution) {
        let workload = Self.workload(
            payload: .logUniform(minimum: ByteCount(100), maximum: ByteCount(10_000)),
            keys: keys
        )
        let events = Array(WorkloadEvents(workload, seed: 7).prefix(1_000))
        #expect(events == Array(WorkloadEvents(workload, seed: 7).prefix(1_000)))
        #expect(events != Array(WorkloadEvents(workload, seed: 8).prefix(1_000)))
        let otherSizes = Self.workload(
            payload: .uniform(minimum: ByteCount(64), maximum: ByteCount(65)),
            keys: keys
        )
        #expect(events.map(\.key) == WorkloadEvents(otherSizes, seed: 7).prefix(1_000).map(\.key))
    }

    @Test("Draws of a seed are pinned, so that runs of different releases can be compared")
    func pinned() {
        let workload = Self.workload(
            payload: .uniform(minimum: ByteCount(100), maximum: ByteCount(999)),
            keys: .zipf(count: 1_000, exponent: 1.1)
        )
        let events = Array(WorkloadEvents(workload, seed: 7_230_000).prefix(6))
        #expect(events.map(\.key) == [8, 0, 28, 252, 0, 524])
        #expect(events.map(\.payloadSize) == [348, 666, 383, 104, 272, 414])
    }

    @Test(
        "A key lives in one partition, and all keys are below the count",
        arguments: [
            KeyDistribution.sequential(count: 10), .uniform(count: 10), .zipf(count: 10, exponent: 1),
            .uniform(count: 3), .zipf(count: 1_000_000, exponent: 2),
        ]
    )
    func homes(_ keys: KeyDistribution) throws {
        let count = try #require(keys.count)
        for event in WorkloadEvents(Self.workload(keys: keys), seed: 1).prefix(20_000) {
            let key = try #require(event.key)
            #expect(key % 4 == UInt64(event.partition))
            #expect(key < max(count, 4))
        }
    }

    @Test("Sequential keys come in turn and begin again")
    func sequential() {
        var sampler = KeySampler(.sequential(count: 10), partitions: 4)
        var generator = SplitMix64(seed: 0)
        let keys = (0..<4).map { _ in sampler.keyIndex(for: 1, using: &generator) }
        #expect(keys == [1, 5, 9, 1])
        let others = (0..<3).map { _ in sampler.keyIndex(for: 3, using: &generator) }
        #expect(others == [3, 7, 3])
    }

    @Test(
        "Of growing keys a share was never there before, and the others are known ones, the oldest most often"
    )
    func growing() throws {
        var (known, new, first) = (Set<UInt64>(0..<100), 0, 0)
        let keys = KeyDistribution.growingZipf(count: 100, exponent: 0.9, newShare: 0.35)
        #expect(keys.count == nil)
        for event in WorkloadEvents(Self.workload(keys: keys), seed: 5).prefix(20_000) {
            let key = try #require(event.key)
            #expect(key % 4 == UInt64(event.partition))
            if known.insert(key).inserted {
                new += 1
            } else if key < 100 {
                first += 1
            }
        }
        #expect(abs(new - 7_000) < 300)
        // 100 of some 7,000, and yet a large part of the others' draws.
        #expect(first > 3_000 && first < 13_000 - 3_000)
    }

    @Test("A share of 0 brings no new key, and one of 1 nothing else", arguments: [(0.0, 100), (1.0, 1_100)])
    func growingBounds(share: Double, distinct: Int) {
        let keys = KeyDistribution.growingZipf(count: 100, exponent: 1.1, newShare: share)
        let events = WorkloadEvents(Self.workload(keys: keys), seed: 5).prefix(1_000)
        let drawn = Set(events.compactMap(\.key)).union(0..<100)
        #expect(drawn.count == distinct)
    }

    @Test("Events without keys have none")
    func withoutKeys() {
        #expect(WorkloadEvents(Self.workload(), seed: 1).prefix(100).allSatisfy { $0.key == nil })
    }

    @Test("Uniform keys are all drawn about equally often")
    func uniform() {
        var sampler = KeySampler(.uniform(count: 100), partitions: 1)
        var generator = SplitMix64(seed: 3)
        var counts = [Int](repeating: 0, count: 100)
        for _ in 0..<100_000 { counts[Int(sampler.keyIndex(for: 0, using: &generator) ?? 0)] += 1 }
        #expect(counts.allSatisfy { abs($0 - 1_000) < 160 })
    }

    @Test(
        "Sizes keep within their bounds and have the expected mean",
        arguments: [
            (.fixed(ByteCount(300)), 300...300),
            (.uniform(minimum: ByteCount(100), maximum: ByteCount(500)), 100...500),
            (.logUniform(minimum: ByteCount(150_000), maximum: ByteCount(900_000)), 150_000...900_000),
            (
                .normal(
                    mean: ByteCount(4_096),
                    deviation: ByteCount(512),
                    minimum: ByteCount(64),
                    maximum: ByteCount(8_192)
                ),
                64...8_192
            ),
        ] as [(PayloadSize, ClosedRange<Int>)]
    )
    func sizes(_ payload: PayloadSize, _ bounds: ClosedRange<Int>) {
        var generator = SplitMix64(seed: 5)
        let sizes = (0..<50_000).map { _ in payload.sample(using: &generator) }
        #expect(sizes.allSatisfy(bounds.contains))
        let mean = Double(sizes.reduce(0, +)) / 50_000
        #expect(abs(mean - payload.mean) < 0.01 * payload.mean)
    }

    @Test("A normal size has its deviation, and a bound cuts it off")
    func normal() {
        var generator = SplitMix64(seed: 6)
        let bounds = (ByteCount(64), ByteCount(1_000_000))
        let payload = PayloadSize.normal(
            mean: ByteCount(10_000),
            deviation: ByteCount(1_000),
            minimum: bounds.0,
            maximum: bounds.1
        )
        let squares = (0..<50_000).map { _ in pow(Double(payload.sample(using: &generator)) - 10_000, 2) }
        #expect(abs((squares.reduce(0, +) / 50_000).squareRoot() - 1_000) < 20)
        let cut = PayloadSize.normal(
            mean: ByteCount(100),
            deviation: ByteCount(1_000),
            minimum: bounds.0,
            maximum: ByteCount(100)
        )
        #expect((0..<1_000).contains { _ in cut.sample(using: &generator) == 64 })
    }

    @Test("Half of log-uniform sizes lie below the geometric mean")
    func logUniform() {
        var generator = SplitMix64(seed: 6)
        let payload = PayloadSize.logUniform(minimum: ByteCount(100), maximum: ByteCount(10_000))
        let below = (0..<20_000).count { _ in payload.sample(using: &generator) < 1_000 }
        #expect(abs(below - 10_000) < 300)
    }

    @Test("A workload survives the way to another process")
    func coding() throws {
        for keys in [
            KeyDistribution.zipf(count: 5, exponent: 1.5),
            .growingZipf(count: 5, exponent: 1.5, newShare: 0.1),
        ] {
            let workload = Self.workload(keys: keys)
            let data = try JSONEncoder().encode(workload)
            #expect(try JSONDecoder().decode(Workload.self, from: data) == workload)
        }
    }
}

@Suite struct ZipfSamplerTests {
    @Test(
        "Ranks are drawn with the exact probabilities",
        arguments: [(1, 1.0), (2, 1), (10, 0.5), (10, 1), (50, 1.1), (50, 2.5), (1_000, 1), (1_000_000, 1.1)]
            as [(UInt64, Double)]
    )
    func frequencies(_ count: UInt64, _ exponent: Double) {
        let sampler = ZipfSampler(count: count, exponent: exponent)
        var generator = SplitMix64(seed: 11)
        let draws = 200_000
        var counts: [UInt64: Int] = [:]
        for _ in 0..<draws { counts[sampler.rank(using: &generator), default: 0] += 1 }
        let weights = (1...count).reduce(0) { $0 + pow(Double($1), -exponent) }
        for rank in 0..<min(count, 20) {
            let probability = pow(Double(rank + 1), -exponent) / weights
            // Five standard deviations of a binomial count.
            let slack = 5 * (Double(draws) * probability * (1 - probability)).squareRoot() + 1
            #expect(abs(Double(counts[rank] ?? 0) - Double(draws) * probability) < slack, "rank \(rank)")
        }
        #expect(counts.keys.allSatisfy { $0 < count })
    }

    @Test("The tail as a whole has its share")
    func tail() {
        let sampler = ZipfSampler(count: 100_000, exponent: 1.1)
        var generator = SplitMix64(seed: 12)
        let weights = (1...100_000).map { pow(Double($0), -1.1) }
        let share = weights[1_000...].reduce(0, +) / weights.reduce(0, +)
        let drawn = (0..<200_000).count { _ in sampler.rank(using: &generator) >= 1_000 }
        #expect(abs(Double(drawn) / 200_000 - share) < 0.005)
    }

    @Test(
        "Impossible arguments are read as possible ones",
        arguments: [(0, 1.0), (5, 0), (5, -1), (5, .nan), (5, .infinity)] as [(UInt64, Double)]
    )
    func impossible(_ count: UInt64, _ exponent: Double) {
        var generator = SplitMix64(seed: 1)
        #expect(ZipfSampler(count: count, exponent: exponent).rank(using: &generator) < max(1, count))
    }
}
