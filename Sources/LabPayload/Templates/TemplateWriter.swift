import LabCore

/// Makes texts of a template: the same ones in the same order for the same seed.
///
/// Each generator draws from a stream of its own, so that changing one leaves the others as they were.
package struct TemplateWriter {
    private enum Piece {
        case text([UInt8])
        case generator(Generator)
    }

    private var pieces: [Piece]

    package init(_ template: EventTemplate, seed: UInt64, filling: Filling) {
        var streams = SplitMix64(seed: seed)
        pieces = template.parts.map { part in
            switch part {
            case .text(let bytes): .text(bytes)
            case .generator(let kind):
                .generator(Generator(kind, random: SplitMix64(seed: streams.next()), filling: filling))
            }
        }
    }

    /// Appends the text of event number `index`, due at `time` in microseconds since 1970.
    package mutating func append(to bytes: inout [UInt8], event index: UInt64, due time: UInt64) {
        for place in pieces.indices {
            guard case .generator(var generator) = pieces[place] else {
                if case .text(let text) = pieces[place] { bytes += text }
                continue
            }
            generator.append(to: &bytes, event: index, due: time)
            pieces[place] = .generator(generator)
        }
    }
}

/// Words of few letters, drawn once, of which texts are cut.
package struct Filling: Sendable {
    private let bytes: [UInt8]

    /// - Parameter seed: decides the words.
    package init(seed: UInt64) {
        var random = SplitMix64(seed: seed ^ 0x66_696c_6c69_6e67)
        let letters = Array("etaoinshr 0123".utf8)
        bytes = (0..<65_536).map { _ in letters[Int(random.next() % UInt64(letters.count))] }
    }

    /// Appends `size` bytes from a place that `choice` decides, beginning anew at the end.
    func append(_ size: Int, from choice: UInt64, to target: inout [UInt8]) {
        var (start, left) = (Int(choice % UInt64(bytes.count)), size)
        while left > 0 {
            let end = min(start + left, bytes.count)
            target += bytes[start..<end]
            left -= end - start
            start = 0
        }
    }
}

/// One generator with where it is.
private struct Generator {
    private let kind: GeneratorKind
    private var random: SplitMix64
    private let ranks: ZipfSampler?
    private let words: [[UInt8]]
    private let filling: Filling

    init(_ kind: GeneratorKind, random: SplitMix64, filling: Filling) {
        self.kind = kind
        self.random = random
        self.filling = filling
        if case .zipf(let count, let exponent) = kind {
            ranks = ZipfSampler(count: UInt64(count), exponent: exponent)
        } else {
            ranks = nil
        }
        if case .choice(let words) = kind {
            self.words = words.map { Array($0.utf8) }
        } else {
            words = []
        }
    }

    mutating func append(to bytes: inout [UInt8], event index: UInt64, due time: UInt64) {
        switch kind {
        case .sequence(let first): bytes.append(decimal: first &+ Int64(bitPattern: index))
        case .uuid: appendUUID(to: &bytes)
        case .zipf: bytes.append(decimal: Int64(bitPattern: ranks?.rank(using: &random) ?? 0))
        case .choice: bytes += words[Int(random.next().multipliedFullWidth(by: UInt64(words.count)).high)]
        case .timestamp(let notation): append(time, notation, to: &bytes)
        case .integer(let range):
            let width = UInt64(bitPattern: range.upperBound &- range.lowerBound) + 1
            let drawn = random.next().multipliedFullWidth(by: width).high
            bytes.append(decimal: range.lowerBound &+ Int64(bitPattern: drawn))
        case .text(let size):
            let length = size.sample(using: &random)
            filling.append(length, from: random.next(), to: &bytes)
        }
    }

    private mutating func appendUUID(to bytes: inout [UInt8]) {
        let digits: StaticString = "0123456789abcdef"
        let high = random.next() & ~0xf000 | 0x4000
        let low = random.next() & ~(3 << 62) | 2 << 62
        for position in 0..<32 {
            if position == 8 || position == 12 || position == 16 || position == 20 {
                bytes.append(UInt8(ascii: "-"))
            }
            let half = position < 16 ? high : low
            bytes.append(digits.utf8Start[Int(half >> UInt64(60 - position % 16 * 4) & 15)])
        }
    }

    private func append(_ time: UInt64, _ notation: GeneratorKind.TimeNotation, to bytes: inout [UInt8]) {
        switch notation {
        case .seconds: bytes.append(decimal: Int64(clamping: time / 1_000_000))
        case .millis: bytes.append(decimal: Int64(clamping: time / 1_000))
        case .micros: bytes.append(decimal: Int64(clamping: time))
        case .iso:
            let nanoseconds = Int64(clamping: time).multipliedReportingOverflow(by: 1_000)
            let moment = UTCTime(nanosecondsSince1970: nanoseconds.overflow ? 0 : nanoseconds.partialValue)
            bytes.append(decimal: moment.year)
            for (mark, number) in [("-", moment.month), ("-", moment.day), ("T", moment.hour)] {
                bytes += mark.utf8
                bytes.append(decimal: number, digits: 2)
            }
            for number in [moment.minute, moment.second] {
                bytes.append(UInt8(ascii: ":"))
                bytes.append(decimal: number, digits: 2)
            }
            bytes.append(UInt8(ascii: "."))
            bytes.append(decimal: Int64(time / 1_000 % 1_000), digits: 3)
            bytes.append(UInt8(ascii: "Z"))
        }
    }
}

extension [UInt8] {
    /// Appends a number, with zeros in front if it has fewer than `digits`.
    package mutating func append(decimal number: Int64, digits: Int = 1) {
        var rest = number.magnitude
        if number < 0 { append(UInt8(ascii: "-")) }
        let start = count
        repeat {
            append(UInt8(48 + rest % 10))
            rest /= 10
        } while rest > 0 || count - start < digits
        self[start...].reverse()
    }
}
