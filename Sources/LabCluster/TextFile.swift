package import LabCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Texts that are files: those of `/proc` and `/sys`, logs, documents.
package enum TextFile {
    /// Bytes of a document that somebody names; more is a mistake rather than a document.
    package static let largestDocument = 64 << 20
    package static let pieceSize = 65_536

    /// The file's whole text, whatever its size; `nil` if it cannot be read.
    ///
    /// For files whose writers are known: the system, or this program.
    package static func contents(of path: String) -> String? {
        var bytes: [UInt8] = []
        return forEachPiece(of: path) { bytes.append(contentsOf: $0) } ? text(bytes[...]) : nil
    }

    /// The whole text of a file that somebody named.
    ///
    /// - Parameters:
    ///   - path: the file, or what may have no end, such as a pipe.
    ///   - limit: bytes that it may have.
    ///   - exitStatus: of the error.
    /// - Returns: `nil` if it cannot be read.
    /// - Throws: ``LabError`` with the limit, and with the size where that is known, if there is more; with the place
    ///   of the first byte that is not UTF-8.
    package static func document(
        at path: String,
        limit: Int = largestDocument,
        exitStatus: ExitStatus = .usage
    ) throws(LabError) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        let isRead = forEachPiece(of: descriptor) { piece in
            bytes.append(contentsOf: piece)
            return bytes.count <= limit
        }
        guard bytes.count > limit else {
            guard isRead else { return nil }
            if let text = String(validating: bytes, as: UTF8.self) { return text }
            throw LabError(
                "\(path): not UTF-8 at byte \(grouped(bytesBeforeMistake(in: bytes))), counted from 0",
                hint: "Save it as UTF-8.",
                exitStatus: exitStatus
            )
        }
        let size = size(of: descriptor).map { "\(grouped($0)) bytes, " } ?? ""
        throw LabError(
            "\(path): \(size)more than the \(grouped(limit)) bytes that a document may have",
            exitStatus: exitStatus
        )
    }

    private static func bytesBeforeMistake(in bytes: [UInt8]) -> Int {
        var (decoder, iterator, count) = (UTF8(), bytes.makeIterator(), 0)
        while case .scalarValue(let scalar) = decoder.decode(&iterator) { count += UTF8.width(scalar) }
        return count
    }

    /// The whole lines among the last bytes of a file; `nil` if it cannot be read.
    ///
    /// Of a line that is longer than `limit`, in bytes, the end.
    package static func lastLines(of path: String, within limit: Int = pieceSize) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        let size = size(of: descriptor) ?? 0
        // One byte more, to see whether the first line is whole.
        let isCut = size > limit && lseek(descriptor, off_t(size - limit - 1), SEEK_SET) > 0
        var bytes: [UInt8] = []
        let isRead = forEachPiece(of: descriptor) { piece in
            bytes.append(contentsOf: piece)
            return true
        }
        guard isRead else { return nil }
        guard isCut else { return text(bytes[...]) }
        let end = bytes.dropLast().firstIndex(of: UInt8(ascii: "\n")) ?? 0
        return text(bytes.dropFirst(end + 1))
    }

    /// The first bytes of a file, whether they are text or not; `nil` if it cannot be read.
    package static func beginning(of path: String, limit: Int) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        let isRead = forEachPiece(of: descriptor) { piece in
            bytes.append(contentsOf: piece.prefix(limit - bytes.count))
            return bytes.count < limit
        }
        return isRead ? bytes : nil
    }

    /// Hands out a file piece by piece, whatever its size.
    ///
    /// Of a pipe only what is in it: a writer is not waited for.
    /// - Returns: false if it cannot be read.
    package static func forEachPiece(of path: String, _ body: (ArraySlice<UInt8>) -> Void) -> Bool {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return forEachPiece(of: descriptor) { piece in
            body(piece)
            return true
        }
    }

    /// Reads on to the end, or until `body` returns false.
    /// - Returns: false if reading failed.
    private static func forEachPiece(of descriptor: Int32, _ body: (ArraySlice<UInt8>) -> Bool) -> Bool {
        var piece = [UInt8](repeating: 0, count: pieceSize)
        while true {
            let count = read(descriptor, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0, body(piece[..<count]) else { return count >= 0 }
        }
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }

    /// - Returns: `nil` for anything but a regular file.
    private static func size(of descriptor: Int32) -> Int? {
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return Int(status.st_size)
    }

    /// Writes in one call, as control files want it; `mode` is that of a file that is new.
    /// - Returns: 0, or the error number.
    package static func put(
        _ text: String,
        to path: String,
        creating: Bool = false,
        mode: UInt32 = 0o644
    ) -> Int32 {
        var text = text
        return text.withUTF8 { put(UnsafeRawBufferPointer($0), to: path, creating: creating, mode: mode) }
    }

    /// Makes a file of bytes that need not be a text, or overwrites it.
    /// - Returns: 0, or the error number.
    package static func put(_ bytes: ArraySlice<UInt8>, to path: String) -> Int32 {
        bytes.withUnsafeBytes { put($0, to: path, creating: true, mode: 0o644) }
    }

    private static func put(
        _ bytes: UnsafeRawBufferPointer,
        to path: String,
        creating: Bool,
        mode: UInt32
    ) -> Int32 {
        let flags = O_WRONLY | O_CLOEXEC | (creating ? O_CREAT | O_TRUNC : 0)
        let descriptor = open(path, flags, mode_t(mode))
        guard descriptor >= 0 else { return errno }
        defer { close(descriptor) }
        var written = 0
        while written < bytes.count {
            let count = write(descriptor, bytes.baseAddress.map { $0 + written }, bytes.count - written)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return errno }
            written += count
        }
        return 0
    }

    /// The numbers of a control file of lines `key value`, such as `memory.stat`.
    package static func numbers(in text: String) -> [Substring: Int64] {
        var numbers: [Substring: Int64] = [:]
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count == 2, let number = Int64(words[1]) { numbers[words[0]] = number }
        }
        return numbers
    }
}
