import Foundation
import LabCore
import Testing

@testable import LabRecording

@Suite("Repetitions in the store")
struct RepetitionStoreTests {
    private static func document(_ id: String, used: Int = 2) -> RepetitionsResult {
        RepetitionsResult(
            id: id,
            scenario: "s",
            title: "",
            timeScale: 1,
            seed: 1,
            schedule: "parallel",
            asked: 2,
            used: used,
            valid: true,
            invalidBecause: [],
            repetitions: [],
            variants: [],
            expectations: [],
            notes: [],
            exitStatus: 0
        )
    }

    private func withStore(_ body: (RunStore) throws -> Void) throws {
        let path = NSTemporaryDirectory() + "leaklab-repetitions-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: path) }
        try body(RunStore(directory: path))
    }

    private static let first = "rep-20261121-100000-aaaa"
    private static let second = "rep-20261121-110000-bbbb"

    @Test("are found by id, by the start of one, and as the latest")
    func found() throws {
        try withStore { store in
            for id in [Self.second, Self.first] { try store.save(Self.document(id)) }
            #expect(try store.repetitions(Self.first) == Self.document(Self.first))
            #expect(try store.repetitions("rep-20261121-11").id == Self.second)
            #expect(try store.repetitions("rep-latest").id == Self.second)
            #expect(try store.runs().isEmpty)
        }
    }

    @Test("replace what was saved before")
    func replaced() throws {
        try withStore { store in
            try store.save(Self.document(Self.first, used: 1))
            try store.save(Self.document(Self.first, used: 2))
            #expect(try store.repetitions("rep-latest").used == 2)
        }
    }

    @Test(
        "that are not there are missed with a hint",
        arguments: [
            ("rep-latest", "no repetitions yet"), ("rep-2027", "no repetitions “rep-2027”"),
            ("rep-", "no repetitions “rep-”"),
        ]
    )
    func missing(name: String, problem: String) throws {
        try withStore { store in
            let error = #expect(throws: LabError.self) { try store.repetitions(name) }
            #expect(error?.description == "\(store.directory): \(problem)")
            #expect(error?.exitStatus == .usage)
            #expect(error?.hint?.isEmpty == false)
        }
    }

    @Test("of which several begin alike are told apart")
    func ambiguous() throws {
        try withStore { store in
            for id in [Self.first, Self.second] { try store.save(Self.document(id)) }
            let error = #expect(throws: LabError.self) { try store.repetitions("rep-2026") }
            #expect(error?.description.contains("2 series of repetitions start with “rep-2026”") == true)
        }
    }

    @Test(
        "that are damaged or of another schema are one clear error",
        arguments: [
            ("{", "damaged document"), ("{\"kind\":1}", "damaged document"), ("", "damaged document"),
        ]
    )
    func damaged(text: String, problem: String) throws {
        try withStore { store in
            try store.save(Self.document(Self.first))
            try Data(text.utf8).write(to: URL(fileURLWithPath: "\(store.directory)/\(Self.first).json"))
            let error = #expect(throws: LabError.self) { try store.repetitions(Self.first) }
            #expect(error?.description.contains(problem) == true)
            var other = Self.document(Self.first)
            other.schema = 2
            try store.save(other)
            let schema = #expect(throws: LabError.self) { try store.repetitions(Self.first) }
            #expect(schema?.description.contains("of schema 2, and this leaklab reads schema 1") == true)
        }
    }

    @Test("have names that sort by start")
    func names() {
        let names = [1, 2, 3].map { RunStore.repetitionsID(now: $0 * 3_600_000_000_000) }
        #expect(names == names.sorted())
        #expect(names.allSatisfy { $0.hasPrefix(RunStore.repetitionsPrefix) })
    }
}
