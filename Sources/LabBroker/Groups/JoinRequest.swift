/// What a member that joins a group can do: the assignors that it knows, the one that it prefers first.
struct JoinRequest {
    let sessionTimeout: Int32
    let member: GroupMember
    let assignors: [String]
    /// Of the request's bytes, what stands before the member's id, between it and the assignors, and each of these with
    /// its metadata.
    private let (beginning, middle): (ArraySlice<UInt8>, ArraySlice<UInt8>)
    private let entries: [ArraySlice<UInt8>]

    var group: String { member.group }

    /// `bytes`: the request without its length, in one of the versions that the front takes.
    init(_ bytes: ArraySlice<UInt8>) throws(WireError) {
        var reader = WireReader(bytes)
        let version = try RequestHead(&reader).version
        let group = try reader.string()
        sessionTimeout = try reader.int32()
        if version >= 1 { _ = try reader.int32() }
        beginning = bytes.dropLast(reader.remaining)
        member = GroupMember(group: group, id: try reader.nullableString() ?? "")
        let rest = bytes.suffix(reader.remaining)
        if version >= 5 { _ = try reader.nullableString() }
        _ = try reader.nullableString()
        let count = try reader.count() ?? 0
        middle = rest.dropLast(reader.remaining)
        var (assignors, entries) = ([String](), [ArraySlice<UInt8>]())
        for _ in 0..<count {
            let rest = bytes.suffix(reader.remaining)
            assignors.append(try reader.string())
            _ = try reader.nullableBytes()
            entries.append(rest.dropLast(reader.remaining))
        }
        (self.assignors, self.entries) = (assignors, entries)
    }

    /// The request with its length, as of a member with this id, that prefers one of its assignors.
    func bytes(of id: String, preferring assignor: String) -> [UInt8] {
        guard let index = assignors.firstIndex(of: assignor) else { return [] }
        var writer = WireWriter()
        writer.raw(beginning)
        writer.string(id)
        writer.raw(middle)
        writer.raw(entries[index])
        for (other, entry) in entries.enumerated() where other != index { writer.raw(entry) }
        return writer.frame
    }
}
