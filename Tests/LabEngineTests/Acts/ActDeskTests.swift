import Foundation
import LabCore
import LabRecording
import LabScenario
import LabTesting
import Testing

@testable import LabEngine

@Suite("Handing in what is to be done to a run")
struct ActDeskTests {
    /// Answers each request with its words until the desk closes.
    private static func serving(
        _ desk: ActDesk,
        _ body: @Sendable () async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            let requests = desk.open()
            group.addTask {
                for await request in requests {
                    let isKnown = request.words.first != "unknown"
                    desk.answer(
                        request,
                        isKnown
                            ? .success(
                                ActDone(done: request.words.joined(separator: "|"), number: request.id)
                            )
                            : .failure(.act("unknown", hint: "Say something else."))
                    )
                }
            }
            try await body()
            desk.close()
            try await group.waitForAll()
        }
    }

    @Test("An act is answered, one after another, whatever blanks it was written with")
    func answers() async throws {
        let desk = ActDesk(stop: StopSwitch())
        try await Self.serving(desk) {
            #expect(try await desk.submit(["scale  per-event", "4"]).done == "scale|per-event|4")
            let error = await #expect(throws: LabError.self) { try await desk.submit(["unknown"]) }
            #expect(error?.hint == "Say something else.")
            try await withThrowingTaskGroup(of: Int?.self) { group in
                for _ in 0..<40 { group.addTask { try await desk.submit(["next"]).number } }
                let numbers = try await group.reduce(into: Set<Int>()) { $0.insert($1 ?? 0) }
                #expect(numbers.count == 40)
            }
        }
    }

    @Test("Before the load and after it an act is refused, and one that waits when it ends too")
    func closed() async throws {
        let desk = ActDesk(stop: StopSwitch())
        let early = await #expect(throws: LabError.self) { try await desk.submit(["pause"]) }
        #expect(early?.description == "act: the load does not go on")
        let requests = desk.open()
        let waiting = Task { try await desk.submit(["pause"]) }
        var iterator = requests.makeAsyncIterator()
        #expect(await iterator.next()?.words == ["pause"])
        desk.close()
        await #expect(throws: LabError.self) { try await waiting.value }
        await #expect(throws: LabError.self) { try await desk.submit(["pause"]) }
        #expect(await iterator.next() == nil)
    }

    @Test("Too many that wait are refused")
    func tooMany() async throws {
        let desk = ActDesk(stop: StopSwitch())
        let requests = desk.open()
        await withTaskGroup(of: String.self) { group in
            for _ in 0..<80 {
                group.addTask {
                    do throws(LabError) { return try await desk.submit(["next"]).done } catch {
                        return error.description
                    }
                }
            }
            for _ in 0..<16 { #expect(await group.next() == "act: too many wait to be done") }
            desk.close()
            for _ in 0..<64 { #expect(await group.next() == "act: the load does not go on") }
        }
        _ = requests
    }

    @Test("“stop” ends a run that has not begun")
    func stop() async throws {
        let stop = StopSwitch()
        #expect(try await ActDesk(stop: stop).submit(["stop"]).done == "The run ends.")
        #expect(stop.reason == .interrupted)
    }

    @Test("An act from another process comes through the run's folder, and leaves nothing in it")
    func mailbox() async throws {
        let folder = try ScratchFolder()
        let run = try RunStore(directory: folder.path).reserve("20260101-000000-abcd")
        let (desk, mailbox) = (ActDesk(stop: StopSwitch()), ActMailbox(run))
        let before = await #expect(throws: LabError.self) { try await mailbox.send(["pause"]) }
        #expect(before?.description.hasSuffix("the run does not go on") == true)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await mailbox.serve(desk) }
            try await Self.serving(desk) {
                try await eventually("the mailbox is there", within: .seconds(60)) {
                    exists(run.actsDirectory)
                }
                let mode = try FileManager.default.attributesOfItem(atPath: run.actsDirectory)[
                    .posixPermissions
                ]
                #expect(mode as? Int == 0o700)
                #expect(try await mailbox.send(["scale", "4"]).done == "scale|4")
                let error = await #expect(throws: LabError.self) { try await mailbox.send(["unknown"]) }
                #expect(error?.hint == "Say something else." && error?.exitStatus == .usage)
                // What is no letter is answered too, and harms nobody.
                try "{]".write(toFile: run.actsDirectory + "/x.act", atomically: true, encoding: .utf8)
                let answer = run.actsDirectory + "/x.answer"
                let text = try await eventually("it is answered", within: .seconds(60)) {
                    try? String(contentsOfFile: answer, encoding: .utf8)
                }
                #expect(text.contains("what was sent cannot be read"))
                #expect(try await mailbox.send(["next"]).done == "next")
            }
            group.cancelAll()
            try await group.waitForAll()
        }
        #expect(!exists(run.actsDirectory))
        await #expect(throws: LabError.self) { try await mailbox.send(["pause"]) }
    }
}
