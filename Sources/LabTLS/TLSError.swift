import COpenSSL
import LabCore

/// OpenSSL's errors in words.
enum TLSError {
    /// What OpenSSL says last went wrong on this thread, whose list of errors is empty after it.
    static func last(_ action: String) -> LabError {
        let code = ERR_peek_last_error()
        ERR_clear_error()
        let words = ERR_reason_error_string(code).map { String(cString: $0) }
        return LabError("TLS: \(action): \(words ?? "error \(code)")")
    }
}
