import LabCore

/// A document that has everything that is asked for, and remembers what that was.
final class ShapeProbe: Decoder {
    let codingPath: [any CodingKey] = []
    let userInfo: [CodingUserInfoKey: Any] = [:]
    private(set) var shape = JSONShape.any
    private var isNullable = false
    private var properties: [JSONShape.Property] = []

    /// Lets a type read such a document.
    static func read<Value: Decodable>(_ type: Value.Type) throws -> (shape: JSONShape, value: Value) {
        if let (shape, value) = scalar(type) { return (shape, value) }
        if let words = type as? any (CaseIterable & RawRepresentable<String>).Type,
            let (shape, value) = choice(words), let value = value as? Value
        {
            return (shape, value)
        }
        let probe = ShapeProbe()
        let value = try Value(from: probe)
        return (probe.isNullable ? .nullable(probe.shape) : probe.shape, value)
    }

    private static func scalar<Value>(_ type: Value.Type) -> (JSONShape, Value)? {
        let examples: [(JSONShape, Any)] = [
            (.string, ""), (.boolean, false), (.integer, 0), (.integer, Int32(0)), (.integer, Int64(0)),
            (.integer, UInt64(0)), (.number, 0.0),
        ]
        // An optional is not a scalar, though one can be cast to it.
        let example = examples.first { Swift.type(of: $0.1) == type }
        return example.flatMap { shape, example in (example as? Value).map { (shape, $0) } }
    }

    private static func choice<Word: CaseIterable & RawRepresentable<String>>(
        _ type: Word.Type
    ) -> (JSONShape, Any)? {
        type.allCases.first.map { word in
            (type is any NamesOthers.Type ? .string : .words(type.allCases.map(\.rawValue)), word)
        }
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
        shape = .object([])
        return KeyedDecodingContainer(Keyed(probe: self))
    }

    func unkeyedContainer() -> any UnkeyedDecodingContainer { Unkeyed(probe: self) }
    func singleValueContainer() -> any SingleValueDecodingContainer { Single(probe: self) }

    private func note<Value: Decodable>(
        _ type: Value.Type,
        _ key: any CodingKey,
        isRequired: Bool
    ) throws -> Value {
        let (shape, value) = try Self.read(type)
        if case .dictionary = self.shape {
            self.shape = .dictionary(shape)
        } else {
            properties.append(.init(name: key.stringValue, shape: shape, isRequired: isRequired))
            self.shape = .object(properties)
        }
        return value
    }
}

// MARK: - Containers

extension ShapeProbe {
    private struct Keyed<Key: CodingKey>: KeyedDecodingContainerProtocol {
        let probe: ShapeProbe
        let codingPath: [any CodingKey] = []

        /// Only who reads a dictionary asks for them.
        var allKeys: [Key] {
            probe.shape = .dictionary(.any)
            return [Key(stringValue: "key")].compactMap(\.self)
        }

        func contains(_ key: Key) -> Bool { true }
        func decodeNil(forKey key: Key) -> Bool { false }

        func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
            try probe.note(type, key, isRequired: true)
        }

        func decodeIfPresent<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value? {
            try probe.note(type, key, isRequired: type is any AlwaysWritten.Type)
        }

        func decodeIfPresent(_ type: Bool.Type, forKey key: Key) throws -> Bool? { try optional(type, key) }
        func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? {
            try optional(type, key)
        }
        func decodeIfPresent(_ type: Double.Type, forKey key: Key) throws -> Double? {
            try optional(type, key)
        }
        func decodeIfPresent(_ type: Int.Type, forKey key: Key) throws -> Int? { try optional(type, key) }
        func decodeIfPresent(_ type: Int32.Type, forKey key: Key) throws -> Int32? { try optional(type, key) }
        func decodeIfPresent(_ type: Int64.Type, forKey key: Key) throws -> Int64? { try optional(type, key) }
        func decodeIfPresent(_ type: UInt64.Type, forKey key: Key) throws -> UInt64? {
            try optional(type, key)
        }

        private func optional<Value: Decodable>(_ type: Value.Type, _ key: Key) throws -> Value? {
            try probe.note(type, key, isRequired: false)
        }

        func nestedContainer<Nested: CodingKey>(
            keyedBy type: Nested.Type,
            forKey key: Key
        ) -> KeyedDecodingContainer<Nested> { ShapeProbe().container(keyedBy: type) }

        func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedDecodingContainer {
            ShapeProbe().unkeyedContainer()
        }

        func superDecoder() -> any Decoder { ShapeProbe() }
        func superDecoder(forKey key: Key) -> any Decoder { ShapeProbe() }
    }

    /// Of one element.
    private struct Unkeyed: UnkeyedDecodingContainer {
        let probe: ShapeProbe
        let codingPath: [any CodingKey] = []
        let count: Int? = 1
        private(set) var currentIndex = 0

        init(probe: ShapeProbe) {
            self.probe = probe
            probe.shape = .list(.any)
        }

        var isAtEnd: Bool { currentIndex > 0 }
        func decodeNil() -> Bool { false }

        mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
            let (shape, value) = try ShapeProbe.read(type)
            probe.shape = .list(shape)
            currentIndex += 1
            return value
        }

        func nestedContainer<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
            ShapeProbe().container(keyedBy: type)
        }

        func nestedUnkeyedContainer() -> any UnkeyedDecodingContainer { ShapeProbe().unkeyedContainer() }
        func superDecoder() -> any Decoder { ShapeProbe() }
    }

    private struct Single: SingleValueDecodingContainer {
        let probe: ShapeProbe
        let codingPath: [any CodingKey] = []

        func decodeNil() -> Bool {
            probe.isNullable = true
            return false
        }

        func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
            let (shape, value) = try ShapeProbe.read(type)
            probe.shape = shape
            return value
        }
    }
}

/// Read where it is there, since older documents lack it; written always.
private protocol AlwaysWritten {}

extension NullCoded: AlwaysWritten {}
extension AddedList: AlwaysWritten {}

/// Words that are not all: metrics of one's own are among them.
private protocol NamesOthers {}

extension ComparedMetric: NamesOthers {}
