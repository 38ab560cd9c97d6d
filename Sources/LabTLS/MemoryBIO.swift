import COpenSSL

/// What OpenSSL has written to memory.
enum MemoryBIO {
    /// Lends out what the BIO holds; the bytes stay where they are.
    static func contents<Result>(
        of memory: OpaquePointer,
        _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result {
        var start: UnsafeMutablePointer<CChar>?
        let count = copenssl_contents(memory, &start)
        return body(UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : Int(count)))
    }
}
