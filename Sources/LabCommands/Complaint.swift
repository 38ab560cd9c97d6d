import LabCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// What goes wrong is said on standard error, in one form: `program: place: problem`, then the hint.
enum Complaint {
    static func write(_ error: any ActionableError) {
        var text = "\(Program.name): \(error.description)\n"
        if let hint = error.hint { text += "  \(hint)\n" }
        StandardError.write(text)
    }
}

/// Standard error, unbuffered.
enum StandardError {
    /// There is nowhere left to say that this fails.
    static func write(_ text: String) { _ = DescriptorOutput.write(text, to: STDERR_FILENO) }
    static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }
}
