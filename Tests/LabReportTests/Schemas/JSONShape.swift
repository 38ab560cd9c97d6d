import Foundation

/// What a document's JSON looks like, as its type reads it.
indirect enum JSONShape: Equatable {
    case string
    case boolean
    case integer
    case number
    /// A type that reads by itself, of which nothing is known.
    case any
    case words([String])
    case list(JSONShape)
    /// Keys are data.
    case dictionary(JSONShape)
    case object([Property])
    case nullable(JSONShape)

    struct Property: Equatable {
        var name: String
        var shape: JSONShape
        /// Whether today's documents always have the key.
        var isRequired: Bool
    }

    init<Value: Decodable>(of type: Value.Type) throws {
        self = try ShapeProbe.read(type).shape
    }

    /// JSON Schema, draft 2020-12.
    ///
    /// Keys may be added to documents, so others are allowed everywhere.
    var schema: [String: Any] {
        switch self {
        case .string: ["type": "string"]
        case .boolean: ["type": "boolean"]
        case .integer: ["type": "integer"]
        case .number: ["type": "number"]
        case .any: [:]
        case .words(let words): ["enum": words]
        case .list(let element): ["type": "array", "items": element.schema]
        case .dictionary(let value): ["type": "object", "additionalProperties": value.schema]
        case .nullable(let shape): shape.nullableSchema
        case .object(let properties):
            [
                "type": "object",
                "properties": Dictionary(uniqueKeysWithValues: properties.map { ($0.name, $0.shape.schema) }),
                "required": properties.filter(\.isRequired).map(\.name).sorted(),
            ]
        }
    }

    private var nullableSchema: [String: Any] {
        var schema = schema
        if let type = schema["type"] as? String {
            schema["type"] = [type, "null"]
            return schema
        }
        return ["anyOf": [schema, ["type": "null"]]]
    }

    /// Where a document differs, one line each; `value` is what `JSONSerialization` reads.
    func differences(from value: Any, at path: String = "$") -> [String] {
        switch (self, value) {
        case (.nullable(let shape), _): value is NSNull ? [] : shape.differences(from: value, at: path)
        case (.any, _): []
        case (.string, is String), (.boolean, is Bool), (.integer, is Int), (.number, is NSNumber): []
        case (.words(let words), let text as String): words.contains(text) ? [] : ["\(path): \(text)"]
        case (.list(let element), let items as [Any]):
            items.enumerated().flatMap { element.differences(from: $1, at: "\(path)[\($0)]") }
        case (.dictionary(let shape), let object as [String: Any]):
            object.flatMap { shape.differences(from: $1, at: "\(path).\($0)") }
        case (.object(let properties), let object as [String: Any]):
            Self.differences(properties, object, at: path)
        default: ["\(path): \(value) is not \(self)"]
        }
    }

    private static func differences(
        _ properties: [Property],
        _ object: [String: Any],
        at path: String
    ) -> [String] {
        let unknown = Set(object.keys).subtracting(properties.map(\.name)).sorted()
        return unknown.map { "\(path).\($0) is not in the schema" }
            + properties.flatMap { property -> [String] in
                let place = "\(path).\(property.name)"
                guard let value = object[property.name] else {
                    return property.isRequired ? ["\(place) is missing"] : []
                }
                return property.shape.differences(from: value, at: place)
            }
    }
}
