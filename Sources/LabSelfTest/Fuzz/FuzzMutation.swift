import LabCore

/// Makes inputs out of others: the same for the same seed and number.
struct FuzzMutation: Sendable {
    /// Larger ones are cut, so that time is spent on many inputs.
    static let largestInput = 256 << 10
    private static let mostSteps = 8

    private let corpus: [[UInt8]]
    private let words: [[UInt8]]

    /// - Parameters:
    ///   - corpus: inputs that are right, or were once wrong; not empty.
    ///   - words: put in here and there.
    init(corpus: [[UInt8]], words: [String]) {
        self.corpus = corpus.isEmpty ? [[]] : corpus
        self.words = (words + Self.nastyWords).map { Array($0.utf8) }
    }

    private static let nastyWords = [
        "0", "-1", "9223372036854775807", "-9223372036854775808", "18446744073709551616", "1e308", "-1e-308",
        "1e999",
        "nan", "inf", "null", "~", "true", "{}", "[]", "\"\"", "\u{0}", "\u{1b}[2J", "\u{feff}", "\u{202e}",
        "é", "𝄞",
        "&a [*a, *a]", "<<: *a", "!!binary", "---\n", "...\n", "%", "%s", "../../etc",
        String(repeating: "(", count: 200),
        String(repeating: "[", count: 200), String(repeating: "not ", count: 100),
        String(repeating: "9", count: 400),
    ]

    /// The input of a number: first the corpus as it is.
    func input(_ number: Int, seed: UInt64) -> [UInt8] {
        if corpus.indices.contains(number) { return corpus[number] }
        var random = SplitMix64(seed: seed &* 0x9e37_79b1 &+ UInt64(number))
        var bytes = pick(corpus, &random)
        for _ in 0..<1 + Int(random.next() % UInt64(Self.mostSteps)) { step(&bytes, &random) }
        return bytes.count > Self.largestInput ? Array(bytes.prefix(Self.largestInput)) : bytes
    }

    private func pick<Element>(_ list: [Element], _ random: inout SplitMix64) -> Element {
        list[Int(random.next() % UInt64(list.count))]
    }

    private func step(_ bytes: inout [UInt8], _ random: inout SplitMix64) {
        let place = Int(random.next() % UInt64(bytes.count + 1))
        let length = min(bytes.count - place, 1 + Int(random.next() % 64))
        switch random.next() % 9 {
        case 0 where place < bytes.count: bytes[place] ^= 1 << UInt8(random.next() % 8)
        case 1 where place < bytes.count: bytes[place] = pick([0, 0x7f, 0x80, 0xff, 0x0a, 0x20], &random)
        case 2: bytes.removeSubrange(place..<place + length)
        case 3: bytes.insert(contentsOf: bytes[place..<place + length], at: place)
        case 4: bytes.insert(contentsOf: pick(words, &random), at: place)
        case 5: bytes.replaceSubrange(place..<place + length, with: pick(words, &random))
        case 6:
            let other = pick(corpus, &random)
            let start = Int(random.next() % UInt64(other.count + 1))
            bytes.replaceSubrange(place..., with: other[start...])
        case 7: bytes.removeSubrange(place...)
        default:
            let times = 1 + Int(random.next() % 400)
            let piece = Array(bytes[place..<place + length])
            for _ in 0..<times where bytes.count < Self.largestInput {
                bytes.insert(contentsOf: piece, at: place)
            }
        }
    }
}
