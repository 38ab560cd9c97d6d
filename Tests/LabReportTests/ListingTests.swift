import LabReport
import Testing

@Suite("A listing")
struct ListingTests {
    @Test("divides its columns by two spaces, and leaves no blanks at the ends of lines")
    func columns() {
        let text = TextTable.listing(
            [["a", "long cell", "x"], ["wider", "b", "last column, any length"]],
            header: ["A", "B", "C"]
        )
        #expect(
            text == """
                A      B          C
                a      long cell  x
                wider  b          last column, any length

                """
        )
    }

    @Test("counts characters, not bytes")
    func characters() {
        #expect(TextTable.listing([["é–é", "x"]], header: ["AB", "C"]) == "AB   C\né–é  x\n")
    }

    @Test("is empty without rows")
    func empty() {
        #expect(TextTable.listing([], header: ["A"]) == "")
    }
}
