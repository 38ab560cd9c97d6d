import LabCore
import LabTLS

/// What a transport is made from.
struct TransportSettings: Sendable {
    let server: TLSCertificate
    let idleLimit: Int
    let dial: Transport.Dial
    let metrics: Transport.Metrics

    func makeTransport() throws -> Transport {
        try Transport(trusting: server, idleLimit: idleLimit, dial: dial, metrics: metrics)
    }
}

/// The bug: a transport for every request, with TLS settings of its own.
///
/// The answer is read and the handler done. The connection, idle again, waits in a pool that nobody else will ever ask.
struct ClientPerRequestHandler: EventHandler {
    let service: PlayerService
    let settings: TransportSettings

    func handle(_ event: borrowing Event) async throws {
        let request = try service.request(for: event)
        let transport = try settings.makeTransport()
        try await service.take(try await transport.roundTrip(request))
    }
}

/// Half of the fix: one transport for all requests, and bodies that nobody reads to their end or closes.
///
/// Each keeps its connection from ever becoming idle again, so that the next request needs another one.
struct BodyOpenHandler: EventHandler {
    let service: PlayerService
    let transport: Transport

    func handle(_ event: borrowing Event) async throws {
        let answer = try await transport.roundTrip(try service.request(for: event))
        try service.check(answer)
    }

    func shutDown() async { transport.closeIdleConnections() }
}

/// The fix: one transport for all requests, with time-outs, and bodies that are closed on every way out.
struct SharedClientHandler: EventHandler {
    let service: PlayerService
    let transport: Transport
    let deadline: RequestDeadline

    func handle(_ event: borrowing Event) async throws {
        let request = try service.request(for: event)
        try await deadline.limit {
            let answer = try await transport.roundTrip(request)
            defer { answer.body.close() }
            try await service.take(answer)
        }
    }

    func shutDown() async { transport.closeIdleConnections() }
}
