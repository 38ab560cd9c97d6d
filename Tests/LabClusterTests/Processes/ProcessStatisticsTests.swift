import LabCluster
import Testing

@Suite("/proc/PID/stat is read")
struct ProcessStatisticsTests {
    private static let rest =
        "S 1 4242 4242 0 -1 4194560 9001 0 3 0 120 34 0 0 20 0 7 0 123456 987654321 2048 18446744073709551615 1 1 0"

    @Test(
        "whatever the command is called",
        arguments: ["leaklab", "a b", "a) S 9 9", "((", "))", "", "x\ny", "(sd-pam)", "é"]
    )
    func commandNames(name: String) throws {
        let statistics = try #require(ProcessStatistics(parsing: "4242 (\(name)) \(Self.rest)\n"))
        #expect(statistics.state == "S")
        #expect(statistics.cpuTicks == 154)
        #expect(statistics.threads == 7)
        #expect(statistics.majorPageFaults == 3)
        #expect(statistics.startTime == 123_456)
        #expect(statistics.residentPages == 2_048)
    }

    @Test(
        "and anything else is refused",
        arguments: [
            "", ")", "4242 (leaklab", "4242 (leaklab) S",
            "4242 (leaklab) \(rest.replacing("120", with: "many"))",
            "4242 (leaklab) \(rest.replacing("123456", with: "-1"))", String(repeating: "9 ", count: 500),
        ]
    )
    func garbage(line: String) {
        #expect(ProcessStatistics(parsing: line) == nil)
    }

    @Test("counters at their limits do not trap")
    func limits() throws {
        let line = "1 (a) \(Self.rest.replacing("120 34", with: "18446744073709551615 2"))"
        #expect(try #require(ProcessStatistics(parsing: line)).cpuTicks == 1)
        let negative = "1 (a) \(Self.rest.replacing(" 2048 ", with: " -5 "))"
        #expect(try #require(ProcessStatistics(parsing: negative)).residentPages == 0)
    }
}
