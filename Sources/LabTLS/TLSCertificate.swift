import COpenSSL
package import LabCore

/// A certificate, without its key.
///
/// Safety: nothing changes the certificate once it is made, and OpenSSL counts its owners atomically.
package final class TLSCertificate: @unchecked Sendable {
    let pointer: OpaquePointer

    /// Takes the pointer over.
    init(owning pointer: OpaquePointer) { self.pointer = pointer }

    /// Reads the first certificate of a PEM text.
    /// - Throws: ``LabError`` if there is none.
    package convenience init(pem: String) throws(LabError) {
        ERR_clear_error()
        let text = Array(pem.utf8)
        // The BIO reads the bytes where they are, and is gone before they are.
        let certificate = text.withUnsafeBytes { bytes -> OpaquePointer? in
            guard let memory = BIO_new_mem_buf(bytes.baseAddress, Int32(clamping: bytes.count)) else {
                return nil
            }
            defer { BIO_free(memory) }
            return PEM_read_bio_X509(memory, nil, nil, nil)
        }
        guard let certificate else { throw TLSError.last("no certificate") }
        self.init(owning: certificate)
    }

    deinit { X509_free(pointer) }

    /// As a PEM text.
    /// - Throws: ``LabError`` if there is no memory.
    package func pem() throws(LabError) -> String {
        guard let memory = BIO_new(BIO_s_mem()) else { throw TLSError.last("no memory") }
        defer { BIO_free(memory) }
        guard PEM_write_bio_X509(memory, pointer) == 1 else { throw TLSError.last("no PEM") }
        return MemoryBIO.contents(of: memory) { String(decoding: $0, as: UTF8.self) }
    }
}
