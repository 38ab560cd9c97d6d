import LabCore
import Testing

@Suite struct SplitMix64Tests {
    @Test("Seed 1234567 gives the reference vector")
    func reference() {
        var generator = SplitMix64(seed: 1_234_567)
        let expected: [UInt64] = [
            6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
            4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
        ]
        #expect(expected.map { _ in generator.next() } == expected)
    }

    @Test("Unit values lie in [0, 1) and are even")
    func units() {
        var generator = SplitMix64(seed: 1)
        let values = (0..<100_000).map { _ in generator.nextUnit() }
        #expect(values.allSatisfy { $0 >= 0 && $0 < 1 })
        #expect(abs(values.reduce(0, +) / 100_000 - 0.5) < 0.005)
    }
}
