/// The FNV-1a hash of 64 bits (Fowler, Noll and Vo): unlike Swift's own the same in every process.
package struct FNV1a: Sendable, Hashable {
    package private(set) var value: UInt64

    /// - Parameter value: of the bytes before, to go on from; that of no bytes by default.
    package init(_ value: UInt64 = 0xcbf2_9ce4_8422_2325) { self.value = value }

    package mutating func add(_ byte: UInt8) { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }

    package static func hash(_ bytes: some Sequence<UInt8>) -> UInt64 {
        var hash = FNV1a()
        for byte in bytes { hash.add(byte) }
        return hash.value
    }

    /// The hash of a text in hexadecimal, 16 digits: other for another text, as good as surely.
    package static func fingerprint(of text: String) -> String {
        let digits = String(hash(text.utf8), radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
