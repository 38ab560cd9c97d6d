#if canImport(FoundationEssentials)
private import FoundationEssentials
#else
private import Foundation
#endif

/// Values as JSON: keys sorted, slashes as they are, `null` for what is no number.
package enum JSONText {
    /// Stands for not-a-number and infinities until the text is made; no text of a document equals it, and if one
    /// did, it would read `null`.
    private static let noNumber = "\u{E000}no number\u{E000}"

    /// For people and version control: one value to a line, ending in a line feed.
    ///
    /// - Throws: an `EncodingError` only if the encoder itself fails.
    package static func pretty(_ value: some Encodable) throws -> String {
        try text(of: value, [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
    }

    /// For programs: one line, ending in a line feed.
    ///
    /// - Throws: an `EncodingError` only if the encoder itself fails.
    package static func line(_ value: some Encodable) throws -> String {
        try text(of: value, [.sortedKeys, .withoutEscapingSlashes])
    }

    private static func text(
        of value: some Encodable,
        _ formatting: JSONEncoder.OutputFormatting
    ) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = formatting
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: noNumber,
            negativeInfinity: noNumber,
            nan: noNumber
        )
        let text = String(decoding: try encoder.encode(value), as: UTF8.self)
        return text.split(separator: "\"\(noNumber)\"", omittingEmptySubsequences: false)
            .joined(separator: "null") + "\n"
    }
}
