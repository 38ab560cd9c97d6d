import LabCore
import Testing

@Suite("The FNV-1a hash") struct FNV1aTests {
    @Test(
        "has the values of its authors",
        arguments: [("", "cbf29ce484222325"), ("a", "af63dc4c8601ec8c"), ("foobar", "85944171f73967e8")]
    )
    func values(_ text: String, _ expected: String) {
        #expect(FNV1a.fingerprint(of: text) == expected)
        #expect(String(FNV1a.hash(text.utf8), radix: 16) == expected)
    }

    @Test("goes on from what came before")
    func pieces() {
        var hash = FNV1a(FNV1a.hash("foo".utf8))
        for byte in "bar".utf8 { hash.add(byte) }
        #expect(hash.value == FNV1a.hash("foobar".utf8))
    }
}
