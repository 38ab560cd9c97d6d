import LabCore
import Testing

@testable import LabIncidents

@Suite struct FeatureEventTests {
    private static let upToName =
        #"{"seq":42,"at":1700000000000000,"player":"p-123","feature":"inventory","index":"features-inventory-17"#
    private static let payload = upToName + #"","items":"sword"}"#

    private func read(_ bytes: [UInt8]) throws -> String {
        try bytes.withUnsafeBytes { try FeatureEvent(readingFrom: $0.bytes).index }
    }

    @Test(
        "The index is found wherever it stands",
        arguments: [
            payload,
            #"{"index":"features-inventory-17"}"#,
            " {\n\t\"index\" : \"features-inventory-17\" ,\r\"x\":1}",
            #"{"a":{"index":"inner"},"b":[1,{"index":"inner"},[]],"index":"features-inventory-17"}"#,
            #"{"a":"},\"index\":\"escaped\"","index":"features-inventory-17"}"#,
            #"{"a":"\\","b":null,"c":-1.5e3,"d":true,"index":"features-inventory-17"}"#,
            #"{"indexes":"no","inde":"no","index":"features-inventory-17" and the rest is not looked at"#,
        ]
    )
    func found(payload: String) throws {
        #expect(try read(Array(payload.utf8)) == "features-inventory-17")
    }

    @Test("A name in any script is taken as it is")
    func unicode() throws {
        #expect(try read(Array(#"{"index":"größe-🧪"}"#.utf8)) == "größe-🧪")
    }

    @Test(
        "An unreadable payload is an error",
        arguments: [
            "", " ", "{", "{}", "[]", "null", #""index""#, #"{"index"}"#, #"{"index":}"#, #"{"index":17}"#,
            #"{"index":null}"#, #"{"index":{"index":"x"}}"#, #"{"index":""}"#, #"{"index":"x"#,
            #"{"index":"a\"b"}"#,
            #"{"index":"\u0041"}"#, #"{"a":1}"#, #"{"a":1,}"#, #"{"a":,"index":"x"}"#, #"{"a""index":"x"}"#,
            #"{"a":1 "index":"x"}"#, #"{a:1,"index":"x"}"#, #"{"a":"\"#, #"{"a":[1,"index":"x"}"#,
            #"{"a":1]"#,
        ]
    )
    func unreadable(payload: String) {
        #expect(throws: LabError.self) { try read(Array(payload.utf8)) }
    }

    @Test("A name that is no text in UTF-8 is an error")
    func invalidText() {
        #expect(throws: LabError.self) {
            try read(Array(#"{"index":""#.utf8) + [0xff, 0xfe] + Array(#""}"#.utf8))
        }
    }

    @Test("A payload cut anywhere before the end of the name is an error")
    func cut() throws {
        let bytes = Array(Self.payload.utf8)
        let length = Self.upToName.utf8.count
        for count in 0...length {
            #expect(throws: LabError.self) { try read(Array(bytes.prefix(count))) }
        }
        #expect(try read(Array(bytes.prefix(length + 1))) == "features-inventory-17")
    }

    @Test("Noise is refused or read, never fatal", arguments: [1, 2, 3, 4] as [UInt64])
    func noise(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let letters = Array(#"{}[]":,\ index1"#.utf8)
        for _ in 0..<2_000 {
            var bytes = Array(Self.payload.utf8)
            if seed % 2 == 0 {
                bytes = (0..<Int(random.next() % 40)).map { _ in
                    letters[Int(random.next() % UInt64(letters.count))]
                }
            } else {
                for _ in 0..<3 {
                    bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
                }
            }
            _ = try? read(bytes)
        }
    }
}
