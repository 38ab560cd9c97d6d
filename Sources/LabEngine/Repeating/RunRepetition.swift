/// The place of a run among several repetitions of it.
package struct RunRepetition: Sendable, Hashable {
    /// What the repetitions are called together.
    package var series: String
    /// From 1 on.
    package var number: Int
    package var count: Int
    /// Runs of this repetition that could not be used.
    package var failures: Int

    package init(series: String, number: Int, count: Int, failures: Int = 0) {
        self.series = series
        self.number = number
        self.count = count
        self.failures = failures
    }

    /// Every second repetition takes the variants last one first (A B, B A, …): over two of them every variant comes at the
    /// same time on average, so that a machine that gets slower or faster at an even pace favours none (Cox, *Some systematic
    /// experimental designs*, Biometrika 38, 1951).
    package var isReversed: Bool { number.isMultiple(of: 2) }

    /// Of the scenario's seed: repetitions get other events.
    package func seed(from first: UInt64) -> UInt64 { first &+ UInt64(max(0, number - 1)) }

    /// Topics on an external broker are deleted some time after they were asked to be: each run has its own.
    var topicSuffix: String { "-r\(number)" + (failures > 0 ? "-\(failures + 1)" : "") }
}
