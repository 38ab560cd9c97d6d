import COpenSSL
package import LabCore

/// A certificate that is signed by its own key, and that key, which never leaves this process's memory.
///
/// Safety: nothing changes the key once it is made, and OpenSSL counts its owners atomically.
package final class TLSIdentity: @unchecked Sendable {
    package let certificate: TLSCertificate
    let key: OpaquePointer

    /// Of a certificate, before it is valid: clocks differ.
    private static let leeway = -3_600

    /// Makes a key on the curve P-256 and a certificate for it.
    ///
    /// - Parameters:
    ///   - hostName: whom the certificate is for.
    ///   - lifetime: for how long; full seconds.
    /// - Throws: ``LabError`` if OpenSSL cannot make them.
    package init(hostName: String, lifetime: Duration) throws(LabError) {
        ERR_clear_error()
        guard let key = copenssl_make_p256_key() else { throw TLSError.last("no key") }
        self.key = key
        guard let pointer = X509_new() else {
            EVP_PKEY_free(key)
            throw TLSError.last("no certificate")
        }
        certificate = TLSCertificate(owning: pointer)
        // From here on `deinit` frees the key.
        try Self.fill(pointer, key, hostName: hostName, seconds: Int(lifetime.components.seconds))
    }

    deinit { EVP_PKEY_free(key) }

    private static func fill(
        _ certificate: OpaquePointer,
        _ key: OpaquePointer,
        hostName: String,
        seconds: Int
    ) throws(LabError) {
        let name = X509_get_subject_name(certificate)
        var serial: UInt64 = 0
        let hasFields =
            X509_set_version(certificate, Int(X509_VERSION_3)) == 1
            && RAND_bytes(&serial, Int32(MemoryLayout<UInt64>.size)) == 1
            // Positive: RFC 5280, section 4.1.2.2.
            && ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial >> 1 | 1) == 1
            && X509_gmtime_adj(X509_getm_notBefore(certificate), leeway) != nil
            && X509_gmtime_adj(X509_getm_notAfter(certificate), seconds) != nil
            && X509_set_pubkey(certificate, key) == 1
            && X509_NAME_add_entry_by_NID(name, NID_commonName, MBSTRING_UTF8, hostName, -1, -1, 0) == 1
            && X509_set_issuer_name(certificate, name) == 1
        guard hasFields else { throw TLSError.last("no certificate") }
        try add(NID_basic_constraints, "critical,CA:TRUE,pathlen:0", to: certificate)
        try add(NID_subject_alt_name, "DNS:\(hostName)", to: certificate)
        guard X509_sign(certificate, key, EVP_sha256()) > 0 else { throw TLSError.last("no signature") }
    }

    private static func add(
        _ identifier: Int32,
        _ value: String,
        to certificate: OpaquePointer
    ) throws(LabError) {
        guard let made = X509V3_EXT_conf_nid(nil, nil, identifier, value) else {
            throw TLSError.last("“\(value)” cannot stand in a certificate")
        }
        defer { X509_EXTENSION_free(made) }
        guard X509_add_ext(certificate, made, -1) == 1 else { throw TLSError.last("no certificate") }
    }
}
