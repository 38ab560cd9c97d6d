import Foundation
import LabCore
import LabScenario
import Testing

/// Holds docs/schemas/scenario.json, which editors complete keys by, against the reader.
@Suite struct SchemaTests {
    /// JSON, by `JSONSerialization`.
    private typealias Object = [String: Any]

    private let schema: Object

    init() throws {
        let file = ScenarioFixtureTests.project.appending(path: "docs/schemas/scenario.json")
        schema = try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? Object)
    }

    @Test("Each mapping has the keys in the schema that it has in the reader")
    func keys() {
        let text = """
            x: 1
            workload:
              x: 1
              topic: {x: 1}
              payload: {x: 1, key: {x: 1}}
              keys: {x: 1}
              phases: [{x: 1, rate: 1/s, spike: {x: 1}}, {x: 1, curve: {x: 1}}]
            pods: {x: 1, prefetch: {x: 1}, restart: {x: 1}, errors: {x: 1}, profile: {x: 1}}
            variants: [{x: 1, steps: [{x: 1}]}]
            sampling: {x: 1}
            verdict: {x: 1}
            findings: [{x: 1}]
            """
        let known = report(text).split(separator: "\n").compactMap { line -> Set<String>? in
            guard line.contains("Known keys here: "), let list = line.split(separator: ": ").last else {
                return nil
            }
            return Set(list.dropLast().components(separatedBy: ", "))
        }
        #expect(known.count == 20)
        #expect(Set(known) == Set(objects(in: schema).map { Set($0.keys) }))
    }

    /// The `properties` of every mapping that allows no others.
    private func objects(in node: Any) -> [Object] {
        if let list = node as? [Any] { return list.flatMap(objects) }
        guard let object = node as? Object else { return [] }
        let isClosed = object["additionalProperties"] as? Bool == false
        let own = isClosed ? [object["properties"] as? Object].compactMap(\.self) : []
        return own + object.values.flatMap(objects)
    }

    @Test(
        "Each choice of words is the reader's",
        arguments: [
            "schedule", "pods.assignment", "pods.protocol", "pods.assignor", "pods.prefetch", "pods.restart",
            "pods.restart.policy",
            "pods.errors", "pods.allocator", "pods.profile", "pods.profile.when",
            "workload.compression", "workload.payload.distribution",
            "workload.keys.distribution", "variants.role", "findings.kind",
        ]
    )
    func choices(_ path: String) throws {
        let words = try #require(try words(at: path.split(separator: ".").map(String.init)))
        let place =
            path == "findings.kind"
            ? "findings=[{kind: wrong, metric: heap}]"
            : path.replacing("variants.", with: "variants.per-event.") + "=wrong"
        let error = #expect(throws: ScenarioError.self) {
            try load(minimalScenario(), overrides: [.set(place)])
        }
        let hint = try #require(error?.problems.compactMap(\.hint).first)
        let named = try #require(hint.components(separatedBy: " takes ").last?.dropLast())
        // A mapping that may stand in a word's place is an example.
        let all = named.replacing(" or ", with: ", ").components(separatedBy: ", ").filter {
            !$0.contains(":")
        }
        #expect(Set(all) == words)
    }

    /// The words of the property at a path, its mapping left aside.
    private func words(at path: [String]) throws -> Set<String>? {
        var node = schema
        for key in path {
            let branches = [node] + (node["anyOf"] as? [Object] ?? [])
            let properties = branches.compactMap { $0["properties"] as? Object }.first
            node = resolved(try #require(properties?[key] as? Object))
            if let items = node["items"] as? Object { node = resolved(items) }
        }
        let branches = [node] + (node["anyOf"] as? [Object] ?? [])
        return branches.compactMap { $0["enum"] as? [String] }.first.map(Set.init)
    }

    private func resolved(_ node: Object) -> Object {
        guard let name = (node["$ref"] as? String)?.split(separator: "/").last else { return node }
        return (schema["$defs"] as? Object)?[String(name)] as? Object ?? node
    }
}
