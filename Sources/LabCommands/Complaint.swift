import LabCore
import LabReport

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// What goes wrong is said on standard error, in one form: `program: place: problem`, then the hint.
enum Complaint {
    static func write(_ error: any ActionableError) { StandardError.write(text(of: error)) }

    /// Options, keys and file names that the error quotes cannot do anything to a terminal.
    static func text(of error: any ActionableError) -> String {
        var text = "\(Program.name): \(error.description)\n"
        if let hint = error.hint { text += "  \(hint)\n" }
        return VisibleText.block(text)
    }
}

/// Standard error, unbuffered.
enum StandardError {
    /// There is nowhere left to say that this fails.
    static func write(_ text: String) { _ = DescriptorOutput.write(text, to: STDERR_FILENO) }
    /// Words that may hold text from outside, which is made harmless.
    static func write(line: String) { write(VisibleText.block(line) + "\n") }
    static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }
}
