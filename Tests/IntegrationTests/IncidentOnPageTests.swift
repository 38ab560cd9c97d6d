import Foundation
import LabCluster
import LabCore
import LabTesting
import Testing

extension Integration {
    @Suite("Somebody works on the incident with the page in a browser", .timeLimit(.minutes(2)))
    struct IncidentOnPageTests {
        /// A leak that its limit ends every few seconds, for as long as somebody looks.
        private static let text = ShortScenario.text(
            phases: "[{name: launch, duration: 100s, rate: 500/s}]",
            variants: """
                  - {name: production, handler: per-event, role: suspect}
                  - {name: singleton, control: true}
                """,
            more: """
                pods:
                  memory: 96MiB
                  profile: auto
                  restart: {policy: always, backOff: 300ms, longestBackOff: 300ms}
                """
        )

        private static let production = "page.frame.variants.find(one => one.name === 'production')"
        private static let state = "document.querySelector('#actstate')"

        private static func field(_ row: String, _ label: String) -> String {
            "#acts [aria-label=\"\(row)\"] [data-value=\"\(label)\"]"
        }

        private static func send(
            _ browser: Browser,
            _ value: String,
            _ label: String,
            _ words: String
        ) async throws {
            try await browser.send(value, to: field("production", label))
            try await browser.wait(for: "\(state).innerText.startsWith('\(words): in effect after ')")
        }

        @Test(
            "the wave is seen, limit and pods are raised, the site is named, the fix rolled out, and the curve goes flat",
            .tags(.cgroup),
            .enabled(if: PageClient.chromium != nil, "needs chromium"),
            .enabled("needs a memory cgroup, v1 or v2") { Capability.memoryCgroup }
        )
        func incident() async throws {
            try await LabFixture.with { lab in
                let end = try await lab.leaklab(
                    [
                        "run", try lab.scenario(Self.text), "--serve", "--port", "0", "--quiet", "--format",
                        "json",
                    ]
                ) { program in
                    let address = try await eventually("the page’s address is printed") {
                        program.errors.firstMatch(of: /http:\/\/[^ \n]+/).map { String($0.0) }
                    }
                    try await Browser.with(lab) { try await Self.work($0, address) }
                }
                let result = try end.result()
                let production = try result.variant("production")
                #expect(
                    result.acts?.map(\.act).prefix(3) == [
                        "limit production 1GiB", "scale production 2", "rollout production singleton",
                    ],
                    "\(end.account)"
                )
                #expect(production.segments.map(\.name) == ["start", "act-1", "act-2", "act-3"])
                #expect(production.segments[0].oomKills > 0 && production.segments[3].oomKills == 0)
                #expect(production.events.lost == 0)
                #expect(end.status == 130, "\(end.account)")
            }
        }

        private static func work(_ browser: Browser, _ address: String) async throws {
            try await browser.go(to: address)
            // The wave: its pod is killed at the limit and started again.
            try await browser.wait(for: "page.frame && \(production).kills >= 1", within: .seconds(40))
            try await browser.wait(for: "document.querySelectorAll('figure canvas').length > 4")
            try await send(browser, "1GiB", "limit", "limit production 1GiB")
            try await send(browser, "2", "pods", "scale production 2")
            try await browser.wait(for: "\(production).pods.includes('2 Running')")
            let profile =
                "[...document.querySelectorAll('#acts button')].find(one => one.innerText === 'Profile')"
            if try await browser.evaluate("Boolean(\(profile))") == "true" {
                try await nameSite(browser, profile)
            }
            try await send(browser, "singleton", "handler", "rollout production singleton")
            // The curve goes flat: the judge says so of the segment that began with the fix.
            try await browser.wait(
                for: "\(production).segments.some(one => one.name === 'act-3' && one.verdict === 'bounded')",
                within: .seconds(45)
            )
            _ = try await browser.evaluate("window.confirm = () => true")
            _ = try await browser.evaluate("document.querySelector('#stop').click()")
            try await browser.wait(for: "page.frame.isFinal && page.frame.state === 'interrupted'")
        }

        /// Takes profiles until there are two of one life.
        private static func nameSite(_ browser: Browser, _ profile: String) async throws {
            let deadline = ContinuousClock.now + .seconds(20)
            while ContinuousClock.now < deadline {
                _ = try await browser.evaluate("\(profile).click()")
                try await browser.wait(for: "\(state).className !== 'waiting'", within: .seconds(20))
                if try await browser.evaluate("\(state).innerText").contains("allocated below IndexCache") {
                    return
                }
                try await Task.sleep(for: .milliseconds(500))
            }
            throw LabError("no profile named the site: \(try await browser.evaluate("\(state).innerText"))")
        }
    }
}
