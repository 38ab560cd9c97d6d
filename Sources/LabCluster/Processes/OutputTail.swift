import LabCore
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The end of what a program wrote to one of its streams: at most 64 KiB, in memory and in a file, however much it
/// writes and in however many lives.
package final class OutputTail: Sendable {
    package static let limit = 64 << 10

    private struct State {
        var bytes: [UInt8] = []
        var total: Int64 = 0
        var isWritten = true
    }

    package let path: String
    private let state = Mutex(State())

    package init(path: String) { self.path = path }

    package func append(_ bytes: some Collection<UInt8>) {
        state.withLock { state in
            state.total += Int64(bytes.count)
            state.isWritten = false
            state.bytes.append(contentsOf: bytes.suffix(Self.limit))
            // With twice the room the rest moves once for every 64 KiB, not once for every piece.
            if state.bytes.count > 2 * Self.limit { state.bytes.removeFirst(state.bytes.count - Self.limit) }
        }
    }

    /// All bytes that ever came.
    package var total: Int64 { state.withLock { $0.total } }

    /// What is kept, as text.
    package var text: String {
        String(decoding: state.withLock { Array($0.bytes.suffix(Self.limit)) }, as: UTF8.self)
    }

    /// The last lines that say something, each cut to a length that fits into a message.
    package func lastLines(_ count: Int) -> [String] {
        let lines = text.suffix(8 << 10).split(whereSeparator: \.isNewline)
        let meaningful = lines.filter { !$0.allSatisfy(\.isWhitespace) }.suffix(count)
        return meaningful.map { line in
            let plain = String(
                line.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : Character($0) }
            )
            return plain.count > 200 ? plain.prefix(199) + "…" : plain
        }
    }

    /// Writes what is kept to the file, if there is anything new.
    ///
    /// The first line says how much came before it, if it was too much. A disk that takes nothing more costs the log,
    /// not the run.
    package func flush() {
        let kept: (bytes: [UInt8], dropped: Int64)? = state.withLock { state in
            guard !state.isWritten else { return nil }
            state.isWritten = true
            let bytes = Array(state.bytes.suffix(Self.limit))
            return (bytes, state.total - Int64(bytes.count))
        }
        guard let kept else { return }
        let note = kept.dropped > 0 ? "[\(grouped(kept.dropped)) bytes before these were not kept]\n" : ""
        Self.put(Array(note.utf8) + kept.bytes, to: path)
    }

    private static func put(_ bytes: [UInt8], to path: String) {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard file >= 0 else { return }
        defer { close(file) }
        bytes.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let piece = UnsafeRawBufferPointer(rebasing: rest)
                let count = write(file, piece.baseAddress, piece.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return }
                rest = rest.dropFirst(count)
            }
        }
    }
}
