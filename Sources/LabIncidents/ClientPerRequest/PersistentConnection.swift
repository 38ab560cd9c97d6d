import LabCore
import LabTelemetry
import NIOCore
import NIOHTTP1
import Synchronization

/// A connection that serves one request after another, as Go's `net/http` keeps it: with a task that reads and a task that
/// writes, which live as long as the connection.
///
/// Between two requests both wait, and nothing but the connection's end ends them: the server's close, an error, or
/// ``close()``. As long as they live they keep the connection, and the connection its transport.
final class PersistentConnection: Sendable {
    typealias Wire = NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>

    private struct State {
        /// Waits for the head of the answer.
        var caller: CheckedContinuation<Answer, any Error>?
        /// Of the last answer.
        var body: AnswerBody?
        var isClosed = false
    }

    private let wire: Wire
    private let transport: Transport
    private let state = Mutex(State())
    private let requests = AsyncStream.makeStream(of: HTTPRequestHead.self)

    /// Takes the wire over: whoever makes a connection has to see to it that ``run()`` is called once.
    init(_ wire: Wire, of transport: Transport) {
        self.wire = wire
        self.transport = transport
    }

    /// Sends the request and waits for the head of its answer; for one caller at a time.
    ///
    /// Cancelling the caller's task closes the connection.
    /// - Throws: the connection's error if it ended before.
    func roundTrip(_ request: HTTPRequestHead) async throws -> Answer {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { caller in
                let isClosed = state.withLock { state in
                    if !state.isClosed { state.caller = caller }
                    return state.isClosed
                }
                guard !isClosed else { return caller.resume(throwing: Self.ended) }
                requests.continuation.yield(request)
            }
        } onCancel: {
            close()
        }
    }

    /// Ends the connection and with it both loops.
    func close() {
        let body = state.withLock { state in
            state.isClosed = true
            return state.body
        }
        body?.close()
        wire.channel.close(promise: nil)
    }

    /// The read loop, with the write loop as its child.
    ///
    /// Returns when the connection has ended.
    func run() async {
        var problem: any Error = Self.ended
        do {
            try await wire.executeThenClose { inbound, outbound in
                try await withThrowingDiscardingTaskGroup { group in
                    transport.metrics.writeLoops.enter()
                    group.addTask { await self.write(to: outbound) }
                    defer { requests.continuation.finish() }
                    try await read(from: inbound)
                }
            }
        } catch {
            problem = error
        }
        end(with: problem)
    }

    /// Waits for answers, one after another, between two requests too: that is how it learns that the server closed.
    ///
    /// Returns when the connection is of no more use.
    private func read(from inbound: NIOAsyncChannelInboundStream<HTTPClientResponsePart>) async throws {
        var body = AnswerBody()
        var isKept = false
        for try await part in inbound {
            switch part {
            case .head(let head):
                body = AnswerBody()
                isKept = head.isKeepAlive
                guard let caller = begin(body) else { return }
                caller.resume(returning: Answer(status: Int(head.status.code), body: body))
            case .body(let piece):
                guard await body.offer(piece) else { return }
            case .end:
                // First idle again, so that the reader's next request finds it.
                isKept = isKept && transport.keep(self)
                body.complete()
                guard isKept else { return }
            }
        }
    }

    private func write(to outbound: NIOAsyncChannelOutboundWriter<HTTPClientRequestPart>) async {
        defer { transport.metrics.writeLoops.leave() }
        for await request in requests.stream {
            do {
                try await outbound.write(contentsOf: [.head(request), .end(nil)])
            } catch {
                return wire.channel.close(promise: nil)
            }
        }
    }

    /// - Returns: who waits for this answer; nobody if nothing was asked or the connection was closed meanwhile.
    private func begin(_ body: AnswerBody) -> CheckedContinuation<Answer, any Error>? {
        state.withLock { state in
            guard !state.isClosed else { return nil }
            state.body = body
            return state.caller.take()
        }
    }

    private func end(with problem: any Error) {
        let (caller, body) = state.withLock { state in
            state.isClosed = true
            return (state.caller.take(), state.body.take())
        }
        transport.forget(self)
        caller?.resume(throwing: problem)
        body?.fail(problem)
    }

    private static let ended = LabError("backend: the connection was closed")
}
