import LabCore
import Testing

@Suite struct NumberTextTests {
    @Test(
        "A decimal has the asked number of places",
        arguments: [
            (1.005, 1, "1.0"), (2.35, 0, "2"), (-0.04, 1, "0.0"), (-1.25, 2, "−1.25"), (0.007, 2, "0.01"),
            (1e18, 0, "1000000000000000000"),
            (.infinity, 1, "–"), (.nan, 1, "–"), (1e30, 2, "–"),
        ]
    )
    func decimals(_ value: Double, _ places: Int, _ text: String) {
        #expect(decimal(value, places: places) == text)
    }

    @Test(
        "An abbreviation has at most three significant digits",
        arguments: [
            (0, "0"), (950, "950"), (999.4, "999"), (999.5, "1k"), (12.5, "12.5"), (1_234, "1.23k"),
            (7_230_000, "7.23M"),
            (-20_000, "−20k"), (3.5e9, "3.5G"), (0.25, "0.25"),
        ]
    )
    func abbreviations(_ value: Double, _ text: String) {
        #expect(abbreviated(value) == text)
    }

    @Test(
        "Whole numbers are grouped by thousands",
        arguments: [(0, "0"), (999, "999"), (1_000, "1,000"), (-7_230_000, "−7,230,000")]
    )
    func groups(_ value: Int, _ text: String) {
        #expect(grouped(value) == text)
        #expect(grouped(Int64.min) == "−9,223,372,036,854,775,808")
    }

    @Test("Trimming takes spaces and tabs from both ends only")
    func trimming() {
        #expect(" \t a b\t ".trimmedOfSpaces == "a b")
        #expect(" \t ".trimmedOfSpaces.isEmpty)
    }

    @Test(
        "A share has decimals enough to be told from the whole",
        arguments: [
            (0.98, 0, "98 %"), (0.99, 0, "99 %"), (0.995, 0, "99.5 %"), (0.998, 0, "99.8 %"),
            (0.9985, 0, "99.85 %"),
            (0.9995, 0, "99.95 %"), (0.999_999, 0, "99.99 %"), (1, 0, "100 %"), (1.004, 1, "100.4 %"),
            (1, 1, "100.0 %"), (0.5, 1, "50.0 %"), (0.9996, 1, "99.96 %"), (.nan, 0, "– %"),
            (-1, 0, "−100 %"),
        ] as [(Double, Int, String)]
    )
    func shares(_ share: Double, _ places: Int, _ text: String) {
        #expect(percent(share, places: places) == text)
    }

    @Test(
        "What an expectation observed has five significant digits, and whole numbers and words as they are",
        arguments: [
            ("-3.011198034529156e-06", "−0.0000030112"), ("152628.708", "152629"), ("33.04000001", "33.040"),
            ("0.25", "0.25000"), ("60000", "60000"), ("bounded", "bounded"), ("nan", "nan"),
            ("1e300", "1e300"),
            (nil, nil),
        ] as [(String?, String?)]
    )
    func observed(_ raw: String?, _ text: String?) {
        #expect(ExpectationResult(text: "", met: false, observed: raw).observedText == text)
    }
}
