import LabCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Standard output, where results go.
///
/// Half a result is none: what cannot be written whole is an error.
enum StandardOutput {
    /// - Throws: ``LabError`` in the system's words; not if the reader has gone away, who has seen enough.
    static func write(_ text: String) throws(LabError) {
        try check(DescriptorOutput.write(text, to: STDOUT_FILENO))
    }

    /// Bytes of a text, which need not begin and end with whole characters.
    static func write(_ bytes: ArraySlice<UInt8>) throws(LabError) {
        try check(DescriptorOutput.write(bytes, to: STDOUT_FILENO))
    }

    private static func check(_ error: Int32) throws(LabError) {
        guard error != 0, error != EPIPE else { return }
        throw LabError("standard output: \(SystemError.words(error))")
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

/// Writes to what is open already.
enum DescriptorOutput {
    /// - Returns: 0, or the error number.
    static func write(_ text: String, to descriptor: Int32) -> Int32 {
        var text = text
        return text.withUTF8 { unsafe writeAll($0, to: descriptor) }
    }

    /// - Returns: 0, or the error number.
    static func write(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) -> Int32 {
        unsafe bytes.withUnsafeBufferPointer { unsafe writeAll($0, to: descriptor) }
    }

    /// Writes everything, whatever interrupts, and however long the reader takes.
    private static func writeAll(_ bytes: UnsafeBufferPointer<UInt8>, to descriptor: Int32) -> Int32 {
        var written = 0
        while written < bytes.count {
            let count = unsafe system(
                descriptor,
                bytes.baseAddress.map { unsafe $0 + written },
                bytes.count - written
            )
            if count > 0 {
                written += count
            } else if count < 0, errno == EAGAIN {
                var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                unsafe poll(&waiting, 1, -1)
            } else if count == 0 || errno != EINTR {
                return count == 0 ? EIO : errno
            }
        }
        return 0
    }

    /// Outside of the type's own `write`.
    private static func system(_ descriptor: Int32, _ start: UnsafePointer<UInt8>?, _ count: Int) -> Int {
        #if canImport(Glibc)
        unsafe Glibc.write(descriptor, start, count)
        #else
        unsafe Darwin.write(descriptor, start, count)
        #endif
    }
}
