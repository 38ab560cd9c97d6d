import ArgumentParser
import LabCore

/// How a comparison judges.
struct ToleranceOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Call a line the same up to this much, as a share of the base or a plain amount: \
            \(Tolerances.options.joined(separator: ", ")).
            """,
            valueName: "line=amount"
        )
    )
    var tolerance: [String] = []

    @Flag(help: "Call the whole unknown if any line is.")
    var strict = false

    /// - Throws: ``LabError`` of the command line for an unknown line, or an amount of another kind.
    func tolerances() throws(LabError) -> Tolerances {
        var tolerances = Tolerances()
        for text in tolerance { try tolerances.change(text) }
        return tolerances
    }
}
