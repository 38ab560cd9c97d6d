import LabSelfTest
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

@Suite("The lower bound of a chance") struct BinomialBoundTests {
    @Test(
        "is the one that other programs tell",
        arguments: [
            (10, 10, 0.741_134), (9, 10, 0.605_837), (5, 10, 0.222_441), (1, 10, 0.005_116), (1, 1, 0.05),
            (50, 50, 0.941_845), (199, 200, 0.976_502), (999, 1_000, 0.995_265),
        ]
    )
    func known(_ successes: Int, _ trials: Int, _ expected: Double) {
        #expect(abs(BinomialBound.lower(successes: successes, of: trials) - expected) < 1e-6)
    }

    @Test("of a series without a failure has a formula", arguments: [1, 7, 100, 1_000])
    func perfect(_ trials: Int) {
        let bound = BinomialBound.lower(successes: trials, of: trials, confidence: 0.9)
        #expect(abs(bound - pow(0.1, 1 / Double(trials))) < 1e-12)
    }

    @Test("is zero where nothing succeeded, or nothing was tried", arguments: [(0, 10), (0, 0), (3, 2)])
    func nothing(_ successes: Int, _ trials: Int) {
        #expect(BinomialBound.lower(successes: successes, of: trials) == 0)
    }
}
