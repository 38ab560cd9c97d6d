/// `value` with exactly `places` decimals, independent of the locale.
///
/// Not a number and infinities read `–`.
package func decimal(_ value: Double, places: Int) -> String {
    guard value.isFinite, abs(value) < 0x1p62 else { return "–" }
    var scale = 1.0
    for _ in 0..<places { scale *= 10 }
    let scaled = (abs(value) * scale).rounded()
    guard scaled < 0x1p62 else { return "–" }
    let digits = String(Int64(scaled))
    let sign = value < 0 && scaled > 0 ? "−" : ""
    guard places > 0 else { return sign + digits }
    let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
    return sign + padded.dropLast(places) + "." + padded.suffix(places)
}

/// A share in percent, with decimals enough to tell it from the whole: `98 %`, `99.5 %`, `99.85 %`.
///
/// What is less than 1 never reads `100 %`.
package func percent(_ share: Double, places: Int = 0) -> String {
    guard share > 0.99, share < 1 else { return "\(decimal(share * 100, places: places)) %" }
    let places = max(places, share > 0.998 ? 2 : 1)
    let steps = places == 1 ? 10.0 : 100.0
    return "\(decimal(min((share * 100 * steps).rounded(), 100 * steps - 1) / steps, places: places)) %"
}

/// At most three significant digits and `k`, `M` or `G`: `950`, `12.5`, `7.23M`.
package func abbreviated(_ value: Double) -> String {
    guard value.isFinite else { return "–" }
    var (scaled, suffix) = (value, "")
    for next in ["k", "M", "G"] where abs(scaled) >= 999.5 {
        scaled /= 1_000
        suffix = next
    }
    let size = abs(scaled)
    let places = size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2
    var text = decimal(scaled, places: places)
    if text.contains(".") {
        while text.last == "0" { text.removeLast() }
        if text.last == "." { text.removeLast() }
    }
    return text + suffix
}

/// Whole numbers with thousands separated by commas: `7,230,000`.
package func grouped(_ value: some BinaryInteger) -> String {
    let digits = String(value.magnitude)
    var text = ""
    for (index, digit) in digits.enumerated() {
        if index > 0, (digits.count - index).isMultiple(of: 3) { text.append(",") }
        text.append(digit)
    }
    return value < 0 ? "−" + text : text
}

extension StringProtocol {
    /// Without leading and trailing spaces and tabs.
    package var trimmedOfSpaces: String {
        var rest = Substring(self)
        while let first = rest.first, first == " " || first == "\t" { rest.removeFirst() }
        while let last = rest.last, last == " " || last == "\t" { rest.removeLast() }
        return String(rest)
    }
}

/// Splits `12.5MiB` into the number and what follows it, spaces between them dropped; `nil` without a plain
/// decimal number at the start.
func splitNumber(_ text: some StringProtocol) -> (Double, Substring)? {
    let trimmed = text.trimmedOfSpaces
    let end =
        trimmed.firstIndex { !($0.isASCII && ($0.isNumber || $0 == "." || $0 == "_")) } ?? trimmed.endIndex
    let digits = trimmed[..<end].filter { $0 != "_" }
    guard digits.first?.isNumber == true, let number = Double(digits), number.isFinite else { return nil }
    return (number, trimmed[end...].drop { $0 == " " })
}
