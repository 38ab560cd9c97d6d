import Foundation
import LabCluster

/// Whether a library that was built for this system's C library can be preloaded into a program.
///
/// Where it cannot, the loader would end the program (musl), or ignore the library without a word (static programs, and those that
/// run with the rights of another user).
enum Preloading {
    /// - Parameter path: of a program or of a script.
    /// - Returns: `nil` if it can, or if nobody knows.
    static func obstacle(in path: String) -> String? {
        obstacle(in: path, depth: 0)
    }

    /// A script's interpreter may be a script.
    private static let deepest = 4
    private static let headLength = 64 << 10

    private static func obstacle(in path: String, depth: Int) -> String? {
        guard depth < deepest, let bytes = TextFile.beginning(of: path, limit: headLength) else { return nil }
        if let interpreter = interpreter(ofScript: bytes) {
            guard let program = resolved(interpreter) else { return nil }
            return obstacle(in: program, depth: depth + 1)
        }
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        let mode = (attributes?[.posixPermissions] as? NSNumber)?.intValue ?? 0
        if mode & 0o6000 != 0 { return "it runs with the rights of another user or group" }
        return obstacle(inImage: bytes)
    }

    /// The words of a script's first line.
    static func interpreter(ofScript bytes: [UInt8]) -> [String]? {
        guard bytes.starts(with: Array("#!".utf8)) else { return nil }
        let line = bytes.dropFirst(2).prefix { $0 != UInt8(ascii: "\n") }
        let words = String(decoding: line, as: UTF8.self).split(whereSeparator: \.isWhitespace).map(
            String.init
        )
        return words.isEmpty ? nil : words
    }

    /// What runs a script; with `env` it is looked for as the shell would.
    private static func resolved(_ words: [String]) -> String? {
        guard let program = words.first else { return nil }
        guard program.hasSuffix("/env") else { return program }
        return words.dropFirst().first { !$0.hasPrefix("-") && !$0.contains("=") }.flatMap(CommandText.path)
    }

    /// elf(5): whether an image names a loader, and which.
    static func obstacle(inImage bytes: [UInt8]) -> String? {
        guard bytes.count >= 64, bytes.starts(with: [0x7F, 0x45, 0x4C, 0x46]) else { return nil }
        guard bytes[4] == 2, bytes[5] == 1 else { return "it is built for another kind of machine" }
        let (table, size, count) = (bytes.number(at: 32, 8), bytes.number(at: 54, 2), bytes.number(at: 56, 2))
        guard let table, let size, let count, size >= 56 else { return nil }
        for index in 0..<min(count, 64) {
            guard let start = table.added(to: index * size), let kind = bytes.number(at: start, 4) else {
                return nil
            }
            guard kind == 3 else { continue }
            guard let offset = bytes.number(at: start + 8, 8), let length = bytes.number(at: start + 32, 8),
                let end = offset.added(to: length), offset <= end, end <= bytes.count
            else { return nil }
            let loader = String(decoding: bytes[offset..<end].prefix { $0 != 0 }, as: UTF8.self)
            return loader.contains("musl") ? "it was built for musl, and jemalloc for glibc" : nil
        }
        return "it is linked statically"
    }
}

extension Int {
    fileprivate func added(to other: Int) -> Int? {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? nil : sum
    }
}

extension [UInt8] {
    /// A little-endian number; `nil` where the bytes end before it, or if it is too large.
    fileprivate func number(at offset: Int, _ length: Int) -> Int? {
        guard offset >= 0, offset <= count - length else { return nil }
        let value = self[offset..<(offset + length)].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return Int(exactly: value)
    }
}
