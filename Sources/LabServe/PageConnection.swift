import LabCore
import NIOCore
import NIOHTTP1
import NIOPosix

/// One connection of a page or a program: one request after another, the last of which may be a stream.
struct PageConnection: Sendable {
    typealias Channel = NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>
    typealias Writer = NIOAsyncChannelOutboundWriter<HTTPServerResponsePart>

    /// Of a request's body.
    static let mostBytes = 64 * 1_024
    /// Of a body that is too long so much is read and thrown away, so that its sender gets to read the answer.
    private static let mostDiscarded = 512 * 1_024 * 1_024

    let desk: PageDesk
    let channel: Channel

    /// Returns when the connection is over.
    func converse() async throws {
        try await channel.executeThenClose { inbound, outbound in
            var head: HTTPRequestHead?
            var body: [UInt8] = []
            var discarded = 0
            for try await part in inbound {
                switch part {
                case .head(let received):
                    head = received
                    body = []
                    discarded = 0
                    if Self.announcedLength(received) > Self.mostBytes {
                        try await refuse(received, outbound)
                        discarded = 1
                    }
                case .body(let bytes):
                    if discarded > 0 {
                        discarded += bytes.readableBytes
                        if discarded > Self.mostDiscarded { return }
                    } else if body.count + bytes.readableBytes > Self.mostBytes, let head {
                        try await refuse(head, outbound)
                        discarded = 1
                    } else {
                        body += bytes.readableBytesView
                    }
                case .end:
                    guard let request = head.take(), discarded == 0 else { return }
                    let isOver = try await answer(request, body, outbound)
                    if isOver || !request.isKeepAlive { return }
                }
            }
        }
    }

    private static func announcedLength(_ head: HTTPRequestHead) -> Int {
        head.headers.first(name: "Content-Length").map { Int($0) ?? .max } ?? 0
    }

    private func refuse(_ head: HTTPRequestHead, _ outbound: Writer) async throws {
        let text = "A request’s body has \(grouped(Self.mostBytes)) bytes at most."
        try await write(PageAnswer(PageProblem(413, text)), to: head, isLast: true, outbound)
    }

    /// - Returns: whether nothing comes after it.
    private func answer(_ head: HTTPRequestHead, _ body: [UInt8], _ outbound: Writer) async throws -> Bool {
        do {
            switch try await desk.reply(to: head, body) {
            case .whole(let answer):
                try await write(answer, to: head, isLast: !head.isKeepAlive, outbound)
                return false
            case .stream(let feed):
                defer { desk.leave(feed) }
                try await stream(feed, outbound)
                return true
            }
        } catch let problem as PageProblem {
            try await write(PageAnswer(problem), to: head, isLast: !head.isKeepAlive, outbound)
            return false
        }
    }

    private func write(
        _ answer: PageAnswer,
        to head: HTTPRequestHead,
        isLast: Bool,
        _ outbound: Writer
    ) async throws {
        var response = HTTPResponseHead(version: .http1_1, status: answer.status, headers: answer.headers)
        if isLast { response.headers.add(name: "Connection", value: "close") }
        try await outbound.write(.head(response))
        if head.method != .HEAD { try await outbound.write(.body(.byteBuffer(answer.body))) }
        try await outbound.write(.end(nil))
    }

    /// The next frame is taken when the one before it has been handed to the system.
    private func stream(_ feed: FrameFeed, _ outbound: Writer) async throws {
        var headers = PageAnswer.headers
        headers.add(name: "Content-Type", value: "text/event-stream; charset=utf-8")
        headers.add(name: "Connection", value: "close")
        try await outbound.write(.head(HTTPResponseHead(version: .http1_1, status: .ok, headers: headers)))
        var number = 0
        while let frame = await feed.next(after: number) {
            number = frame.number
            try await outbound.write(.body(.byteBuffer(frame.event)))
            if frame.isLast { break }
        }
        try await outbound.write(.end(nil))
    }
}
