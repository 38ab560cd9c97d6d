import LabScenario
import Testing

@Suite struct SuggestionTests {
    @Test(
        "A near miss finds the word that was meant",
        arguments: [
            ("replica", "replicas"), ("memroy", "memory"), ("Memory", "memory"),
            ("commitInterva", "commitInterval"),
            ("assigment", "assignment"), ("onfailure", "on-failure"),
        ]
    )
    func near(_ word: String, _ meant: String) {
        #expect(
            suggestion(
                for: word,
                among: ["replicas", "memory", "commitInterval", "assignment", "on-failure"]
            ) == meant
        )
    }

    @Test("A word unlike all others finds none", arguments: ["database", "x", "", "memories-of-youth"])
    func far(_ word: String) {
        #expect(suggestion(for: word, among: ["replicas", "memory", "a"]) == nil)
    }

    @Test("Without candidates there is no suggestion") func none() {
        #expect(suggestion(for: "a", among: []) == nil)
    }
}
