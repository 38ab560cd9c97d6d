import LabCluster
import LabCore
import LabTesting
import Testing

@testable import LabBroker
@testable import LabEngine

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

@Suite("Members that ask anew", .timeLimit(.minutes(1)))
struct GroupTurnTests {
    /// One connection of a member, by hand.
    private final class Connection {
        private let socket: LoopbackSocket

        init(to servers: String) throws {
            let port = servers.split(separator: ":").last.flatMap { Int($0) } ?? 0
            socket = try .connecting(to: port)
        }

        private func wait(for events: Int32, until deadline: ContinuousClock.Instant) throws {
            var polled = [pollfd(fd: socket.descriptor, events: Int16(events), revents: 0)]
            let left = max(0, (deadline - ContinuousClock.now).inSeconds)
            guard poll(&polled, 1, Int32(left * 1_000)) > 0 else { throw LabError("no answer in time") }
        }

        func send(_ bytes: [UInt8]) throws {
            try wait(for: Int32(POLLOUT), until: .now + .seconds(5))
            guard case .bytes(bytes.count) = bytes.withUnsafeBytes({ socket.send($0) }) else {
                throw LabError("not sent")
            }
        }

        /// A whole answer without its length; `nil` if the connection ends before it.
        func answer() throws -> [UInt8]? {
            let deadline = ContinuousClock.now + .seconds(20)
            var received = ByteQueue()
            var buffer = [UInt8](repeating: 0, count: 4_096)
            while true {
                if let message = try received.message(atMost: 1 << 20) { return Array(message.dropFirst(4)) }
                try wait(for: Int32(POLLIN), until: deadline)
                switch buffer.withUnsafeMutableBytes({ socket.receive(into: $0) }) {
                case .bytes(let count): buffer[..<count].withUnsafeBytes { received.append($0) }
                case .later: continue
                case .ended: return nil
                }
            }
        }
    }

    private static func join(_ id: String, correlation: Int32) -> [UInt8] {
        var writer = WireWriter()
        writer.int16(KafkaRequest.joinGroup.rawValue)
        writer.int16(2)
        writer.int32(correlation)
        writer.string("test")
        writer.string("group")
        writer.int32(6_000)
        writer.int32(300_000)
        writer.string(id)
        writer.string("consumer")
        writer.array(["range"]) { writer, assignor in
            writer.string(assignor)
            writer.int32(2)
            writer.raw([1, 2])
        }
        return writer.frame
    }

    /// What an answer to such a request says.
    private static func member(in answer: [UInt8]?) throws -> (correlation: Int32, error: Int16, id: String) {
        var reader = WireReader(try #require(answer))
        let correlation = try reader.int32()
        _ = try reader.int32()
        let error = try reader.int16()
        _ = try reader.int32()
        _ = try (reader.nullableString(), reader.nullableString())
        return (correlation, error, try reader.string())
    }

    @Test(
        "the answer goes to a member's new connection, whether or not its old one is closed",
        arguments: [true, false]
    )
    func anew(isClosed: Bool) async throws {
        try await onThread {
            let cluster = try FrontedCluster(topics: [("events", 1)])
            let servers = cluster.addresses.front
            var old: Connection? = try Connection(to: servers)
            try old?.send(Self.join("member", correlation: 1))
            while cluster.front.counts.requests.isEmpty { sched_yield() }
            if isClosed { old = nil }
            let new = try Connection(to: servers)
            try new.send(Self.join("member", correlation: 2))
            let answer = try Self.member(in: new.answer())
            #expect(answer.correlation == 2 && answer.error == 0 && answer.id == "member")
            #expect(try old?.answer() == nil, "the old connection is over")
        }
    }

    @Test("members without an id get one each, that no other has")
    func ids() async throws {
        try await onThread {
            let cluster = try FrontedCluster(topics: [("events", 1)])
            let members = try (0..<2).map { _ in try Connection(to: cluster.addresses.front) }
            for member in members { try member.send(Self.join("", correlation: 7)) }
            let answers = try members.map { try Self.member(in: $0.answer()) }
            #expect(answers.allSatisfy { $0.correlation == 7 && $0.error == 0 && $0.id.hasPrefix("member-") })
            #expect(Set(answers.map(\.id)).count == 2)
        }
    }

    @Test("a member that waits on a connection waits its turn on another, and no one else does")
    func turns() throws {
        let sessions = try (0..<2).map { _ in
            try FrontSession(client: .bound(to: 0), upstream: .bound(to: 0))
        }
        let member = GroupMember(group: "group", id: "member")
        var turns = GroupTurns()
        #expect(turns.enter(member, on: sessions[0], at: 0) == nil)
        turns.begin(member, on: sessions[0])
        #expect(turns.enter(GroupMember(group: "group", id: "other"), on: sessions[1], at: 1) == nil)
        #expect(turns.enter(GroupMember(group: "other", id: "member"), on: sessions[1], at: 1) == nil)
        #expect(!sessions[0].isOver)
        #expect(turns.enter(member, on: sessions[1], at: 5) == 5 + GroupTurns.patience)
        #expect(sessions[0].isOver)
        #expect(turns.enter(member, on: sessions[1], at: 9) == 5 + GroupTurns.patience)
        #expect(turns.enter(member, on: sessions[1], at: 5 + GroupTurns.patience) == nil)
        turns.begin(member, on: sessions[1])
        turns.end(member, on: sessions[0])
        #expect(turns.enter(member, on: sessions[0], at: 9) != nil, "it is the other connection's answer")
        turns.begin(member, on: sessions[1])
        turns.end(member, on: sessions[1])
        #expect(turns.enter(member, on: sessions[0], at: 9) == nil)
    }
}
