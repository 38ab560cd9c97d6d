/// The mock's answer to FindCoordinator, with the front's address in place of the mock's.
enum CoordinatorAnswer {
    /// The whole answer, without its length.
    ///
    /// `answer`: of the mock, with its correlation.
    /// `version`: 0 to 2.
    /// `ports`: by the mock's number of a broker, the port at which the front stands before it.
    static func bytes(
        from answer: ArraySlice<UInt8>,
        version: Int16,
        ports: [Int32: Int]
    ) throws(WireError) -> [UInt8] {
        var reader = WireReader(answer)
        var writer = WireWriter()
        writer.int32(try reader.int32())
        if version >= 1 { writer.int32(try reader.int32()) }
        writer.int16(try reader.int16())
        if version >= 1 { writer.string(try reader.nullableString()) }
        let node = try reader.int32()
        let host = try reader.nullableString()
        let port = try reader.int32()
        writer.int32(node)
        writer.string(ports[node] == nil ? host ?? "" : "127.0.0.1")
        writer.int32(ports[node].map(Int32.init) ?? port)
        return writer.bytes
    }
}
