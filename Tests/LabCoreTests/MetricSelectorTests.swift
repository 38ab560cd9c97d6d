import LabCore
import Testing

@Suite("A selector of series") struct MetricSelectorTests {
    @Test(
        "is a name, or a name with labels",
        arguments: [
            ("up", "up", [:]), ("a:b_1", "a:b_1", [:]),
            (#"a{b="c"}"#, #"a{b="c"}"#, ["b": "c"]),
            (#"a{ b = "c" , d="e.f/1" }"#, #"a{b="c",d="e.f/1"}"#, ["b": "c", "d": "e.f/1"]),
        ] as [(String, String, [String: String])]
    )
    func reads(text: String, canonical: String, labels: [String: String]) throws {
        let selector = try #require(MetricSelector(text))
        #expect(selector.description == canonical)
        #expect(Dictionary(uniqueKeysWithValues: selector.labels.map { ($0.name, $0.value) }) == labels)
    }

    @Test(
        "is nothing else",
        arguments: [
            "", "1a", "a b", "a{", "a}", "a{}", "a{b}", "a{b=c}", #"a{b="c""#, #"a{b="c d"}"#, #"a{b="c\"}"#,
            #"a{b:c="d"}"#,
            #"a{b="}"}"#, #"a{b!="c"}"#, #"a{b="c"}d"#,
        ]
    )
    func refuses(text: String) { #expect(MetricSelector(text) == nil) }

    @Test("is met by series that have its labels, whatever else they have")
    func matches() throws {
        let selector = try #require(MetricSelector(#"a{b="c"}"#))
        #expect(selector.matches(["b": "c", "x": "y"]))
        #expect(!selector.matches(["b": "d"]) && !selector.matches([:]))
        #expect(MetricSelector("a")?.matches([:]) == true)
    }
}
