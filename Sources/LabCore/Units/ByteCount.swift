/// A number of bytes, written as people write it: `256MiB`, `1.5GiB`, `300B`, `64kB`.
package struct ByteCount: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    package var bytes: Int64

    package init(_ bytes: Int64) { self.bytes = bytes }

    package static func mebibytes(_ count: Int64) -> ByteCount { ByteCount(count << 20) }

    /// Reads a decimal number and an optional unit: `B`, `kB`, `MB`, `GB` (powers of 1,000), `KiB`, `MiB`,
    /// `GiB` or Kubernetes' `Ki`, `Mi`, `Gi` (powers of 1,024).
    ///
    /// Without a unit: bytes. `nil` for anything else, for negative numbers, and above 2⁶².
    package init?(parsing text: some StringProtocol) {
        guard let (number, unit) = splitNumber(text), let factor = Self.factors[unit.lowercased()] else {
            return nil
        }
        let bytes = number * factor
        guard bytes >= 0, bytes < 0x1p62 else { return nil }
        self.bytes = Int64(bytes.rounded())
    }

    private static let factors: [String: Double] = [
        "": 1, "b": 1, "kb": 1e3, "mb": 1e6, "gb": 1e9,
        "kib": 0x1p10, "mib": 0x1p20, "gib": 0x1p30, "ki": 0x1p10, "mi": 0x1p20, "gi": 0x1p30,
    ]

    package init(from decoder: any Decoder) throws {
        bytes = try decoder.singleValueContainer().decode(Int64.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(bytes)
    }

    package static func < (left: ByteCount, right: ByteCount) -> Bool { left.bytes < right.bytes }

    /// At most four significant characters and a binary unit: `812 B`, `20.1 KiB`, `96.0 MiB`.
    package var description: String {
        Self.describe(Double(bytes))
    }

    /// The same for a fraction of bytes, such as an estimate per event: `0.42 B`.
    package static func describe(_ bytes: Double) -> String {
        let size = abs(bytes)
        if size < 9.995 { return "\(decimal(bytes, places: size == size.rounded() ? 0 : 2)) B" }
        if size < 999.5 { return "\(decimal(bytes, places: 0)) B" }
        for (exponent, unit) in [(10, "KiB"), (20, "MiB"), (30, "GiB")] {
            let scaled = bytes / Double(1 << exponent)
            if abs(scaled) < 999.5 || unit == "GiB" {
                return "\(decimal(scaled, places: abs(scaled) < 99.95 ? 1 : 0)) \(unit)"
            }
        }
        return "\(decimal(bytes, places: 0)) B"
    }
}
