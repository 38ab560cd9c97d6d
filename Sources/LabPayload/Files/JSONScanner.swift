/// Why a line is no JSON, as the end of a sentence, and where.
struct JSONDefect: Error, Hashable {
    /// Bytes before it.
    let offset: Int
    let reason: String
}

/// Looks at JSON (RFC 8259) without making anything of it: whether it is some, and where a field's value lies.
struct JSONScanner {
    private let bytes: UnsafeRawBufferPointer
    private var position = 0
    private var depth = 0

    /// Of arrays and objects within each other.
    private static let deepest = 256

    private init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// - Throws: the first defect, if the bytes are not exactly one JSON value with white space around it.
    static func check(_ bytes: UnsafeRawBufferPointer) throws(JSONDefect) {
        var scanner = JSONScanner(bytes)
        scanner.skipSpace()
        guard !scanner.isAtEnd else { throw scanner.defect("there is nothing in it") }
        try scanner.skipValue()
        scanner.skipSpace()
        guard scanner.isAtEnd else { throw scanner.defect("something follows the value") }
    }

    /// Where the value of a field lies, by the names that lead to it from the outermost object on.
    ///
    /// A text is returned with its quotes. Names are compared as they are written.
    /// - Returns: `nil` if there is no such field.
    /// - Throws: a defect that is met on the way.
    static func range(
        of path: [[UInt8]],
        in bytes: UnsafeRawBufferPointer
    ) throws(JSONDefect) -> Range<Int>? {
        var scanner = JSONScanner(bytes)
        for (index, name) in path.enumerated() {
            scanner.skipSpace()
            guard scanner.peek == UInt8(ascii: "{"), try scanner.enter(name) else { return nil }
            if index + 1 == path.count {
                let start = scanner.position
                try scanner.skipValue()
                return start..<scanner.position
            }
        }
        return nil
    }

    /// Goes to the value of the object's field with that name; `false` if it has none.
    private mutating func enter(_ name: [UInt8]) throws(JSONDefect) -> Bool {
        position += 1
        skipSpace()
        guard peek != UInt8(ascii: "}") else { return false }
        while true {
            skipSpace()
            let start = position
            try skipText()
            let key = bytes[start + 1..<position - 1]
            try expect(UInt8(ascii: ":"), "a colon is missing")
            skipSpace()
            if key.elementsEqual(name) { return true }
            try skipValue()
            skipSpace()
            guard peek == UInt8(ascii: ",") else { return false }
            position += 1
        }
    }

    // MARK: - Values

    private mutating func skipValue() throws(JSONDefect) {
        switch peek {
        case UInt8(ascii: "\"")?: try skipText()
        case UInt8(ascii: "{")?: try skipMembers(until: UInt8(ascii: "}"), haveNames: true)
        case UInt8(ascii: "[")?: try skipMembers(until: UInt8(ascii: "]"), haveNames: false)
        case UInt8(ascii: "t")?: try skipWord("true")
        case UInt8(ascii: "f")?: try skipWord("false")
        case UInt8(ascii: "n")?: try skipWord("null")
        case nil: throw defect("a value is missing at its end")
        default: try skipNumber()
        }
    }

    private mutating func skipMembers(until end: UInt8, haveNames: Bool) throws(JSONDefect) {
        depth += 1
        guard depth <= Self.deepest else { throw defect("it is nested more than \(Self.deepest) deep") }
        position += 1
        skipSpace()
        if peek == end {
            position += 1
            depth -= 1
            return
        }
        while true {
            skipSpace()
            if haveNames {
                guard peek == UInt8(ascii: "\"") else {
                    throw defect(isAtEnd ? "it ends too early" : "a name in quotes is missing")
                }
                try skipText()
                try expect(UInt8(ascii: ":"), "a colon is missing")
                skipSpace()
            }
            try skipValue()
            skipSpace()
            guard peek == UInt8(ascii: ",") else { break }
            position += 1
        }
        guard peek == end else {
            throw defect(isAtEnd ? "it ends too early" : "a comma or the end is missing")
        }
        position += 1
        depth -= 1
    }

    private mutating func skipWord(_ word: StaticString) throws(JSONDefect) {
        for index in 0..<word.utf8CodeUnitCount {
            guard peek == word.utf8Start[index] else { throw defect("a word that JSON has not") }
            position += 1
        }
    }

    private mutating func skipNumber() throws(JSONDefect) {
        let start = position
        if peek == UInt8(ascii: "-") { position += 1 }
        let whole = skipDigits()
        // What stands there may be no number at all.
        guard whole > 0 else {
            position = start
            throw defect("no value begins so")
        }
        let first = bytes[position - whole]
        guard whole == 1 || first != UInt8(ascii: "0") else { throw defect("a number begins with 0") }
        if peek == UInt8(ascii: ".") {
            position += 1
            guard skipDigits() > 0 else { throw defect("a digit is missing") }
        }
        if peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E") {
            position += 1
            if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { position += 1 }
            guard skipDigits() > 0 else { throw defect("a digit is missing") }
        }
    }

    private mutating func skipDigits() -> Int {
        let start = position
        while let byte = peek, byte &- 48 < 10 { position += 1 }
        return position - start
    }

    // MARK: - Texts

    private mutating func skipText() throws(JSONDefect) {
        guard peek == UInt8(ascii: "\"") else { throw defect("a name in quotes is missing") }
        position += 1
        while position < bytes.count {
            let byte = bytes[position]
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                return
            case UInt8(ascii: "\\"): try skipEscape()
            case 0..<0x20: throw defect("a control character within a text")
            case 0x20..<0x80: position += 1
            default: try skipCharacter(byte)
            }
        }
        throw defect("a text without its end")
    }

    private mutating func skipEscape() throws(JSONDefect) {
        position += 1
        guard let byte = peek else { throw defect("a text without its end") }
        position += 1
        guard byte == UInt8(ascii: "u") else {
            guard #""\/bfnrt"#.utf8.contains(byte) else { throw defect("an escape that JSON has not") }
            return
        }
        for _ in 0..<4 {
            guard let digit = peek, UInt8(ascii: "0")...UInt8(ascii: "9") ~= digit || 97...102 ~= digit | 32
            else { throw defect("an escape without its four digits") }
            position += 1
        }
    }

    /// One character of two to four bytes (Unicode 15, table 3-7).
    private mutating func skipCharacter(_ first: UInt8) throws(JSONDefect) {
        let (length, second): (Int, ClosedRange<UInt8>) =
            switch first {
            case 0xC2...0xDF: (2, 0x80...0xBF)
            case 0xE0: (3, 0xA0...0xBF)
            case 0xED: (3, 0x80...0x9F)
            case 0xE1...0xEF: (3, 0x80...0xBF)
            case 0xF0: (4, 0x90...0xBF)
            case 0xF1...0xF3: (4, 0x80...0xBF)
            case 0xF4: (4, 0x80...0x8F)
            default: (0, 0x80...0xBF)
            }
        guard length > 0, position + length <= bytes.count, second ~= bytes[position + 1],
            bytes[position + 2..<position + max(2, length)].allSatisfy({ 0x80...0xBF ~= $0 })
        else { throw defect("a text that is not UTF-8") }
        position += length
    }

    // MARK: - Bytes

    private var isAtEnd: Bool { position >= bytes.count }

    @inline(__always)
    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = peek, byte == 32 || byte == 9 || byte == 13 || byte == 10 { position += 1 }
    }

    private mutating func expect(_ byte: UInt8, _ reason: String) throws(JSONDefect) {
        skipSpace()
        guard peek == byte else { throw defect(reason) }
        position += 1
    }

    private func defect(_ reason: String) -> JSONDefect { JSONDefect(offset: position, reason: reason) }
}
