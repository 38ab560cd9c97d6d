import LabCore

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Reads a file line by line, in memory that does not depend on the file's size.
struct LineReader: ~Copyable {
    let path: String
    /// Of the line that ``next()`` returned last, from 1.
    private(set) var line = 0
    private let descriptor: Int32
    private let memory: UnsafeMutableRawBufferPointer
    private var start = 0
    private var end = 0
    private var isAtEnd = false

    /// As long as an event's value can be.
    static let longestLine = Int(PayloadSize.largest.bytes)
    private static let readAhead = 256 << 10

    /// - Throws: ``LabError`` if the file cannot be opened.
    init(path: String) throws(LabError) {
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw LabError("\(path): cannot be read: \(SystemError.words(errno))")
        }
        self.path = path
        memory = .allocate(byteCount: Self.longestLine + Self.readAhead, alignment: 16)
    }

    deinit {
        close(descriptor)
        memory.deallocate()
    }

    /// The next line without its line feed, valid until the next call; `nil` at the end of the file.
    ///
    /// What follows the last line feed is a line if it is not empty.
    /// - Throws: ``LabError`` if the file cannot be read, or a line is longer than an event's value can be.
    mutating func next() throws(LabError) -> UnsafeRawBufferPointer? {
        var searched = start
        while true {
            if let length = lineFeed(from: searched) {
                line += 1
                defer { start = searched + length + 1 }
                return try checked(start..<searched + length)
            }
            searched = end
            if isAtEnd {
                guard start < end else { return nil }
                line += 1
                defer { start = end }
                return try checked(start..<end)
            }
            guard end - start <= Self.longestLine else { throw tooLong(line + 1) }
            searched -= try fill()
        }
    }

    private func checked(_ range: Range<Int>) throws(LabError) -> UnsafeRawBufferPointer {
        guard range.count <= Self.longestLine else { throw tooLong(line) }
        return UnsafeRawBufferPointer(rebasing: memory[range])
    }

    private func tooLong(_ line: Int) -> LabError {
        LabError(
            "\(path), line \(line): is longer than \(PayloadSize.largest), the most that an event can have"
        )
    }

    /// Bytes from `offset` to the next line feed.
    private func lineFeed(from offset: Int) -> Int? {
        guard offset < end, let base = memory.baseAddress else { return nil }
        return memchr(base + offset, 10, end - offset).map { $0 - (base + offset) }
    }

    /// Moves what is left to the front and reads more behind it.
    /// - Returns: by how many bytes what is left was moved.
    private mutating func fill() throws(LabError) -> Int {
        guard let base = memory.baseAddress else { return 0 }
        let moved = start
        if moved > 0 {
            memmove(base, base + start, end - start)
            (start, end) = (0, end - start)
        }
        let wanted = min(Self.readAhead, memory.count - end)
        var count = read(descriptor, base + end, wanted)
        while count < 0, errno == EINTR { count = read(descriptor, base + end, wanted) }
        guard count >= 0 else { throw LabError("\(path): cannot be read: \(SystemError.words(errno))") }
        isAtEnd = count == 0
        end += count
        return moved
    }
}
