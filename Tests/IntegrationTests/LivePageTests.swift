import Foundation
import LabCore
import LabTesting
import Synchronization
import Testing

extension Integration {
    @Suite("The live page", .timeLimit(.minutes(3)))
    struct LivePageTests {
        private static func scenario(_ lab: LabFixture) throws -> String {
            try lab.scenario(ShortScenario.text(variants: ShortScenario.twoVariants))
        }

        @Test("shows a run while it lasts, and its end with the verdicts that it came to")
        func stream() async throws {
            try await LabFixture.with { lab in
                let heard = Heard()
                let end = try await lab.leaklab(
                    ["run", try Self.scenario(lab), "--serve", "--port", "0", "--quiet", "--format", "json"]
                ) { program in
                    let port = try await PageClient.port(of: program)
                    let refused = try await PageClient.ask(
                        port,
                        "POST /api/runs/live/acts HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nContent-Length: 0"
                    )
                    heard.answers.withLock { $0.append(refused) }
                    let stream = try await PageClient.ask(port, PageClient.get("/api/runs/live/stream", port))
                    heard.answers.withLock { $0.append(stream) }
                }
                let answers = heard.answers.withLock { $0 }
                #expect(answers.first?.hasPrefix("HTTP/1.1 403") == true, "\(end.account)")
                let frames = try PageClient.frames(in: answers.last ?? "")
                #expect(frames.count >= 3, "\(end.account)")
                #expect(frames.first?.state == "running")
                let last = try #require(frames.last)
                #expect(last.isFinal && last.state == "finished")
                #expect(frames.dropLast().allSatisfy { !$0.isFinal })
                #expect(zip(frames, frames.dropFirst()).allSatisfy { $0.now <= $1.now })
                let result = try end.result()
                #expect(last.variants.map(\.verdict) == result.variants.map(\.verdict.rawValue))
                #expect(frames.contains { $0.variants.contains { $0.verdict == "not yet" } })
                #expect(last.charts.map(\.id).contains("heap"))
            }
        }

        @Test(
            "in Chromium has verdicts, values and charts of a run that has ended, wide and narrow",
            .enabled(if: PageClient.chromium != nil, "needs chromium")
        )
        func chromium() async throws {
            try await LabFixture.with { lab in
                let run = try await lab.leaklab("run", try Self.scenario(lab), "--quiet", "--format", "json")
                let result = try run.result()
                for width in [1_280, 390] {
                    let dom = try await PageClient.dom(of: lab, run: result.run, width: width)
                    #expect(dom.contains(">ended<"), "\(run.account)\n\(dom)")
                    for variant in result.variants {
                        #expect(dom.contains(" \(variant.verdict.rawValue)<"))
                        #expect(dom.contains(">\(variant.name)<"))
                    }
                    #expect(dom.components(separatedBy: "<figure").count > 6)
                    #expect(dom.contains("MiB</dd>"))
                    #expect(!dom.contains("id=\"notice\" class=\"notice\" role=\"alert\">"))
                }
            }
        }
    }
}
