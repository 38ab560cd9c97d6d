import COpenSSL
package import LabCore

/// The settings of one client or one server, from which its connections are made.
///
/// Safety: nothing changes the settings once they are made; making connections of them is thread-safe, and OpenSSL
/// counts their owners atomically (openssl-threads(7)).
package final class TLSContext: @unchecked Sendable {
    let pointer: OpaquePointer

    /// A client's: trusts this certificate, and no other.
    /// - Throws: ``LabError`` if OpenSSL cannot make it.
    package convenience init(trusting server: TLSCertificate) throws(LabError) {
        try self.init(TLS_client_method())
        SSL_CTX_set_verify(pointer, SSL_VERIFY_PEER, nil)
        guard X509_STORE_add_cert(SSL_CTX_get_cert_store(pointer), server.pointer) == 1 else {
            throw TLSError.last("the certificate cannot be trusted")
        }
    }

    /// A server's.
    /// - Throws: ``LabError`` if OpenSSL cannot make it.
    package convenience init(serving identity: TLSIdentity) throws(LabError) {
        try self.init(TLS_server_method())
        guard SSL_CTX_use_certificate(pointer, identity.certificate.pointer) == 1,
            SSL_CTX_use_PrivateKey(pointer, identity.key) == 1
        else { throw TLSError.last("the key and the certificate are of no use") }
    }

    private init(_ method: OpaquePointer?) throws(LabError) {
        ERR_clear_error()
        guard let made = SSL_CTX_new(method) else { throw TLSError.last("no settings") }
        pointer = made
        guard copenssl_set_up(made) == 1 else { throw TLSError.last("no settings") }
    }

    deinit { SSL_CTX_free(pointer) }
}
