/// Text from outside made harmless: no control character, escape sequence or invisible direction mark of a name
/// reaches a terminal, a table or a document.
package enum VisibleText {
    /// For places that hold one line: control characters become their pictures (`␛`, `␊`), tabs a space.
    package static func line(_ text: String) -> String {
        map(text) { $0 == "\t" ? " " : nil }
    }

    /// For places that hold many lines: line feeds and tabs stay, carriage returns before a line feed go.
    package static func block(_ text: String) -> String {
        var unified = String.UnicodeScalarView()
        for scalar in text.unicodeScalars where scalar != "\r" { unified.append(scalar) }
        return map(String(unified)) { $0 == "\n" || $0 == "\t" ? $0 : nil }
    }

    private static func map(_ text: String, keeping kept: (Unicode.Scalar) -> Unicode.Scalar?) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { result.append(kept(scalar) ?? harmless(scalar)) }
        return String(result)
    }

    private static func harmless(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar.value {
        case 0x00..<0x20: Unicode.Scalar(0x2400 + scalar.value) ?? "\u{FFFD}"
        case 0x7F: "\u{2421}"
        case 0x80..<0xA0, 0x202A...0x202E, 0x2066...0x2069, 0x2028, 0x2029, 0xFFFE, 0xFFFF: "\u{FFFD}"
        default: scalar
        }
    }
}
