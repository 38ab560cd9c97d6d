package import LabCore

/// A benchmark as a JSON document.
package enum BenchJSONReport {
    /// Pretty-printed, keys sorted, ending in a line feed; numbers that are none become `null`.
    ///
    /// - Throws: an `EncodingError` only if the encoder itself fails.
    package static func render(_ result: BenchResult) throws -> String {
        try JSONDocument.text(of: result, isPretty: true)
    }
}
