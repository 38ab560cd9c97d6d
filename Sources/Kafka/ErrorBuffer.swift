/// The piece of memory that librdkafka's calls with an `errstr` parameter write their explanation into.
struct ErrorBuffer: ~Copyable {
    let start: UnsafeMutablePointer<CChar>
    /// As the examples of librdkafka have it; longer texts are cut by the library.
    let capacity = 512

    init() {
        start = .allocate(capacity: capacity)
        start.initialize(repeating: 0, count: capacity)
    }

    deinit { start.deallocate() }

    /// What the library wrote; empty if it wrote nothing.
    var text: String { String(cString: start) }
}
