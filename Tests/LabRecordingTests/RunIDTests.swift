import LabCore
import Testing

@testable import LabRecording

@Suite struct RunIDTests {
    @Test(
        "An id starts with the moment of the start in UTC",
        arguments: [
            (0, "19700101-000000-"),
            (951_782_399_999_999_999, "20000228-235959-"),
            (951_782_400_000_000_000, "20000229-000000-"),
            (1_732_161_845_000_000_000, "20241121-040405-"),
            (4_107_542_400_000_000_000, "21000301-000000-"),
            (-1, "19691231-235959-"),
            (Int64.max, "22620411-234716-"),
            (Int64.min, "16770921-001243-"),
        ] as [(Int64, String)]
    )
    func time(now: Int64, prefix: String) {
        #expect(RunID.make(now: now).hasPrefix(prefix))
    }

    @Test("The same random numbers give the same id, others another one")
    func random() {
        var generator = SplitMix64(seed: 7)
        var same = SplitMix64(seed: 7)
        let first = RunID.make(now: 0, using: &generator)
        let second = RunID.make(now: 0, using: &generator)
        #expect(first == RunID.make(now: 0, using: &same))
        #expect(first != second)
        #expect(RunID.isValid(first))
    }

    @Test("A thousand ids of one second are valid and nearly all different")
    func unique() {
        let ids = (0..<1_000).map { _ in RunID.make(now: 1_732_161_845_000_000_000) }
        #expect(ids.allSatisfy(RunID.isValid))
        #expect(Set(ids).count > 990)
    }

    @Test(
        "Other names are no ids",
        arguments: [
            "", ".", "..", "latest", "20241121-040405-", "20241121-040405-abc", "20241121-040405-abcde",
            "20241121-040405-abci", "20241121_040405-abcd", "2024112a-040405-abcd", "20241121-040405-ABCD",
            "../../etc/passwd-123", "20241121-040405-aбв", "２0241121-040405-abcd",
        ]
    )
    func invalid(name: String) {
        #expect(!RunID.isValid(name))
    }
}
