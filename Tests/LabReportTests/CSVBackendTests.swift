import Testing

@testable import LabReport

@Suite("Tables as CSV")
struct CSVBackendTests {
    private func csv(_ subject: any Reportable) throws -> String { try subject.rendered(as: "csv") }

    @Test("name themselves in the first field of each line, and have the titles of their columns first")
    func tables() throws {
        let blocks = try csv(BenchFixture.result).split(separator: "\n\n")
        #expect(blocks.count == 2)
        #expect(
            blocks.first?.hasPrefix(
                """
                table,,,CPU/M,×control,p50,p99,RSS peak,lag,drain,kept up
                What each variant costs,"2,000/s, concurrency 1",per-event,53.1 s (52 s – 54.3 s),
                """
            ) == true
        )
    }

    @Test("have as many fields in each line, whatever a name is made of")
    func fields() throws {
        for subject in [HostileTests.report, HostileTests.night, Fixture.nightWithLoss, Fixture.empty] {
            for block in try csv(subject).split(separator: "\n\n") {
                let counts = Set(fields(of: String(block)))
                #expect(counts.count == 1, "\(block.prefix(200))")
            }
        }
    }

    @Test("hold what a terminal has no room for") func whole() throws {
        let text = try csv(Fixture.night)
        for table in ["Timeline of events", "Pods and their lives", "Evidence for the verdicts", "Facts"] {
            #expect(text.contains("\n\(table),"), "\(table)")
        }
    }

    /// How many fields each line has; line feeds inside of quotes end none.
    private func fields(of block: String) -> [Int] {
        var (counts, count, isQuoted) = ([Int](), 1, false)
        for character in block {
            switch character {
            case "\"": isQuoted.toggle()
            case "," where !isQuoted: count += 1
            case "\n" where !isQuoted:
                counts.append(count)
                count = 1
            default: break
            }
        }
        return block.hasSuffix("\n") ? counts : counts + [count]
    }
}
