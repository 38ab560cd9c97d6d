import LabTelemetry
import Synchronization

/// The one long connection to the edge, over which the streams of all sessions go.
///
/// It knows every stream that is open, since whatever a node sends may be for any of them.
final class EdgeTunnel: Sendable {
    private struct State {
        var streams: [UInt64: TunnelStream] = [:]
        var opened: UInt64 = 0
    }

    private let state = Mutex(State())

    /// Sends the request to its node, which answers once and then leaves the stream open without another byte.
    func open(for request: TunnelRequest) -> TunnelStream {
        let stream = state.withLock { state in
            state.opened += 1
            let stream = TunnelStream(id: state.opened)
            state.streams[stream.id] = stream
            return stream
        }
        stream.deliver(#"{"node":"\#(request.node)","status":"ready"}"#.utf8)
        return stream
    }

    func forget(_ stream: TunnelStream) {
        state.withLock { $0.streams[stream.id] = nil }
    }

    var openStreams: Int { state.withLock { $0.streams.count } }
}
