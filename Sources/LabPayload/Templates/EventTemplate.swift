/// A text with generators such as `{{sequence}}` or `{{zipf 100k}}`, of which every one is known.
///
/// Single braces are text; `{{` begins a generator always. Spaces around its words mean nothing.
package struct EventTemplate: Hashable, Sendable {
    /// What is wrong with a text, and where.
    package struct Mistake: Error, Hashable {
        /// Unicode scalars before the mistake.
        package let offset: Int
        package let message: String
        package let hint: String
        /// A word that is none of ``GeneratorKind/names``.
        package let unknownWord: String?
    }

    enum Part: Hashable, Sendable {
        case text([UInt8])
        case generator(GeneratorKind)
    }

    let parts: [Part]

    /// - Throws: ``Mistake`` for the first generator that is unknown, has impossible arguments, or never ends.
    package init(_ text: String) throws(Mistake) {
        var parts: [Part] = []
        let scalars = Array(text.unicodeScalars)
        var position = 0
        while let opening = Self.twice("{", in: scalars, from: position) {
            parts.append(.text(Self.bytes(scalars[position..<opening])))
            guard let closing = Self.twice("}", in: scalars, from: opening + 2) else {
                throw Mistake(
                    offset: opening,
                    message: "a generator without its end",
                    hint: "Write }} behind it. \(GeneratorKind.known)",
                    unknownWord: nil
                )
            }
            let words = String(decoding: Self.bytes(scalars[opening + 2..<closing]), as: UTF8.self)
                .split(whereSeparator: \.isWhitespace).map(String.init)
            do {
                parts.append(.generator(try GeneratorKind(words)))
            } catch {
                throw Mistake(
                    offset: opening,
                    message: error.message,
                    hint: error.hint,
                    unknownWord: error.unknownWord
                )
            }
            position = closing + 2
        }
        parts.append(.text(Self.bytes(scalars[position...])))
        self.parts = parts.filter { $0 != .text([]) }
    }

    /// The expected size in bytes.
    package var mean: Double {
        parts.reduce(0) { sum, part in
            switch part {
            case .text(let bytes): sum + Double(bytes.count)
            case .generator(let kind): sum + kind.mean
            }
        }
    }

    /// The most bytes that it can become.
    package var most: Int {
        parts.reduce(0) { sum, part in
            switch part {
            case .text(let bytes): sum + bytes.count
            case .generator(let kind): sum + kind.most
            }
        }
    }

    /// Where the same brace stands twice in a row first.
    private static func twice(_ brace: Unicode.Scalar, in text: [Unicode.Scalar], from start: Int) -> Int? {
        guard start < text.count else { return nil }
        return (start..<text.count - 1).first { text[$0] == brace && text[$0 + 1] == brace }
    }

    private static func bytes(_ scalars: ArraySlice<Unicode.Scalar>) -> [UInt8] {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return Array(String(view).utf8)
    }
}
