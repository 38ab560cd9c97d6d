import LabCore
import NIOCore
import NIOPosix

/// A TCP connection on which many calls are under way at once, as gRPC's are on HTTP/2.
final class CallConnection: Sendable {
    private let channel: any Channel
    private let calls: OpenCalls

    private init(channel: any Channel, calls: OpenCalls) {
        self.channel = channel
        self.calls = calls
    }

    /// Connects to a port on 127.0.0.1.
    ///
    /// `late` is called for each answer that nobody waits for any more.
    /// - Throws: ``LabError`` if nothing listens there.
    static func open(to port: Int, late: @escaping @Sendable () -> Void = {}) async throws -> CallConnection {
        let calls = OpenCalls()
        do {
            let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .channelOption(.tcpOption(.tcp_nodelay), value: 1)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addCallFrames()
                        let reader = AnswerReader(calls: calls, late: late)
                        try channel.pipeline.syncOperations.addHandler(reader)
                    }
                }
                .connect(host: "127.0.0.1", port: port)
                .get()
            return CallConnection(channel: channel, calls: calls)
        } catch {
            throw LabError("call: no connection to 127.0.0.1:\(port): \(error)")
        }
    }

    var isOpen: Bool { !calls.isClosed }

    /// Sends the body and waits for the answer, while others do the same.
    ///
    /// The other side is not told of a call that is given up, and goes on with it.
    /// - Throws: ``LabError`` if the connection ends; `CancellationError` when the task is cancelled.
    func call(_ body: ByteBuffer) async throws {
        let call = calls.next()
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                guard calls.wait(for: call, continuation) else { return }
                guard !Task.isCancelled else { return giveUp(call) }
                channel.writeAndFlush(CallFrame(call: call, body: body), promise: nil)
            }
        } onCancel: {
            giveUp(call)
        }
    }

    private func giveUp(_ call: UInt64) { calls.settle(call, with: .failure(CancellationError())) }

    /// Takes no new calls, by its owner's promise, and closes when the last one has its answer.
    func retire() { calls.whenEmpty { [channel] in channel.close(promise: nil) } }

    func close() async {
        // Fails only if it is closed already.
        try? await channel.close().get()
    }
}

/// Hands each answer to its call.
private final class AnswerReader: ChannelInboundHandler {
    typealias InboundIn = CallFrame

    private let calls: OpenCalls
    private let late: @Sendable () -> Void

    init(calls: OpenCalls, late: @escaping @Sendable () -> Void) {
        self.calls = calls
        self.late = late
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if !calls.settle(unwrapInboundIn(data).call, with: .success(())) { late() }
    }

    func channelInactive(context: ChannelHandlerContext) { calls.close() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
