package import LabCore

/// Comparisons and baselines as JSON documents.
package enum ComparisonJSONReport {
    /// Pretty-printed, keys sorted, ending in a line feed; numbers that are none become `null`.
    ///
    /// - Throws: an `EncodingError` only if the encoder itself fails.
    package static func render(_ comparison: ComparisonResult) throws -> String {
        try JSONDocument.text(of: comparison, isPretty: true)
    }
}
