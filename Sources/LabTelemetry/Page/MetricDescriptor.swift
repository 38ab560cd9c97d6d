package import LabCore

/// What a metric's numbers mean over time.
package enum MetricKind: UInt8, Sendable, Hashable, CaseIterable {
    /// Only rises, since the page was made.
    case counter
    /// A level.
    case gauge
    /// A level that is slow to read, with the time of its reading.
    case timedGauge
    case histogram
    /// A construction site: how many were made, how many live.
    case site

    /// How many slots of a page one such metric takes.
    var slotCount: Int {
        switch self {
        case .counter, .gauge: 1
        case .timedGauge, .site: 2
        case .histogram: HistogramSlots.count
        }
    }
}

/// Whose metric it is.
package enum MetricClass: UInt8, Sendable, Hashable, CaseIterable {
    /// The harness's own.
    case pod
    /// One that only this incident has.
    case incident
    /// A site that makes tasks.
    case task
    /// A site that makes objects.
    case instance
}

/// One line of a page's table of contents.
package struct MetricDescriptor: Sendable, Hashable {
    package let name: String
    package let kind: MetricKind
    package let unit: MetricUnit
    package let `class`: MetricClass
    /// Index of the metric's first slot.
    let slot: Int
}

extension MetricDescriptor {
    /// What the samples of it mean: of a site those that live, of a histogram its quantiles.
    package var description: MetricDescription {
        MetricDescription(kind: kind == .counter ? .counter : .gauge, unit: unit)
    }
}

extension MetricUnit {
    /// Its place among all units, as a descriptor holds it.
    var number: UInt8 { UInt8(Self.allCases.firstIndex(of: self) ?? 0) }

    init?(number: UInt8) {
        guard Int(number) < Self.allCases.count else { return nil }
        self = Self.allCases[Int(number)]
    }
}

extension MetricDescriptor {
    /// The part of `name` that a descriptor has room for: whole characters, 56 bytes of UTF-8 at most.
    static func fitting(_ name: String) -> String {
        guard name.utf8.count > DescriptorLayout.nameCapacity else { return name }
        var cut = name
        while cut.utf8.count > DescriptorLayout.nameCapacity { cut.removeLast() }
        return cut
    }

    /// As eight 64-bit words, little end first: kind, unit, class, length of the name, slot (four bytes); name.
    var words: [UInt64] {
        let bytes = Array(name.utf8)
        var words = [UInt64](repeating: 0, count: DescriptorLayout.wordCount)
        words[0] = UInt64(kind.rawValue) | UInt64(unit.number) << 8 | UInt64(`class`.rawValue) << 16
        words[0] |= UInt64(bytes.count) << 24 | UInt64(slot) << 32
        for (index, byte) in bytes.enumerated() { words[1 + index / 8] |= UInt64(byte) << (8 * (index % 8)) }
        return words
    }

    /// `nil` if the words are no descriptor, or one whose name has control characters, or one whose metric would lie outside a page of `slotCount` slots.
    init?(words: [UInt64], slotCount: Int) {
        guard words.count == DescriptorLayout.wordCount,
            let kind = MetricKind(rawValue: UInt8(truncatingIfNeeded: words[0])),
            let unit = MetricUnit(number: UInt8(truncatingIfNeeded: words[0] >> 8)),
            let `class` = MetricClass(rawValue: UInt8(truncatingIfNeeded: words[0] >> 16))
        else { return nil }
        let length = Int(words[0] >> 24 & 0xff)
        let slot = Int(words[0] >> 32)
        guard (1...DescriptorLayout.nameCapacity).contains(length), slot + kind.slotCount <= slotCount else {
            return nil
        }
        let bytes = (0..<length).map { UInt8(truncatingIfNeeded: words[1 + $0 / 8] >> (8 * ($0 % 8))) }
        guard let name = String(validating: bytes, as: UTF8.self),
            name.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
        else { return nil }
        self.init(name: name, kind: kind, unit: unit, class: `class`, slot: slot)
    }
}

enum DescriptorLayout {
    static let wordCount = 8
    static let nameCapacity = 56
}
