import Foundation
import LabCore
import LabTLS

/// The certificate of the backend: made anew at each start, signed by itself, and trusted by nobody but the handlers
/// of its variant.
///
/// The key stays in the memory of the process that made it.
struct BackendCertificate: Sendable {
    static let hostName = "localhost"
    static let address = "127.0.0.1"
    private static let lifetime = Duration.seconds(30 * 86_400)
    private static let fileName = "backend.pem"

    let identity: TLSIdentity

    /// - Throws: ``LabError`` if the certificate cannot be made.
    init() throws(LabError) {
        identity = try TLSIdentity(hostName: Self.hostName, lifetime: Self.lifetime)
    }

    /// Leaves the certificate, without its key, where the handlers look for it.
    /// - Throws: ``LabError`` if it cannot be written.
    func write(to folder: String) throws(LabError) {
        let path = "\(folder)/\(Self.fileName)"
        let pem = try identity.certificate.pem()
        do {
            try pem.write(toFile: path, atomically: true, encoding: .utf8)
        } catch {
            throw LabError("\(path): cannot be written: \(SystemError.words(error))")
        }
    }

    /// What the backend of this folder has written.
    /// - Throws: ``LabError`` if there is none, or no certificate.
    static func read(from folder: String) throws(LabError) -> TLSCertificate {
        let path = "\(folder)/\(fileName)"
        do {
            return try TLSCertificate(pem: try String(contentsOfFile: path, encoding: .utf8))
        } catch {
            throw LabError(
                "\(path): no certificate of a backend",
                hint: "The lab starts an incident's companion before its pods."
            )
        }
    }
}
