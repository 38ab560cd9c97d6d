import Foundation
import LabCore
import LabPayload
import Testing

/// A folder for one test, gone when the test is.
final class PayloadFolder {
    let path = NSTemporaryDirectory() + "leaklab-payload-" + UUID().uuidString

    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ bytes: [UInt8], as name: String) throws -> String {
        let file = "\(path)/\(name)"
        try Data(bytes).write(to: URL(fileURLWithPath: file))
        return file
    }

    func write(_ text: String, as name: String = "events.jsonl") throws -> String {
        try write(Array(text.utf8), as: name)
    }
}

@Suite("Payload files")
struct PayloadFileTests {
    private static func lines(
        _ count: Int,
        of paths: [String],
        _ format: EventContent.Format = .json
    ) throws -> [String] {
        let files = try PayloadFiles(paths: paths, format: format)
        return try (0..<count).map { _ in String(decoding: try files.next(), as: UTF8.self) }
    }

    @Test("each line is an event, byte for byte, and after the last one comes the first again")
    func lines() throws {
        let folder = try PayloadFolder()
        let text = "{\"a\": 1}\n [\"ä\", \"\\u00e4\"]\t\n{\"c\":3}"
        let path = try folder.write(text)
        let lines = text.split(separator: "\n").map(String.init)
        #expect(try Self.lines(7, of: [path]) == lines + lines + lines[..<1])
    }

    @Test("files follow one another, empty ones too, and a line feed at the end of one adds no event")
    func several() throws {
        let folder = try PayloadFolder()
        let paths = [
            try folder.write("1\n2\n", as: "a.json"), try folder.write("", as: "b.json"),
            try folder.write("3", as: "c.json"),
        ]
        #expect(try Self.lines(5, of: paths) == ["1", "2", "3", "1", "2"])
    }

    @Test("lines far longer than what is read at once stay whole")
    func longLines() throws {
        let folder = try PayloadFolder()
        let lengths = [960 << 10, 1, 700_000, 300_000, 0, 262_144]
        let text = lengths.map { String(repeating: "x", count: $0) }.joined(separator: "\n")
        let lines = try Self.lines(lengths.count * 2, of: [try folder.write(text, as: "long.txt")], .lines)
        #expect(lines.map(\.utf8.count) == lengths + lengths)
    }

    @Test("lines that are no JSON may have any bytes")
    func anyBytes() throws {
        let folder = try PayloadFolder()
        let path = try folder.write([0xFF, 0, 13, 10, 10, 0xC3], as: "raw.bin")
        let files = try PayloadFiles(paths: [path], format: .lines)
        #expect(try (0..<3).map { _ in Array(try files.next()) } == [[0xFF, 0, 13], [], [0xC3]])
    }

    @Test(
        "a line that is no JSON is refused with its number and its byte",
        arguments: [
            ("{\"a\":1}\n\n{}", "line 2: no JSON: there is nothing in it (byte 1)"),
            ("{}\n{\"a\":1", "line 2: no JSON: it ends too early (byte 7)"),
            ("{}\n[]\n{\"a\" 1}", "line 3: no JSON: a colon is missing (byte 6)"),
            ("{} {}", "line 1: no JSON: something follows the value (byte 4)"),
            ("[1,]", "line 1: no JSON: no value begins so (byte 4)"),
            ("nul", "line 1: no JSON: a word that JSON has not (byte 4)"),
            ("[01]", "line 1: no JSON: a number begins with 0 (byte 4)"),
            ("1.", "line 1: no JSON: a digit is missing (byte 3)"),
            ("\"a\tb\"", "line 1: no JSON: a control character within a text (byte 3)"),
            ("\"\\x\"", "line 1: no JSON: an escape that JSON has not (byte 4)"),
            ("\"\\u12g4\"", "line 1: no JSON: an escape without its four digits (byte 6)"),
            ("{\"a\":\"b}", "line 1: no JSON: a text without its end (byte 9)"),
            ("{a:1}", "line 1: no JSON: a name in quotes is missing (byte 2)"),
            (
                String(repeating: "[", count: 300),
                "line 1: no JSON: it is nested more than 256 deep (byte 257)"
            ),
        ]
    )
    func badLines(text: String, message: String) throws {
        let folder = try PayloadFolder()
        let path = try folder.write(text)
        let error = #expect(throws: LabError.self) { try Self.lines(4, of: [path]) }
        #expect(error?.description == "\(path), \(message)")
    }

    @Test(
        "a text that is not UTF-8 is refused",
        arguments: [
            [0xFF], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82],
        ]
            as [[UInt8]]
    )
    func notUTF8(bytes: [UInt8]) throws {
        let folder = try PayloadFolder()
        let path = try folder.write(Array("{}\n\"x".utf8) + bytes + Array("\"\n".utf8), as: "latin.json")
        let error = #expect(throws: LabError.self) { try Self.lines(2, of: [path]) }
        #expect(error?.description == "\(path), line 2: no JSON: a text that is not UTF-8 (byte 3)")
    }

    @Test("what Foundation takes for JSON is taken, and nothing else", arguments: [1, 2, 3] as [UInt64])
    func sameAsFoundation(seed: UInt64) throws {
        let folder = try PayloadFolder()
        var random = SplitMix64(seed: seed)
        let seeds = [
            #"{"a":[1,-2.5e+3,true,false,null,"x\n\u00e4"],"b":{}}"#, #"[[],{"":0},"ü€😀"]"#, "-0.5E-7",
        ]
        for _ in 0..<400 {
            var text = Array(seeds[Int(random.next() % 3)].utf8)
            for _ in 0...random.next() % 2 {
                let place = Int(random.next() % UInt64(text.count))
                text[place] = Array(#"{}[],:"\ 0.eE-+tu1"#.utf8)[Int(random.next() % 18)]
            }
            let isJSON =
                (try? JSONSerialization.jsonObject(with: Data(text), options: .fragmentsAllowed)) != nil
            let path = try folder.write(text, as: "mutant.json")
            let isTaken = (try? Self.lines(1, of: [path])) != nil
            #expect(isTaken == isJSON, "\(String(decoding: text, as: UTF8.self))")
        }
    }

    @Test("a file without events is refused, and one that is missing")
    func nothing() throws {
        let folder = try PayloadFolder()
        let empty = try folder.write("")
        #expect(throws: LabError("\(empty): has no events", hint: "Write one a line.")) {
            try Self.lines(1, of: [empty, empty])
        }
        let missing = folder.path + "/missing"
        #expect(throws: LabError("\(missing): cannot be read: No such file or directory")) {
            try Self.lines(1, of: [missing])
        }
    }

    @Test("of ten gigabytes without a line feed no more is read than an event can have")
    func tenGigabytes() throws {
        let folder = try PayloadFolder()
        let path = try folder.write("{}\n")
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try handle.truncate(atOffset: 10 << 30)
        try handle.close()
        let error = #expect(throws: LabError.self) { try PayloadSample(paths: [path], format: .lines) }
        #expect(
            error?.description
                == "\(path), line 2: is longer than 960 KiB, the most that an event can have"
        )
    }

    @Test("a sample knows the mean size and whether it has seen all, and a bad line anywhere in it")
    func sample() throws {
        let folder = try PayloadFolder()
        let small = try folder.write("{\"id\":1}\n{\"id\":12}\n{}")
        let sample = try PayloadSample(paths: [small], format: .json)
        #expect(sample.events == 3 && sample.isComplete && abs(sample.mean - 19.0 / 3) < 1e-9)
        let error = #expect(throws: LabError.self) {
            try PayloadSample(paths: [small], format: .json, key: ["id"])
        }
        #expect(error?.description == "\(small), line 3: has no field “id” for the key")
    }
}

@Suite("Keys from fields")
struct FieldKeyTests {
    private static func key(_ path: String, of value: String) throws -> String {
        var key: [UInt8] = []
        let names = path.split(separator: ".").map(String.init)
        try FieldKey(path: names).append(from: Array(value.utf8), to: &key, at: "here")
        return String(decoding: key, as: UTF8.self)
    }

    @Test(
        "a text comes without quotes and escapes, a number and a flag as they are written",
        arguments: [
            (#"{"a":"x","id":"k-1"}"#, "id", "k-1"), (#" { "id" : 1.50e2 } "#, "id", "1.50e2"),
            (#"{"a":{"id":0},"b":{"id":true}}"#, "b.id", "true"),
            (#"{"x":[{"id":9}],"id":"ä\u00e4\"\\"}"#, "id", #"ää"\"#), (#"{"id":""}"#, "id", ""),
            (#"{"ids":1,"id":2}"#, "id", "2"),
        ]
    )
    func fields(value: String, path: String, key: String) throws {
        #expect(try Self.key(path, of: value) == key)
    }

    @Test(
        "without such a field there is no key",
        arguments: [
            (#"{"a":1}"#, "id", "has no field “id” for the key"),
            (#"{"id":null}"#, "id", "has no field “id” for the key"),
            ("[1]", "id", "has no field “id” for the key"),
            (#"{"a":1}"#, "a.b", "has no field “a.b” for the key"),
            ("{}", "a", "has no field “a” for the key"),
            (#"{"id":{}}"#, "id", "the field “id” is no text and no number, so it cannot be a key"),
            (#"{"id":"\ud800"}"#, "id", "the field “id” has an escape that stands for no character"),
        ]
    )
    func none(value: String, path: String, message: String) {
        #expect(throws: LabError("here: \(message)")) { try Self.key(path, of: value) }
    }
}
