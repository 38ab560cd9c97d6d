import LabCore
import LabTelemetry

/// Begins sessions through the tunnel, and counts the requests that were answered.
struct TunnelService: Sendable {
    let tunnel: EdgeTunnel
    /// Of each session's copy buffer, bytes.
    let bufferSize: Int
    let sessions: TunnelSession.Metrics
    let answered: Counter

    /// The caller has to run the session.
    func begin(_ request: TunnelRequest) -> TunnelSession {
        TunnelSession(
            stream: tunnel.open(for: request),
            tunnel: tunnel,
            bufferSize: bufferSize,
            metrics: sessions
        )
    }

    /// Waits until the client has its answer: the request is over then.
    func finish(_ session: TunnelSession) async throws {
        try await session.waitForAnswer()
        answered.add()
    }
}
