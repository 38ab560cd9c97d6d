/// What a verdict waits for while a run goes on, in a few words for the live display.
package struct VerdictWait: Sendable, Hashable {
    /// Of a look that is planned, wall seconds; `nil` in a run of a given length.
    package var untilLook: Double?
    /// Wall seconds until the first of the variant's lives is over its warm-up; not above 0 if one is.
    package var warmUp: Double
    /// Wall seconds until the load ends; not above 0 after it.
    package var load: Double
    /// What comes after the load's phases; `nil` before.
    package var phase: String?

    package init(untilLook: Double? = nil, warmUp: Double, load: Double, phase: String? = nil) {
        self.untilLook = untilLook
        self.warmUp = warmUp
        self.load = load
        self.phase = phase
    }

    /// Such as `warm-up, 6 s left`.
    package var text: String {
        if let phase { return phase }
        if warmUp > 0 { return "warm-up, \(Self.seconds(warmUp)) left" }
        if let untilLook, untilLook > 0 { return "next look in \(Self.seconds(untilLook))" }
        return load > 0 ? "\(Self.seconds(load)) more" : "finishing"
    }

    /// What would decide the verdict, if the judge can say so by now, such as `run 5 m of load at this rate`; or else
    /// ``text``; `undecided` is as the judge words it.
    package func text(undecided: [String]) -> String {
        guard let sentence = undecided.first else { return text }
        // The display has room for one way, and says already that nothing is decided.
        let clause = sentence.prefix { $0 != ";" }
        let way = clause.firstRange(of: ", or ").map { clause[..<$0.lowerBound] } ?? clause
        return String(way).replacing("to decide: ", with: "")
    }

    /// Whole ones, rounded up.
    private static func seconds(_ value: Double) -> String {
        Duration.seconds(Int64(min(max(1, value.rounded(.up)), 1e9))).text
    }
}
