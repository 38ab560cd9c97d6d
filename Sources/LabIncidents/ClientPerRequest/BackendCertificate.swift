import Crypto
import Foundation
import LabCore
import NIOSSL
import SwiftASN1
import X509

/// The certificate of the backend: made anew at each start, signed by itself, and trusted by nobody but the handlers
/// of its variant.
///
/// The key stays in the memory of the process that made it.
struct BackendCertificate: Sendable {
    static let hostName = "localhost"
    static let address = "127.0.0.1"
    private static let lifetime: TimeInterval = 30 * 86_400
    private static let fileName = "backend.pem"

    let pem: String
    let certificate: NIOSSLCertificate
    let key: NIOSSLPrivateKey

    /// - Throws: the libraries' errors if the certificate cannot be made.
    init() throws {
        let key = P256.Signing.PrivateKey()
        let name = try DistinguishedName { CommonName(Self.hostName) }
        let now = Date()
        let certificate = try Certificate(
            version: .v3,
            serialNumber: Certificate.SerialNumber(),
            publicKey: Certificate.PublicKey(key.publicKey),
            notValidBefore: now.addingTimeInterval(-3_600),
            notValidAfter: now.addingTimeInterval(Self.lifetime),
            issuer: name,
            subject: name,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                SubjectAlternativeNames([.dnsName(Self.hostName)])
            },
            issuerPrivateKey: Certificate.PrivateKey(key)
        )
        pem = try certificate.serializeAsPEM().pemString
        self.certificate = try NIOSSLCertificate(bytes: Array(pem.utf8), format: .pem)
        self.key = try NIOSSLPrivateKey(bytes: Array(key.pemRepresentation.utf8), format: .pem)
    }

    var serverConfiguration: TLSConfiguration {
        .makeServerConfiguration(
            certificateChain: [.certificate(certificate)],
            privateKey: .privateKey(key)
        )
    }

    /// Leaves the certificate, without its key, where the handlers look for it.
    /// - Throws: ``LabError`` if it cannot be written.
    func write(to folder: String) throws(LabError) {
        let path = "\(folder)/\(Self.fileName)"
        do {
            try pem.write(toFile: path, atomically: true, encoding: .utf8)
        } catch {
            throw LabError("\(path): cannot be written: \(error.localizedDescription)")
        }
    }

    /// What the backend of this folder has written.
    /// - Throws: ``LabError`` if there is none, or no certificate.
    static func read(from folder: String) throws(LabError) -> NIOSSLCertificate {
        let path = "\(folder)/\(fileName)"
        do {
            let pem = try String(contentsOfFile: path, encoding: .utf8)
            return try NIOSSLCertificate(bytes: Array(pem.utf8), format: .pem)
        } catch {
            throw LabError(
                "\(path): no certificate of a backend",
                hint: "The lab starts an incident's companion before its pods."
            )
        }
    }
}
