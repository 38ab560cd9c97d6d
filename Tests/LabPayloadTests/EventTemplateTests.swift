import LabCore
import LabPayload
import Testing

@Suite("Event templates")
struct EventTemplateTests {
    private static func texts(
        _ text: String,
        count: Int = 4,
        seed: UInt64 = 1,
        due: UInt64 = 1_772_368_496_789_012
    ) throws -> [String] {
        var writer = TemplateWriter(try EventTemplate(text), seed: seed, filling: Filling(seed: seed))
        return (0..<count).map { index in
            var bytes: [UInt8] = []
            writer.append(to: &bytes, event: UInt64(index), due: due)
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    @Test(
        "what needs no dice is as it is written",
        arguments: [
            ("{\"a\": {\"b\": 1}}", "{\"a\": {\"b\": 1}}"), ("", ""), ("{{sequence}}", "2"),
            ("{{ sequence 40 }}ü", "42ü"),
            ("{{sequence -3}}", "-1"), ("{{timestamp}}", "1772368496789"),
            ("{{timestamp millis}}", "1772368496789"),
            ("{{timestamp seconds}}", "1772368496"), ("{{timestamp micros}}", "1772368496789012"),
            ("{{timestamp iso}}", "2026-03-01T12:34:56.789Z"), ("{{choice only}}", "only"),
            ("{{integer 7 7}}", "7"), ("{{zipf 1}}", "0"), ("{{{sequence}}", "{2"),
        ]
    )
    func fixed(text: String, expected: String) throws {
        // Three braces: the first two open, and the third is a part of the name.
        guard text != "{{{sequence}}" else {
            #expect(throws: EventTemplate.Mistake.self) { try EventTemplate(text) }
            return
        }
        #expect(try Self.texts(text)[2] == expected)
    }

    @Test("the same seed gives the same texts, another seed others")
    func determinism() throws {
        let text = "{{uuid}} {{zipf 1M}} {{integer -1G 1G}} {{choice a b c d e f}} {{text 10B 90B}}"
        let first = try Self.texts(text, count: 50)
        #expect(try Self.texts(text, count: 50) == first)
        #expect(Set(first).count == 50)
        #expect(try Self.texts(text, count: 50, seed: 2) != first)
    }

    @Test("a generator that is added behind leaves those before it as they were")
    func streams() throws {
        let one = try Self.texts("{{uuid}}", count: 20)
        let two = try Self.texts("{{uuid}}/{{uuid}}", count: 20)
        #expect(two.map { String($0.split(separator: "/")[0]) } == one)
        #expect(two.allSatisfy { $0.split(separator: "/")[0] != $0.split(separator: "/")[1] })
    }

    @Test("a uuid is one of version 4")
    func uuids() throws {
        for text in try Self.texts("{{uuid}}", count: 100) {
            let parts = text.split(separator: "-")
            #expect(parts.map(\.count) == [8, 4, 4, 4, 12])
            #expect(parts[2].first == "4" && "89ab".contains(parts[3].first ?? "x"))
            #expect(text.allSatisfy { $0 == "-" || ($0.isHexDigit && !$0.isUppercase) })
        }
    }

    @Test("integers, choices and ranks stay within their range and reach its ends")
    func ranges() throws {
        let integers = try Self.texts("{{integer -2 2}}", count: 500).compactMap { Int($0) }
        #expect(Set(integers) == [-2, -1, 0, 1, 2])
        #expect(Set(try Self.texts("{{choice a b}}", count: 100)) == ["a", "b"])
        let ranks = try Self.texts("{{zipf 10 2}}", count: 2_000).compactMap { Int($0) }
        #expect(Set(ranks).isSubset(of: Set(0..<10)))
        #expect(ranks.count { $0 == 0 } > 1_000)
    }

    @Test(
        "texts have the sizes that they are asked for",
        arguments: [
            ("{{text 100B}}", 100...100), ("{{text 1KiB 2KiB}}", 1_024...2_048),
            ("{{text log-uniform 10B 1kB}}", 10...1_000), ("{{text 200000B}}", 200_000...200_000),
            ("{{text normal 500B 100B}}", 0...1_100), ("{{text 0B}}", 0...0),
        ]
    )
    func sizes(text: String, range: ClosedRange<Int>) throws {
        let texts = try Self.texts(text, count: 100)
        #expect(texts.allSatisfy { range.contains($0.utf8.count) })
        #expect(texts.allSatisfy { !$0.contains("\"") && !$0.contains("\\") })
        let template = try EventTemplate(text)
        #expect(texts.allSatisfy { $0.utf8.count <= template.most })
        let mean = Double(texts.reduce(0) { $0 + $1.utf8.count }) / 100
        #expect(abs(mean - template.mean) <= 0.3 * template.mean)
    }

    @Test(
        "what cannot be is refused with its place and with what would be right",
        arguments: [
            (
                "ab{{sequence", 2, "a generator without its end",
                "Write }} behind it. Generators: {{sequence}}, "
            ),
            ("{{sequence}}{{", 12, "a generator without its end", "Write }} behind it. "),
            ("{{}}", 0, "a generator without a name", "Generators: {{sequence}}, "),
            ("ü{{uid}}", 1, "unknown generator “{{uid}}”", "Generators: {{sequence}}, "),
            ("{{uuid 4}}", 0, "“{{uuid 4}}” cannot be", "Write {{uuid}}."),
            ("{{zipf}}", 0, "“{{zipf}}” cannot be", "Write {{zipf 100k}}, or "),
            ("{{zipf 0}}", 0, "“{{zipf 0}}” cannot be", "Write {{zipf 100k}}, or "),
            ("{{zipf 10 99}}", 0, "“{{zipf 10 99}}” cannot be", "Write {{zipf 100k}}, or "),
            ("{{choice}}", 0, "“{{choice}}” cannot be", "Write {{choice red green blue}}."),
            ("{{integer 5 1}}", 0, "“{{integer 5 1}}” cannot be", "Write {{integer 1 100}}, the smaller"),
            ("{{integer 1 99999999G}}", 0, "“{{integer 1 99999999G}}” cannot be", "Write {{integer 1 100}}"),
            ("{{timestamp nanos}}", 0, "“{{timestamp nanos}}” cannot be", "Write {{timestamp}} or "),
            ("{{text}}", 0, "“{{text}}” cannot be", "Write {{text 100B}}, "),
            ("{{text 2KiB 1KiB}}", 0, "“{{text 2KiB 1KiB}}” cannot be", "Write {{text 100B}}, "),
            ("{{text 2GiB}}", 0, "“{{text 2GiB}}” cannot be", "Write {{text 100B}}, "),
            ("{{text big 1B 2B}}", 0, "“{{text big 1B 2B}}” cannot be", "Write {{text 100B}}, "),
        ]
    )
    func mistakes(text: String, offset: Int, message: String, hint: String) {
        let error = #expect(throws: EventTemplate.Mistake.self) { try EventTemplate(text) }
        #expect(error?.offset == offset)
        #expect(error?.message == message)
        #expect(error?.hint.hasPrefix(hint) == true)
    }
}
