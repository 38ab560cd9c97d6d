import Testing

@testable import LabCommands

@Suite("A plain table")
struct PlainTableTests {
    @Test("divides its columns by two spaces, and leaves no blanks at the ends of lines")
    func columns() {
        let text = PlainTable.render(
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
        #expect(PlainTable.render([["é–é", "x"]], header: ["AB", "C"]) == "AB   C\né–é  x\n")
    }

    @Test("is empty without rows")
    func empty() {
        #expect(PlainTable.render([], header: ["A"]) == "")
    }
}
