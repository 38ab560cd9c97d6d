import LabCore
import LabTelemetry

/// Copies what a node sends to the client that began it, until the stream ends.
///
/// It does not know its request and cannot see that it is over: whoever begins one has to make sure that it ends.
final class TunnelSession: Sendable {
    /// What is counted of sessions.
    struct Metrics: Sendable {
        let live: Counter
        let begun: Counter
        let copiedBytes: Counter
        let instances = Census.site("TunnelSession", kind: .instance)
        let tasks = Census.site("TunnelSession.copy", kind: .task)

        init(on page: TelemetryPage) {
            live = page.gauge("liveSessions", class: .incident)
            begun = page.counter("sessionsBegun", class: .incident)
            copiedBytes = page.counter("copiedBytes", unit: .bytes, class: .incident)
        }
    }

    let stream: TunnelStream
    private let tunnel: EdgeTunnel
    private let bufferSize: Int
    private let metrics: Metrics
    private let answer = TunnelAnswer()

    /// Counts the session and its task: whoever makes one has to see to it that ``run()`` is called once.
    init(stream: TunnelStream, tunnel: EdgeTunnel, bufferSize: Int, metrics: Metrics) {
        self.stream = stream
        self.tunnel = tunnel
        self.bufferSize = bufferSize
        self.metrics = metrics
        metrics.begun.add()
        metrics.live.add()
        metrics.instances.enter()
        metrics.tasks.enter()
    }

    deinit { metrics.instances.leave() }

    /// Copies until the stream is closed, or until the task is cancelled, which closes it.
    func run() async {
        await withTaskCancellationHandler {
            await copy()
        } onCancel: {
            stream.close()
        }
        tunnel.forget(stream)
        answer.settle(false)
        metrics.live.subtract()
        metrics.tasks.leave()
    }

    /// Waits until the client has the first bytes.
    /// - Throws: ``LabError`` if the session ended without any.
    func waitForAnswer() async throws {
        guard await answer.wait() else { throw LabError("tunnel: the session ended without an answer") }
    }

    private func copy() async {
        // Written to from end to end, as is any buffer that must not show what stood there before.
        var buffer = [UInt8](repeating: 0, count: bufferSize)
        while let count = await stream.read(into: &buffer) {
            metrics.copiedBytes.add(UInt64(count))
            answer.settle(true)
        }
    }
}
