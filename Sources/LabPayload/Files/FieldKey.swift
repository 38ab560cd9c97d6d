import Foundation
package import LabCore

/// Takes events' keys from a field of their values.
package struct FieldKey: Sendable {
    private let path: [[UInt8]]
    private let name: String

    /// - Parameter path: the names that lead to the field from the outermost object on.
    package init(path: [String]) {
        self.path = path.map { Array($0.utf8) }
        name = path.joined(separator: ".")
    }

    /// Appends the field's value: a text without its quotes, a number or a flag as it is written.
    ///
    /// `place` is for messages.
    /// - Throws: ``LabError`` if there is no such field, or its value is none of these.
    package func append(
        from value: UnsafeRawBufferPointer,
        to key: inout [UInt8],
        at place: @autoclosure () -> String
    ) throws(LabError) {
        let found: Range<Int>?
        do {
            found = try JSONScanner.range(of: path, in: value)
        } catch {
            throw LabError("\(place()): no JSON: \(error.reason) (byte \(error.offset + 1))")
        }
        guard let range = found, let first = range.first.map({ value[$0] }), first != UInt8(ascii: "n") else {
            throw LabError("\(place()): has no field “\(name)” for the key")
        }
        guard first != UInt8(ascii: "{"), first != UInt8(ascii: "[") else {
            throw LabError("\(place()): the field “\(name)” is no text and no number, so it cannot be a key")
        }
        guard first == UInt8(ascii: "\"") else {
            key += value[range]
            return
        }
        let text = range.lowerBound + 1..<range.upperBound - 1
        guard value[text].contains(UInt8(ascii: "\\")) else {
            key += value[text]
            return
        }
        // Rare, so by Foundation.
        guard let plain = try? JSONDecoder().decode(String.self, from: Data(value[range])) else {
            throw LabError("\(place()): the field “\(name)” has an escape that stands for no character")
        }
        key += plain.utf8
    }

    /// The same of bytes in an array.
    package func append(
        from value: [UInt8],
        to key: inout [UInt8],
        at place: @autoclosure () -> String
    ) throws(LabError) {
        try value.withUnsafeBytes { bytes in
            Result { () throws(LabError) in try append(from: bytes, to: &key, at: place()) }
        }
        .get()
    }
}
