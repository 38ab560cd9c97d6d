/// What Go's linker leaves in a program.
enum GoProgram {
    /// The beginning of an executable holds its notes.
    private static let notes = 64 << 10

    /// An ELF note of type 4 with the name “Go”, the build's id (`cmd/internal/buildid`).
    private static let mark: [UInt8] = [4, 0, 0, 0, UInt8(ascii: "G"), UInt8(ascii: "o"), 0, 0]

    static func isOne(_ path: String) -> Bool {
        guard let bytes = TextFile.beginning(of: path, limit: notes) else { return false }
        return hasMark(bytes)
    }

    static func hasMark(_ bytes: [UInt8]) -> Bool {
        guard bytes.starts(with: [0x7F, UInt8(ascii: "E"), UInt8(ascii: "L"), UInt8(ascii: "F")]) else {
            return false
        }
        return bytes.indices.contains { bytes[$0...].starts(with: mark) }
    }
}
