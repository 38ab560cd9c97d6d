/// A member of a group, by the id that it has there.
struct GroupMember: Hashable {
    let group: String
    /// Empty for one that joins for the first time.
    let id: String

    init(group: String, id: String) { (self.group, self.id) = (group, id) }

    /// Who asks to join or to be given its partitions.
    ///
    /// `reader`: behind the head of a JoinGroup or SyncGroup request; `nil` for all others.
    static func of(_ head: RequestHead, _ reader: WireReader) throws(WireError) -> GroupMember? {
        guard head.request == .joinGroup || head.request == .syncGroup else { return nil }
        var reader = reader
        let group = try reader.string()
        // The session's timeout, or the generation.
        _ = try reader.int32()
        if head.request == .joinGroup, head.version >= 1 { _ = try reader.int32() }
        return GroupMember(group: group, id: try reader.nullableString() ?? "")
    }

    /// An id that nobody has had before.
    static func newID() -> String {
        let number = String(UInt64.random(in: .min ... .max), radix: 16)
        return "member-" + String(repeating: "0", count: 16 - number.count) + number
    }
}
