import LabCore
import LabTelemetry
import NIOCore

/// Calls the service about the player of an event, and waits so long and no longer.
struct ServiceCaller: Sendable {
    /// What is counted of calls.
    struct Metrics: Sendable {
        let answered: Counter
        /// Calls that took longer than the caller waits.
        let timedOut: Counter
        /// Answers that came when nobody waited any more: work for nothing.
        let answeredLate: Counter

        init(on page: TelemetryPage) {
            answered = page.counter("answered", class: .incident)
            timedOut = page.counter("timedOut", class: .incident)
            answeredLate = page.counter("answeredLate", class: .incident)
        }
    }

    let deadline: RequestDeadline
    let metrics: Metrics

    /// Calls on the connection of that line.
    /// - Throws: ``LabError`` if the payload has no player, if no connection can be had, or if there is no answer in
    ///   time.
    func call(about event: borrowing Event, on line: CallLine) async throws {
        let player = try event.withPayload { payload throws(LabError) in
            try JSONObject.plainText(named: "player", in: payload)
        }
        try await deadline.limit {
            do {
                try await line.connection().call(ByteBuffer(string: player))
            } catch let error as CancellationError {
                metrics.timedOut.add()
                throw error
            }
        }
        metrics.answered.add()
    }
}

/// All calls on one line: the bug with one long connection, and the half remedy with one that is replaced now and then.
struct OneLineHandler: EventHandler {
    let caller: ServiceCaller
    let line: CallLine

    func handle(_ event: borrowing Event) async throws { try await caller.call(about: event, on: line) }

    func shutDown() async { await line.close() }
}

/// The fix: a line to each machine that the service discovery tells, and the next one's turn with each call.
struct PerRequestHandler: EventHandler {
    let caller: ServiceCaller
    let lines: [CallLine]
    private let turns: RoundRobin<CallLine>

    /// `lines` are not empty.
    init(caller: ServiceCaller, lines: [CallLine]) {
        self.caller = caller
        self.lines = lines
        turns = RoundRobin(lines)
    }

    func handle(_ event: borrowing Event) async throws {
        try await caller.call(about: event, on: turns.next())
    }

    func shutDown() async { for line in lines { await line.close() } }
}
