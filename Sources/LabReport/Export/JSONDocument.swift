#if canImport(FoundationEssentials)
private import FoundationEssentials
#else
private import Foundation
#endif

/// Writes values as JSON: keys sorted, slashes as they are, `null` for what is no number.
enum JSONDocument {
    /// Stands for not-a-number and infinities until the text is made; no text of a document equals it, and if one
    /// did, it would read `null`.
    private static let noNumber = "\u{E000}no number\u{E000}"

    static func text(of value: some Encodable, isPretty: Bool) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting =
            isPretty
            ? [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes] : [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: noNumber,
            negativeInfinity: noNumber,
            nan: noNumber
        )
        let text = String(decoding: try encoder.encode(value), as: UTF8.self)
        return replacingNoNumber(text) + "\n"
    }

    private static func replacingNoNumber(_ text: String) -> String {
        text.split(separator: "\"\(noNumber)\"", omittingEmptySubsequences: false).joined(separator: "null")
    }
}
