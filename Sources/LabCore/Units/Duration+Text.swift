extension Duration {
    /// Reads `90s`, `1h30m`, `250ms`, `1.5min`.
    ///
    /// A plain `0` is allowed. `nil` for anything else.
    package init?(parsing text: some StringProtocol) {
        var rest = Substring(text.trimmedOfSpaces)
        guard !rest.isEmpty else { return nil }
        if rest == "0" {
            self = .zero
            return
        }
        var total = 0.0
        while !rest.isEmpty {
            guard let (number, tail) = splitNumber(rest) else { return nil }
            let end = tail.firstIndex { !$0.isLetter } ?? tail.endIndex
            guard let unit = Self.units[String(tail[..<end])] else { return nil }
            total += number * unit
            rest = tail[end...]
        }
        guard total < 1e9 else { return nil }
        self = .seconds(total)
    }

    private static let units: [String: Double] = [
        "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1, "sec": 1, "m": 60, "min": 60, "h": 3_600, "d": 86_400,
    ]

    /// Seconds as a floating-point number.
    package var inSeconds: Double {
        Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }

    /// Whole nanoseconds, saturating at ±292 years.
    package var inNanoseconds: Int64 {
        let (scaled, overflow) = components.seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, carry) = scaled.addingReportingOverflow(components.attoseconds / 1_000_000_000)
        guard !overflow, !carry else { return components.seconds < 0 ? .min : .max }
        return sum
    }

    /// Two units at most: `250 ms`, `12.5 s`, `3 m 20 s`, `2 h 5 m`, `3 d 4 h`.
    package var text: String {
        let seconds = inSeconds
        let size = abs(seconds)
        if size < 0.9995 { return "\(abbreviated(seconds * 1_000)) ms" }
        if size < 99.95 { return "\(abbreviated(seconds)) s" }
        let whole = Int64(size.rounded())
        let sign = seconds < 0 ? "−" : ""
        func pair(_ unit: Int64, _ large: String, _ smallUnit: Int64, _ small: String) -> String {
            let rest = whole % unit / smallUnit
            return sign + "\(whole / unit) \(large)" + (rest == 0 ? "" : " \(rest) \(small)")
        }
        if whole < 3_600 { return pair(60, "m", 1, "s") }
        if whole < 86_400 { return pair(3_600, "h", 60, "m") }
        return pair(86_400, "d", 3_600, "h")
    }
}
