import LabCore
import Testing

@testable import LabAnalysis

@Suite("The verdict of several repetitions")
struct CombinedVerdictTests {
    /// A repetition whose live heap grows by `heap` bytes per event, told to ± `arm`, with a threshold of 8.
    private func vote(
        _ verdict: Verdict,
        heap: Double = 0,
        arm: Double = 1,
        counted: Bool = false,
        flagged: Bool? = nil,
        bend: Double = 0,
        run: String = "r"
    ) -> CombinedVerdict.Vote {
        CombinedVerdict.Vote(
            run: run,
            verdict: verdict,
            flagged: flagged ?? (verdict == .leaking),
            isCounted: counted,
            heap: RepeatedHeap(
                Estimate(estimate: heap, low: heap - arm, high: heap + arm),
                threshold: 8,
                bend: bend
            ),
            smallestDetectable: 8 + 1.55 * arm
        )
    }

    private func verdict(_ votes: [CombinedVerdict.Vote]) -> Verdict {
        CombinedVerdict(votes, settings: .standard).verdict
    }

    @Test("is that of all if they agree", arguments: Verdict.allCases, [1, 2, 3, 5])
    func unanimous(expected: Verdict, count: Int) {
        let heap = expected == .leaking ? 100.0 : 0
        #expect(verdict(Array(repeating: vote(expected, heap: heap), count: count)) == expected)
    }

    @Test(
        "is turned by no single repetition of three or more, in neither direction",
        arguments: [3, 5, 10],
        [-1e6, 0, 8.5, 100, 1e6]
    )
    func oneNoisy(count: Int, heap: Double) {
        let bounded = Array(repeating: vote(.bounded), count: count - 1)
        #expect(verdict(bounded + [vote(.leaking, heap: heap)]) == .bounded)
        #expect(verdict(bounded + [vote(.inconclusive, heap: heap)]) == .bounded)
        let leaking = Array(repeating: vote(.leaking, heap: 100), count: count - 1)
        #expect(verdict(leaking + [vote(.bounded, heap: heap)]) == .leaking)
        #expect(verdict(leaking + [vote(.inconclusive, heap: heap)]) == .leaking)
    }

    @Test("of two that differ is open")
    func two() {
        let combined = CombinedVerdict(
            [vote(.bounded, run: "a"), vote(.leaking, heap: 20, run: "b")],
            settings: .standard
        )
        #expect(combined.verdict == .inconclusive)
        #expect(combined.because.contains { $0.contains("no majority") }, "\(combined.because)")
    }

    @Test("is open where more leak than noise explains, and no majority does")
    func disputed() {
        let votes = [
            vote(.bounded), vote(.bounded), vote(.bounded), vote(.leaking, heap: 9), vote(.leaking, heap: 9),
        ]
        #expect(verdict(votes) == .inconclusive)
        // One in ten may be noise.
        let many = Array(repeating: vote(.bounded), count: 18)
        #expect(verdict(many + [vote(.leaking), vote(.leaking)]) == .bounded)
        #expect(verdict(many + [vote(.leaking), vote(.leaking), vote(.leaking)]) == .inconclusive)
    }

    @Test("is open where tasks leaked once, which is no noise, and names the run")
    func counted() {
        let votes =
            Array(repeating: vote(.bounded), count: 9) + [vote(.leaking, counted: true, run: "that-one")]
        let combined = CombinedVerdict(votes, settings: .standard)
        #expect(combined.verdict == .inconclusive)
        #expect(combined.because.contains { $0.contains("that-one") })
    }

    @Test("finds a leak that no repetition is sure of, by their mean")
    func together() {
        let votes = [11.0, 12, 13, 12, 11.5, 12.5].map { vote(.bounded, heap: $0, arm: 5) }
        let combined = CombinedVerdict(votes, settings: .standard)
        #expect(combined.verdict == .leaking)
        #expect(combined.flagged)
        // Of two as far apart, nothing is sure.
        #expect(verdict(Array(votes.prefix(2))) == .inconclusive)
    }

    @Test("is open where most lie above the threshold, too unevenly to be sure")
    func uneven() {
        let votes = [0.0, 10, 30, 60, 12].map { vote(.bounded, heap: $0, arm: 20) }
        let combined = CombinedVerdict(votes, settings: .standard)
        #expect(combined.verdict == .inconclusive)
        #expect(combined.because.contains { $0.contains("half of the repetitions") })
    }

    @Test("takes no mean of heap that was given back when the pod fell idle")
    func givenBack() {
        var votes = Array(repeating: vote(.bounded, heap: 100), count: 5)
        for index in votes.indices { votes[index].heap?.isPlain = false }
        #expect(verdict(votes) == .bounded)
    }

    /// Buffers that fill in every repetition alike: each is unsure of the bend, and their mean would be sure.
    @Test("takes no mean of heap that bends in the same way in all of them", arguments: [2, 3, 5, 10])
    func bent(count: Int) {
        let bent = (0..<count).map { vote(.bounded, heap: 200, arm: 170, bend: -180 + Double($0 % 2)) }
        let combined = CombinedVerdict(bent, settings: .standard)
        #expect(combined.verdict == .bounded)
        #expect(combined.because.contains { $0.contains("no straight line") }, "\(combined.because)")
        let straight = (0..<count).map { vote(.bounded, heap: 200, arm: 20, bend: $0 % 2 == 0 ? -18 : 18) }
        #expect(verdict(straight) == .leaking)
    }

    @Test("counts verdicts alone where live heap was not read")
    func withoutHeap() {
        var votes = Array(repeating: vote(.inconclusive, heap: 100), count: 3)
        for index in votes.indices { votes[index].heap = nil }
        #expect(verdict(votes) == .inconclusive)
        for index in 0..<2 { votes[index].verdict = .leaking }
        #expect(verdict(votes) == .leaking)
    }

    @Test("is flagged by a majority, and open where findings are disputed")
    func findings() {
        let calm = vote(.bounded)
        let found = vote(.bounded, flagged: true)
        let most = CombinedVerdict([found, found, calm], settings: .standard)
        #expect(most.flagged && most.verdict == .bounded)
        let some = CombinedVerdict([found, found, calm, calm, calm], settings: .standard)
        #expect(!some.flagged && some.verdict == .inconclusive)
        let one = CombinedVerdict([found, calm, calm], settings: .standard)
        #expect(!one.flagged && one.verdict == .bounded)
    }

    @Test("sees smaller leaks with more repetitions, down to the threshold")
    func detectable() throws {
        var random = Gaussian(seed: 3)
        let votes = (0..<40).map { _ in vote(.bounded, heap: 4 * random.next(), arm: 10) }
        let sizes = try [1, 3, 5, 10, 20, 40].map {
            try #require(CombinedVerdict(Array(votes.prefix($0)), settings: .standard).smallestDetectable)
        }
        #expect(sizes == sizes.sorted(by: >), "\(sizes)")
        #expect(sizes.allSatisfy { $0 > 8 })
        let (first, last) = (try #require(sizes.first), try #require(sizes.last))
        #expect(last < 8 + 0.3 * (first - 8))
    }

    @Test("of nothing is open")
    func nothing() { #expect(verdict([]) == .inconclusive) }
}
