import LabCore
import Testing

@testable import LabReport

@Suite("The page of a night")
struct StoryPageTests {
    private static let night = Fixture.night.html
    private static let nightWithLoss = Fixture.nightWithLoss.html

    @Test("A run without kills, steps and books gains no section", arguments: [true, false])
    func quiet(isEmpty: Bool) {
        let html = (isEmpty ? Fixture.empty : Fixture.reference).html
        for id in ["story", "caveats", "books"] { #expect(!html.contains("<section id=\"\(id)\"")) }
        #expect(!html.contains("chart-age"))
    }

    @Test("The evidence comes in the order in which it is read") func order() throws {
        let html = Self.night
        var rest = html[...]
        for heading in ["1. The orchestrator", "2. Quiet hours", "3. The waves", "4. What each step bought"] {
            rest = html[try #require(rest.firstRange(of: heading)).upperBound...]
        }
        #expect(html.contains("id=\"chart-age\"") && html.contains("id=\"chart-pods\""))
    }

    @Test("Steps without kills are told as steps") func stepsOnly() {
        var report = Fixture.sparseNight
        for pod in report.result.variants[0].pods.indices { report.result.variants[0].pods[pod].oomKills = 0 }
        for index in report.result.variants[0].segments.indices {
            report.result.variants[0].segments[index].waves = .init()
        }
        let html = report.html
        #expect(html.contains("1. What each step bought"))
        #expect(!html.contains("The orchestrator"))
    }

    @Test("Every id on the page is unique") func identities() {
        let ids = Self.nightWithLoss.matches(of: #/ id="([^"]*)"/#).map { String($0.1) }
        #expect(Set(ids).count == ids.count && ids.count > 30)
    }

    @Test("Lost events are told by partition and offset") func books() {
        let html = Self.nightWithLoss
        #expect(html.contains("Not every event that the broker confirmed was handled."))
        #expect(
            html.contains("0, 1,000–1,001, 2,000–2,002, 3,000, 4,000–4,001, 5,000–5,002, 6,000, 7,000–7,001")
        )
        #expect(html.contains("and 30 more events"))
        #expect(Self.night.contains("Every event that the broker confirmed was handled."))
    }

    @Test(
        "Runs of lost offsets, as far as there is room",
        arguments: [
            (3, [(5, 7)], "5–7"), (1, [(1_204, 1_204)], "1,204"), (2, [(5, 5)], "5 and 1 more event"),
            (9, [(5, 7), (9, 9), (20, 22)], "5–7, 9 and 5 more events"), (4, [], "not recorded"),
            (
                Int.max, [(Int64.min, Int64.max)],
                "−9,223,372,036,854,775,808–9,223,372,036,854,775,807 and "
                    + "9,223,372,036,854,775,807 more events"
            ),
        ] as [(Int, [(Int64, Int64)], String)]
    )
    func lostOffsets(lost: Int, ranges: [(Int64, Int64)], expected: String) throws {
        var partition = try #require(Fixture.night.result.variants[0].events.partitions.first)
        partition.lost = lost
        partition.lostOffsets = ranges.map { .init(from: $0.0, to: $0.1) }
        #expect(partition.lostText(atMost: 2) == expected)
    }
}
