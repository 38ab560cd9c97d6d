import ArgumentParser
import LabCore
import LabEngine

/// How much load brokers may get that are somebody else's.
struct LimitOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Send no faster to an external broker (default: \(Self.rate) to one that is not on this machine).",
            valueName: "rate"
        )
    )
    var maxRate: String?

    @OptionGroup var total: TotalOptions

    private static let rate = RateText.of(LoadLimits.elsewhere.rate?.perSecond ?? 0)

    /// - Throws: ``LabError`` for what is no rate.
    func limits() throws(LabError) -> LoadLimits {
        let rate = try maxRate.map { text throws(LabError) in
            guard let rate = EventRate(parsing: text), rate > .zero else {
                throw LabError(
                    "--max-rate: “\(text)” is no rate",
                    hint: "Write 2000/s or 7.23M/h.",
                    exitStatus: .usage
                )
            }
            return rate
        }
        return LoadLimits(rate: rate, events: total.maxEvents)
    }
}

/// How many events in all.
struct TotalOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Send no more events to an external broker (default: \(Self.events) to one that is not on this machine).",
            valueName: "number"
        )
    )
    var maxEvents: UInt64?

    private static let events = grouped(LoadLimits.elsewhere.events ?? 0)
}
