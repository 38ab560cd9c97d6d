import LabCore
import Testing

@testable import LabEngine

@Suite("Files of client properties")
struct PropertiesFileTests {
    private static func parse(_ text: String) throws -> String {
        try PropertiesFile.parse(text, path: "client.properties").map { "\($0.label)|\($0.value)" }
            .joined(separator: " & ")
    }

    @Test(
        "have one property a line, comments, and lines that go on",
        arguments: [
            ("a=1\nb = 2\r\nc: 3\r", "a|1 & b|2 & c|3"), ("# no\n  ! no\n\n \t\na=#1!", "a|#1!"),
            ("a=one\\\n   two\\\n# three", "a|onetwo# three"), ("a=", "a|"), ("a=b=c:d", "a|b=c:d"),
            ("a=ends in a backslash\\\\\nb=1", "a|ends in a backslash\\ & b|1"), ("a\\=b=1", "a=b|1"),
            ("a=\\u0041\\t\\\\n\\q", "a|A\t\\nq"), ("a=1\\", "a|1"), ("a=spaces stay  ", "a|spaces stay  "),
            ("a=1\na=2", "a|1 & a|2"), ("", ""),
        ]
    )
    func syntax(text: String, expected: String) throws {
        #expect(try Self.parse(text) == expected)
    }

    @Test(
        "are refused with the line of what is no property, and not a word of it",
        arguments: [("a=1\nhunter2", 2), ("# x\n=hunter2", 2), ("a=1\\\n2\n\nhunter2\\\n3", 4)]
    )
    func mistakes(text: String, line: Int) {
        let error = #expect(throws: LabError.self) { try Self.parse(text) }
        #expect(error?.description == "client.properties:\(line): not key=value")
        #expect(error?.hint?.contains("hunter2") == false && error?.exitStatus == .usage)
    }

    @Test("that are written read as what they were written from")
    func roundTrip() throws {
        let properties = [
            LabelledValue("sasl.password", " =:#!\\u0041 é\t\n\r\u{c}\\"), LabelledValue("a b", ""),
        ]
        let text = PropertiesFile.text(of: properties)
        #expect(try PropertiesFile.parse(text, path: "x") == properties)
    }
}
