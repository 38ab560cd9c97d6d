import LabCore
import LabTelemetry
import Testing

@testable import LabIncidents

@Suite(.timeLimit(.minutes(1))) struct OrphanedSessionsCutterTests {
    /// With the handler of the mitigation, whose time is the clock's.
    private func withCutting(
        timeScale: TimeScale = .realTime,
        values: [String: ParameterValue] = [:],
        _ body: nonisolated(nonsending) (HandledEvents, PausingClock) async throws -> Void
    ) async throws {
        try await Census.isolated { page in
            let clock = PausingClock()
            let context = IncidentContext(
                timeScale: timeScale,
                values: values,
                page: page,
                clock: clock.incidentClock(timeScale)
            )
            let handler = CutSessionHandler(
                service: TunnelService(context),
                cutter: SessionCutter(context)
            )
            let events = HandledEvents(handler, page: page)
            await untilWaiting(clock)
            try await body(events, clock)
            await handler.shutDown()
        }
    }

    /// The cutter looks at its deadlines before it waits, so that nothing that is due is open then.
    private func untilWaiting(_ clock: PausingClock) async {
        while clock.waiting == 0, !Task.isCancelled { await Task.yield() }
    }

    private func advance(_ clock: PausingClock, by duration: Duration) async {
        clock.advance(by: duration)
        await untilWaiting(clock)
    }

    @Test("A session lives for two seconds and no longer, request or not")
    func lifetime() async throws {
        try await withCutting { events, clock in
            await events.handle(HandledEvents.payloads(0..<10))
            await advance(clock, by: .milliseconds(1_999))
            #expect(events.metric("sessionsCut") == 0)
            #expect(events.metric("liveSessions") == 10)
            await advance(clock, by: .milliseconds(1))
            #expect(events.metric("sessionsCut") == 10)
            await events.wait(until: "liveSessions", is: 0)
            await events.wait(until: "outliving", is: 0)
            #expect(events.live["TunnelSession.copy"] == 0)
            #expect(events.metric("answered") == 10)
        }
    }

    @Test("Live sessions are those of the last two seconds, at every moment")
    func plateau() async throws {
        try await withCutting { events, clock in
            for second in 0..<12 {
                await events.handle(HandledEvents.payloads(0..<5))
                await advance(clock, by: .milliseconds(500))
                let cut = max(0, (second - 2) * 5)
                #expect(events.metric("sessionsCut") == Int64(cut))
                await events.wait(until: "liveSessions", is: Int64((second + 1) * 5 - cut))
            }
        }
    }

    @Test(
        "The lifetime is incident time, and a parameter",
        arguments: [(1.0, 30, 30_000), (10, 30, 3_000), (4, 2, 500)]
    )
    func timeScale(factor: Double, seconds: Int64, milliseconds: Int64) async throws {
        let values: [String: ParameterValue] = ["cutAfter": .duration(.seconds(seconds))]
        try await withCutting(timeScale: TimeScale(factor), values: values) { events, clock in
            await events.handle(HandledEvents.payloads([1]))
            await advance(clock, by: .milliseconds(milliseconds - 1))
            #expect(events.metric("sessionsCut") == 0)
            await advance(clock, by: .milliseconds(1))
            #expect(events.metric("sessionsCut") == 1)
        }
    }

    @Test("A stream that is closed already is not counted as cut")
    func closedBefore() async throws {
        try await Census.isolated { page in
            let clock = PausingClock()
            let cut = page.counter("sessionsCut", class: .incident)
            let cutter = SessionCutter(lifetime: .seconds(1), clock: clock.incidentClock(), cut: cut)
            let streams = (1...3).map { TunnelStream(id: $0) }
            for stream in streams { cutter.watch(stream) }
            streams[1].close()
            await untilWaiting(clock)
            await advance(clock, by: .seconds(1))
            #expect(cut.load() == 2)
            await cutter.stop()
            #expect(cut.load() == 2)
        }
    }
}
