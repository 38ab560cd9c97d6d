import COpenSSL
package import LabCore

/// One side of one TLS connection, without a socket: what comes and goes over the wire are bytes.
///
/// To be called on one thread at a time. After each call there may be bytes to send: ``takeOutput(_:)``.
package struct TLSSession: ~Copyable {
    private let session: OpaquePointer
    /// What came over the wire and was not read; belongs to the session, as does the other.
    private let input: OpaquePointer
    /// What is to go over the wire.
    private let output: OpaquePointer

    /// Of plain text, for each reading: that of the longest record (RFC 8446, section 5.1).
    private static let recordSize = 16 << 10

    /// The client's side.
    ///
    /// - Parameters:
    ///   - context: the client's settings.
    ///   - hostName: whose certificate is accepted.
    /// - Throws: ``LabError`` if OpenSSL has no memory.
    package init(client context: TLSContext, hostName: String) throws(LabError) {
        let session = try Self.makeSession(context)
        guard copenssl_set_server_name(session, hostName) == 1, SSL_set1_host(session, hostName) == 1 else {
            SSL_free(session)
            throw TLSError.last("“\(hostName)” cannot be the name of a host")
        }
        SSL_set_connect_state(session)
        self.init(owning: session)
    }

    /// The server's side.
    /// - Throws: ``LabError`` if OpenSSL has no memory.
    package init(server context: TLSContext) throws(LabError) {
        let session = try Self.makeSession(context)
        SSL_set_accept_state(session)
        self.init(owning: session)
    }

    private init(owning session: OpaquePointer) {
        self.session = session
        input = SSL_get_rbio(session)
        output = SSL_get_wbio(session)
    }

    private static func makeSession(_ context: TLSContext) throws(LabError) -> OpaquePointer {
        ERR_clear_error()
        guard let session = SSL_new(context.pointer) else { throw TLSError.last("no connection") }
        guard let input = BIO_new(BIO_s_mem()) else {
            SSL_free(session)
            throw TLSError.last("no memory")
        }
        guard let output = BIO_new(BIO_s_mem()) else {
            BIO_free(input)
            SSL_free(session)
            throw TLSError.last("no memory")
        }
        SSL_set_bio(session, input, output)
        return session
    }

    deinit { SSL_free(session) }

    /// Takes what came over the wire.
    /// - Throws: ``LabError`` if OpenSSL has no memory.
    package mutating func receive(_ bytes: RawSpan) throws(LabError) {
        ERR_clear_error()
        let isTaken = bytes.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let part = UnsafeRawBufferPointer(rebasing: rest)
                let count = BIO_write(input, part.baseAddress, Int32(clamping: part.count))
                guard count > 0 else { return false }
                rest = rest.dropFirst(Int(count))
            }
            return true
        }
        guard isTaken else { throw TLSError.last("no memory") }
    }

    /// Goes on with the handshake as far as what came allows.
    /// - Returns: whether it is done.
    /// - Throws: ``LabError`` if the two sides do not agree, or the certificate is not to be trusted.
    package mutating func handshake() throws(LabError) -> Bool {
        ERR_clear_error()
        let result = SSL_do_handshake(session)
        if result == 1 { return true }
        guard SSL_get_error(session, result) == SSL_ERROR_WANT_READ else {
            throw TLSError.last("no handshake")
        }
        return false
    }

    /// Hands out the plain text of all records that came whole, piece by piece.
    ///
    /// After the handshake.
    /// - Returns: false if the other side has ended the connection.
    /// - Throws: ``LabError`` if what came is not TLS.
    package mutating func read(_ body: (RawSpan) -> Void) throws(LabError) -> Bool {
        ERR_clear_error()
        let ending = withUnsafeTemporaryAllocation(byteCount: Self.recordSize, alignment: 1) { window in
            while true {
                let count = SSL_read(session, window.baseAddress, Int32(window.count))
                guard count > 0 else { return SSL_get_error(session, count) }
                body(UnsafeRawBufferPointer(rebasing: window[..<Int(count)]).bytes)
            }
        }
        switch ending {
        case SSL_ERROR_WANT_READ: return true
        case SSL_ERROR_ZERO_RETURN: return false
        default: throw TLSError.last("nothing readable")
        }
    }

    /// Encrypts plain text.
    ///
    /// After the handshake.
    /// - Throws: ``LabError`` if the connection has ended.
    package mutating func write(_ bytes: RawSpan) throws(LabError) {
        guard !bytes.isEmpty else { return }
        ERR_clear_error()
        // The output takes everything, so that a write is never half done.
        let count = bytes.withUnsafeBytes { SSL_write(session, $0.baseAddress, Int32(clamping: $0.count)) }
        guard count == bytes.byteCount else { throw TLSError.last("nothing can be sent") }
    }

    /// Lets the other side know that nothing more will come.
    package mutating func close() {
        ERR_clear_error()
        // Fails before the handshake is done, when nothing listens there yet.
        _ = SSL_shutdown(session)
        ERR_clear_error()
    }

    /// Hands out what is to go over the wire, if there is something.
    package mutating func takeOutput(_ body: (RawSpan) -> Void) {
        let isEmpty = MemoryBIO.contents(of: output) { bytes in
            if !bytes.isEmpty { body(bytes.bytes) }
            return bytes.isEmpty
        }
        if !isEmpty { _ = copenssl_empty(output) }
    }
}
