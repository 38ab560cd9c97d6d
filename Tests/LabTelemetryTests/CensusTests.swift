import LabCore
import Testing

@testable import LabTelemetry

@Suite struct CensusTests {
    @Test("A site counts what was made and what lives, and the page's totals count with it")
    func counting() async throws {
        try await Census.isolated { page in
            let worker = Census.site("Cache.worker", kind: .task)
            let cache = Census.site("Cache", kind: .instance)
            for _ in 0..<3 {
                worker.enter()
                cache.enter()
            }
            worker.leave()
            #expect(
                Census.snapshot() == [
                    VariantResult.Site(site: "Cache", kind: "instance", created: 3, live: 3),
                    VariantResult.Site(site: "Cache.worker", kind: "task", created: 3, live: 2),
                ]
            )
            #expect(page.gauge("tasks").load() == 2)
            #expect(page.gauge("instances").load() == 3)
        }
    }

    @Test("Isolated censuses do not see each other, nor the process's own", arguments: 0..<4)
    func isolation(number: Int) async throws {
        try await Census.isolated { _ in
            for _ in 0..<number { Census.site("shared name", kind: .task).enter() }
            await Task { Census.site("shared name", kind: .task).enter() }.value
            #expect(Census.snapshot().map(\.live) == [number + 1])
        }
        #expect(!Census.snapshot().contains { $0.site == "shared name" })
    }

    @Test("A site of an isolated census may be left long after")
    func leavingLate() async throws {
        let site = try await Census.isolated { _ in Census.site("late", kind: .task) }
        site.enter()
        site.leave()
    }
}
