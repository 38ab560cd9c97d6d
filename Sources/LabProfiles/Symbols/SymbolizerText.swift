/// What `llvm-symbolizer` prints: for each address lines in pairs, a function and its place, inlined ones first, and an empty
/// line at the end.
enum SymbolizerText {
    /// - Parameter text: of `llvm-symbolizer --no-demangle --obj=FILE ADDRESS…`.
    /// - Returns: for each address in order its functions; none where nothing is known.
    static func frames(_ text: String) -> [[SymbolizedFrame]] {
        var all: [[SymbolizedFrame]] = []
        var lines: [Substring] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            guard line.isEmpty else {
                lines.append(line)
                continue
            }
            if !lines.isEmpty { all.append(frames(of: lines)) }
            lines = []
        }
        if !lines.isEmpty { all.append(frames(of: lines)) }
        return all
    }

    private static func frames(of lines: [Substring]) -> [SymbolizedFrame] {
        stride(from: 0, to: lines.count - 1, by: 2).compactMap { index in
            guard lines[index] != "??" else { return nil }
            let parts = lines[index + 1].split(separator: ":", omittingEmptySubsequences: false)
            let file = parts.dropLast(2).joined(separator: ":")
            let isKnown = !file.isEmpty && file != "??" && !file.hasSuffix("<compiler-generated>")
            return SymbolizedFrame(
                symbol: String(lines[index]),
                file: isKnown ? file.split(separator: "/").last.map(String.init) : nil,
                line: isKnown && parts.count >= 2
                    ? Int(parts[parts.count - 2]).flatMap { $0 > 0 ? $0 : nil } : nil
            )
        }
    }
}

/// A function at an address, with its mangled name.
package struct SymbolizedFrame: Hashable, Sendable {
    package var symbol: String
    /// Without its folder.
    package var file: String?
    package var line: Int?

    package init(symbol: String, file: String? = nil, line: Int? = nil) {
        self.symbol = symbol
        self.file = file
        self.line = line
    }
}
