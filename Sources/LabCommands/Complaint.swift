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
    static func write(_ text: String) { writeAll(text, to: STDERR_FILENO) }
    static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }
}

/// Standard output, where results go.
enum StandardOutput {
    static func write(_ text: String) { writeAll(text, to: STDOUT_FILENO) }
    /// Bytes of a text, which need not begin and end with whole characters.
    static func write(_ bytes: ArraySlice<UInt8>) {
        unsafe bytes.withUnsafeBufferPointer { unsafe writeAll($0, to: STDOUT_FILENO) }
    }
    static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

    /// Columns of the terminal, 100 where there is none.
    static var width: Int {
        var size = winsize()
        let descriptor = isTerminal ? STDOUT_FILENO : STDERR_FILENO
        guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 100 }
        return Int(size.ws_col)
    }
}

private func writeAll(_ text: String, to descriptor: Int32) {
    var text = text
    text.withUTF8 { unsafe writeAll($0, to: descriptor) }
}

/// Writes everything, whatever interrupts; a reader that has gone away ends the matter silently.
private func writeAll(_ bytes: UnsafeBufferPointer<UInt8>, to descriptor: Int32) {
    var written = 0
    while written < bytes.count {
        let count = unsafe write(
            descriptor,
            bytes.baseAddress.map { unsafe $0 + written },
            bytes.count - written
        )
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return }
        written += count
    }
}
