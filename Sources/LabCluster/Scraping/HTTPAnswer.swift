/// What a server said to a question of HTTP/1.0: the body, if the answer is a good one.
package struct HTTPAnswer {
    package let body: String

    /// - Throws: ``MetricsRequest/Failure`` for what is no good answer.
    package init(_ bytes: [UInt8]) throws(MetricsRequest.Failure) {
        guard let (head, rest) = Self.parts(of: bytes) else {
            throw MetricsRequest.Failure(description: "the answer is not HTTP")
        }
        let lines = String(decoding: head, as: UTF8.self).split(whereSeparator: \.isNewline)
        let words = (lines.first ?? "").split(separator: " ")
        guard let first = words.first, first.hasPrefix("HTTP/1."), words.count > 1, let status = Int(words[1])
        else {
            throw MetricsRequest.Failure(description: "the answer is not HTTP")
        }
        guard status == 200 else {
            throw MetricsRequest.Failure(description: "the answer has status \(status)")
        }
        let isChunked = lines.dropFirst().contains { line in
            let line = line.lowercased()
            return line.hasPrefix("transfer-encoding:") && line.contains("chunked")
        }
        guard let body = isChunked ? Self.unchunked(rest) : Array(rest) else {
            throw MetricsRequest.Failure(description: "the answer is cut short")
        }
        self.body = String(decoding: body, as: UTF8.self)
    }

    /// Before and after the empty line.
    private static func parts(of bytes: [UInt8]) -> (head: ArraySlice<UInt8>, body: ArraySlice<UInt8>)? {
        var afterNewline = false
        for index in bytes.indices {
            switch bytes[index] {
            case UInt8(ascii: "\n") where afterNewline: return (bytes[..<index], bytes[(index + 1)...])
            case UInt8(ascii: "\n"): afterNewline = true
            case UInt8(ascii: "\r"): continue
            default: afterNewline = false
            }
        }
        return nil
    }

    /// Some servers send chunks though nobody said that they would be understood.
    private static func unchunked(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
        var body: [UInt8] = []
        var rest = bytes
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            let line = String(decoding: rest[..<end].filter { $0 > 32 }, as: UTF8.self)
            let digits = line.prefix { $0 != ";" }
            guard digits.count <= 8, let size = Int(digits, radix: 16), size >= 0 else { return nil }
            rest = rest[(end + 1)...]
            if size == 0 { return body }
            guard rest.count >= size else { return nil }
            body += rest.prefix(size)
            rest = rest.dropFirst(size)
            rest = rest.drop { $0 == UInt8(ascii: "\r") }
            rest = rest.dropFirst()
        }
        return nil
    }
}
