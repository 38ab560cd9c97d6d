import LabCore
import NIOCore

/// One message between the services, either way: what call it belongs to, and what it says.
///
/// On the wire: the length of the rest (four bytes), the call's number (eight), the body.
struct CallFrame: Sendable, Hashable {
    /// By which an answer finds its call; what a stream's number is in HTTP/2.
    var call: UInt64
    var body: ByteBuffer
}

/// Cuts a connection's bytes into frames.
struct CallFrameDecoder: ByteToMessageDecoder {
    typealias InboundOut = CallFrame

    private static let numberSize = MemoryLayout<UInt64>.size
    /// Bytes of one frame; more is no message between these services.
    static let longest = 1 << 20

    /// - Throws: ``LabError`` for a length that no frame has, after which the connection is of no use.
    mutating func decode(context: ChannelHandlerContext, buffer: inout ByteBuffer) throws -> DecodingState {
        let start = buffer.readerIndex
        guard let length = buffer.getInteger(at: start, as: UInt32.self) else { return .needMoreData }
        guard (Self.numberSize...Self.longest).contains(Int(length)) else {
            throw LabError("call: a frame of \(length) bytes")
        }
        let size = MemoryLayout<UInt32>.size + Int(length)
        guard buffer.readableBytes >= size,
            let call = buffer.getInteger(at: start + 4, as: UInt64.self),
            let body = buffer.getSlice(at: start + 4 + Self.numberSize, length: Int(length) - Self.numberSize)
        else { return .needMoreData }
        buffer.moveReaderIndex(forwardBy: size)
        context.fireChannelRead(wrapInboundOut(CallFrame(call: call, body: body)))
        return .continue
    }
}

/// Turns frames into bytes.
struct CallFrameEncoder: MessageToByteEncoder {
    typealias OutboundIn = CallFrame

    func encode(data: CallFrame, out: inout ByteBuffer) throws {
        out.writeInteger(UInt32(MemoryLayout<UInt64>.size + data.body.readableBytes))
        out.writeInteger(data.call)
        out.writeImmutableBuffer(data.body)
    }
}

extension ChannelPipeline.SynchronousOperations {
    func addCallFrames() throws {
        try addHandler(ByteToMessageHandler(CallFrameDecoder()))
        try addHandler(MessageToByteHandler(CallFrameEncoder()))
    }
}
