import Testing

@testable import LabBroker

@Suite("Assignors of groups")
struct GroupAssignorsTests {
    private func bytes(
        _ version: Int16,
        group: String = "group",
        member: String = "",
        _ assignors: [String]
    ) -> [UInt8] {
        var writer = Sample.head(.joinGroup, version: version)
        writer.string(group)
        writer.int32(6_000)
        if version >= 1 { writer.int32(300_000) }
        writer.string(member)
        if version >= 5 { writer.string(nil) }
        writer.string("consumer")
        writer.array(assignors) { writer, assignor in
            writer.string(assignor)
            writer.int32(3)
            writer.raw([1, 2, UInt8(assignor.utf8.count)])
        }
        return writer.bytes
    }

    private func request(_ assignors: [String]) throws -> JoinRequest {
        try JoinRequest(bytes(5, assignors)[...])
    }

    @Test(
        "a request has another id and prefers another assignor, with all its other fields as they were",
        arguments: Int16(0)...5
    )
    func preferring(version: Int16) throws {
        let request = try JoinRequest(bytes(version, ["range", "sticky", "roundrobin"])[...])
        #expect(request.group == "group" && request.sessionTimeout == 6_000)
        #expect(request.assignors == ["range", "sticky", "roundrobin"])
        let changed = request.bytes(of: "", preferring: "roundrobin")
        #expect(Array(changed.dropFirst(4)) == bytes(version, ["roundrobin", "range", "sticky"]))
        #expect(changed.count == bytes(version, ["range", "sticky", "roundrobin"]).count + 4)
        let named = request.bytes(of: "member", preferring: "range")
        #expect(
            Array(named.dropFirst(4)) == bytes(version, member: "member", ["range", "sticky", "roundrobin"])
        )
        for length in 0..<bytes(version, ["range"]).count {
            #expect(throws: WireError.self) { try JoinRequest(bytes(version, ["range"])[..<length]) }
        }
    }

    @Test("who joins takes the group's assignor, or is refused if it does not know it")
    func entrance() throws {
        var groups = GroupAssignors()
        #expect(groups.enter(try request(["range", "sticky"]), at: 0) == .agreed("range"))
        #expect(groups.enter(try request(["range"]), at: 1) == .agreed("range"))
        #expect(groups.enter(try request(["sticky", "range"]), at: 2) == .agreed("range"))
        #expect(groups.enter(try request(["sticky"]), at: 3) == .refused)
        #expect(groups.enter(try request([]), at: 4) == .refused)
    }

    @Test("a group whose members have gone takes the assignor of who comes next")
    func quiet() throws {
        let second: UInt64 = 1_000_000_000
        var groups = GroupAssignors()
        #expect(groups.enter(try request(["range"]), at: 0) == .agreed("range"))
        groups.note("group", at: 5 * second)
        groups.note("another", at: 5 * second)
        #expect(groups.enter(try request(["sticky"]), at: 16 * second) == .refused)
        #expect(groups.enter(try request(["sticky"]), at: 40 * second) == .agreed("sticky"))
        #expect(groups.enter(try request(["range"]), at: 41 * second) == .refused)
    }
}
