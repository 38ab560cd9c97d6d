package import LabCore

/// The result as the JSON document of the contract, schema 1.
package enum JSONReport {
    /// Pretty-printed, keys sorted, ending in a line feed; numbers that are none become `null`.
    ///
    /// - Throws: an `EncodingError` only if the encoder itself fails; no result makes it.
    package static func render(_ result: RunResult) throws -> String {
        try JSONDocument.text(of: result, isPretty: true)
    }
}
