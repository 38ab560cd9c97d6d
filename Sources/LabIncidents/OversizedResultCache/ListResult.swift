/// What a list call gives: a JSON document, as it goes to whoever asked.
///
/// Copies share the bytes.
struct ListResult: Sendable {
    let bytes: [UInt8]

    var count: Int { bytes.count }
}
