/// What an ELF file says of its own addresses and functions (System V ABI, chapters 4 and 5), 64 bits, little-endian.
///
/// For machines without a symbolizer: names without files and lines.
package struct ElfFile: Sendable {
    struct Segment: Sendable {
        var offset: UInt64
        var address: UInt64
        var size: UInt64
    }

    private struct Section {
        var kind: UInt32
        var offset: UInt64
        var size: UInt64
        var link: Int
    }

    struct Function: Sendable {
        var start: UInt64
        var size: UInt64
        /// Where its name stands among the names.
        var name: Int
    }

    private let segments: [Segment]
    /// By start, ascending.
    private let functions: [Function]
    private let names: BinaryPiece

    /// `nil` for what cannot be read, or is no such file.
    ///
    /// - Parameters:
    ///   - path: of a program or a shared library.
    ///   - readsFunctions: false where only addresses are to be converted.
    package init?(at path: String, readsFunctions: Bool = true) {
        guard let file = BinaryFile(at: path), let head = file.bytes(at: 0, count: 64),
            head.bytes.starts(with: [0x7F, 0x45, 0x4C, 0x46, 2, 1])
        else { return nil }
        segments = Self.segments(in: file, head)
        guard readsFunctions, let table = Self.symbols(in: file, head) else {
            (functions, names) = ([], BinaryPiece([]))
            return
        }
        (functions, names) = table
    }

    /// The address that a place in the file is loaded at, as the file's own tables have it.
    package func address(ofOffset offset: UInt64) -> UInt64? {
        segments.first { offset >= $0.offset && offset - $0.offset < $0.size }.map {
            offset - $0.offset + $0.address
        }
    }

    /// The mangled name of the function that an address lies in.
    package func symbol(at address: UInt64) -> String? {
        var (low, high) = (0, functions.count)
        while low < high {
            let middle = (low + high) / 2
            if functions[middle].start <= address { low = middle + 1 } else { high = middle }
        }
        guard low > 0 else { return nil }
        let function = functions[low - 1]
        // A size of 0 is one that nobody stated.
        guard function.size == 0 || address - function.start < function.size else { return nil }
        return names.text(at: function.name)
    }

    private static func segments(in file: borrowing BinaryFile, _ head: BinaryPiece) -> [Segment] {
        let (offset, size) = (head.number(at: 32, UInt64.self), Int(head.number(at: 54, UInt16.self)))
        let count = Int(head.number(at: 56, UInt16.self))
        guard size >= 56, let table = file.bytes(at: offset, count: size * count) else { return [] }
        return (0..<count).compactMap { index in
            let start = index * size
            // PT_LOAD
            guard table.number(at: start, UInt32.self) == 1 else { return nil }
            return Segment(
                offset: table.number(at: start + 8),
                address: table.number(at: start + 16),
                size: table.number(at: start + 32)
            )
        }
    }

    private static func sections(in file: borrowing BinaryFile, _ head: BinaryPiece) -> [Section] {
        let (offset, size) = (head.number(at: 40, UInt64.self), Int(head.number(at: 58, UInt16.self)))
        let count = Int(head.number(at: 60, UInt16.self))
        guard size >= 64, let table = file.bytes(at: offset, count: size * count) else { return [] }
        return (0..<count).map { index in
            let start = index * size
            return Section(
                kind: table.number(at: start + 4),
                offset: table.number(at: start + 24),
                size: table.number(at: start + 32),
                link: Int(table.number(at: start + 40, UInt32.self))
            )
        }
    }

    /// The full table (SHT_SYMTAB), or, of a stripped file, what it exports (SHT_DYNSYM).
    private static func symbols(
        in file: borrowing BinaryFile,
        _ head: BinaryPiece
    ) -> (functions: [Function], names: BinaryPiece)? {
        let sections = sections(in: file, head)
        guard let table = sections.first(where: { $0.kind == 2 }) ?? sections.first(where: { $0.kind == 11 }),
            sections.indices.contains(table.link),
            let symbols = file.bytes(at: table.offset, count: Int(clamping: table.size)),
            let names = file.bytes(
                at: sections[table.link].offset,
                count: Int(clamping: sections[table.link].size)
            )
        else { return nil }
        let functions = stride(from: 0, through: symbols.bytes.count - 24, by: 24).compactMap {
            start -> Function? in
            // STT_FUNC with a value
            guard symbols.bytes[start + 4] & 0xF == 2 else { return nil }
            let address = symbols.number(at: start + 8, UInt64.self)
            guard address > 0 else { return nil }
            return Function(
                start: address,
                size: symbols.number(at: start + 16),
                name: Int(symbols.number(at: start, UInt32.self))
            )
        }
        return (functions.sorted { $0.start < $1.start }, names)
    }
}
