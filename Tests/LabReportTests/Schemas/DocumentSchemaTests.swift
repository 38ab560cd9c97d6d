import Foundation
import LabCore
import Testing

/// docs/schemas: the JSON of documents that others read, as their types have it.
@Suite struct DocumentSchemaTests {
    struct Document: Sendable, CustomTestStringConvertible {
        var name: String
        var title: String
        var type: any (Decodable & Sendable).Type

        var testDescription: String { name }
    }

    static let documents = [
        Document(name: "run", title: "LeakLab run", type: RunResult.self),
        Document(name: "repetitions", title: "LeakLab repetitions of a run", type: RepetitionsResult.self),
        Document(name: "comparison", title: "LeakLab comparison", type: ComparisonResult.self),
        Document(name: "bench", title: "LeakLab bench", type: BenchResult.self),
    ]

    @Test("Published schemas are what the types read", arguments: documents)
    func published(_ document: Document) throws {
        var schema = try JSONShape(of: document.type).schema
        schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
        schema["title"] = document.title
        let options: JSONSerialization.WritingOptions = [
            .prettyPrinted, .sortedKeys, .withoutEscapingSlashes,
        ]
        let data = try JSONSerialization.data(withJSONObject: schema, options: options)
        let text = String(decoding: data, as: UTF8.self) + "\n"
        expectGolden(text, named: "../../../docs/schemas/\(document.name).json")
    }

    @Test(
        "What is printed fits its schema",
        arguments: [
            ("reference", 0), ("repetitions", 1), ("comparison", 2), ("bench", 3),
        ]
    )
    func printed(_ golden: String, _ index: Int) throws {
        let file = Self.project.appending(path: "Tests/LabReportTests/Golden/\(golden).json")
        let value = try JSONSerialization.jsonObject(with: Data(contentsOf: file))
        let differences = try JSONShape(of: Self.documents[index].type).differences(from: value)
        #expect(differences == [])
    }

    private static let project = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
}
