/// What a member that joins a group can do: the assignors that it knows, the one that it prefers first.
struct JoinRequest {
    let group: String
    let sessionTimeout: Int32
    let assignors: [String]
    /// Of the request's bytes, what stands before the assignors and their metadata, and each of these.
    private let beginning: ArraySlice<UInt8>
    private let entries: [ArraySlice<UInt8>]

    /// `bytes`: the request without its length, in one of the versions that the front takes.
    init(_ bytes: ArraySlice<UInt8>) throws(WireError) {
        var reader = WireReader(bytes)
        let version = try RequestHead(&reader).version
        group = try reader.string()
        sessionTimeout = try reader.int32()
        if version >= 1 { _ = try reader.int32() }
        _ = try reader.nullableString()
        if version >= 5 { _ = try reader.nullableString() }
        _ = try reader.nullableString()
        let count = try reader.count() ?? 0
        beginning = bytes.dropLast(reader.remaining)
        var (assignors, entries) = ([String](), [ArraySlice<UInt8>]())
        for _ in 0..<count {
            let rest = bytes.suffix(reader.remaining)
            assignors.append(try reader.string())
            _ = try reader.nullableBytes()
            entries.append(rest.dropLast(reader.remaining))
        }
        (self.assignors, self.entries) = (assignors, entries)
    }

    /// The request with its length, as of a member that prefers one of its assignors.
    func preferring(_ assignor: String) -> [UInt8] {
        guard let index = assignors.firstIndex(of: assignor) else { return [] }
        var writer = WireWriter()
        writer.raw(beginning)
        writer.raw(entries[index])
        for (other, entry) in entries.enumerated() where other != index { writer.raw(entry) }
        return writer.frame
    }
}
