import LabCore
import LabTLS
import Testing

/// Two sides in one process, with a wire of arrays between them.
private struct Pair: ~Copyable {
    var client: TLSSession
    var server: TLSSession

    init(
        _ identity: TLSIdentity,
        trusting certificate: TLSCertificate? = nil,
        hostName: String = "localhost"
    ) throws {
        let context = try TLSContext(trusting: certificate ?? identity.certificate)
        let client = try TLSSession(client: context, hostName: hostName)
        let server = try TLSSession(server: try TLSContext(serving: identity))
        self.client = client
        self.server = server
    }

    /// - Throws: the error of the side that gave up first.
    mutating func shakeHands() throws {
        var isDone = (client: false, server: false)
        for _ in 0..<4 where !(isDone.client && isDone.server) {
            isDone.client = try client.handshake()
            try server.receive(client.output().span.bytes)
            isDone.server = try server.handshake()
            try client.receive(server.output().span.bytes)
        }
        #expect(isDone.client && isDone.server)
    }
}

extension TLSSession {
    fileprivate mutating func output() -> [UInt8] {
        var bytes: [UInt8] = []
        takeOutput { span in span.withUnsafeBytes { bytes += $0 } }
        return bytes
    }

    /// - Returns: what was read, and whether more may come.
    fileprivate mutating func plainText() throws -> (bytes: [UInt8], isOpen: Bool) {
        var bytes: [UInt8] = []
        let isOpen = try read { span in span.withUnsafeBytes { bytes += $0 } }
        return (bytes, isOpen)
    }
}

@Suite("A TLS session")
struct TLSSessionTests {
    private let identity: TLSIdentity

    init() throws { identity = try TLSIdentity(hostName: "localhost", lifetime: .seconds(3_600)) }

    @Test("carries bytes both ways, and not in the clear")
    func bothWays() throws {
        var pair = try Pair(identity)
        try pair.shakeHands()
        let question = Array("who goes there?".utf8)
        try pair.client.write(question.span.bytes)
        let wire = pair.client.output()
        #expect(wire.count > question.count && !wire.contains(question))
        try pair.server.receive(wire.span.bytes)
        let (asked, isOpen) = try pair.server.plainText()
        #expect(asked == question && isOpen)
        try pair.server.write(Array("a friend".utf8).span.bytes)
        try pair.client.receive(pair.server.output().span.bytes)
        let answered = try pair.client.plainText().bytes
        #expect(answered == Array("a friend".utf8))
    }

    @Test("takes records in whatever pieces they come, and texts that are longer than a record")
    func pieces() throws {
        var pair = try Pair(identity)
        try pair.shakeHands()
        let text = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 * 31) }
        try pair.server.write(text.span.bytes)
        var wire = pair.server.output()[...]
        var read: [UInt8] = []
        while !wire.isEmpty {
            try pair.client.receive(Array(wire.prefix(4_001)).span.bytes)
            wire = wire.dropFirst(4_001)
            read += try pair.client.plainText().bytes
        }
        #expect(read == text)
    }

    @Test("reads nothing before something came, and goes on after it")
    func nothing() throws {
        var pair = try Pair(identity)
        try pair.shakeHands()
        let (bytes, isOpen) = try pair.client.plainText()
        #expect(bytes.isEmpty && isOpen)
        try pair.client.write([UInt8]().span.bytes)
        let wire = pair.client.output()
        #expect(wire.isEmpty)
    }

    @Test("learns that the other side has ended it")
    func close() throws {
        var pair = try Pair(identity)
        try pair.shakeHands()
        try pair.client.write(Array("bye".utf8).span.bytes)
        pair.client.close()
        try pair.server.receive(pair.client.output().span.bytes)
        let (bytes, isOpen) = try pair.server.plainText()
        #expect(bytes == Array("bye".utf8) && !isOpen)
    }

    @Test("trusts no other certificate, and says so to the other side")
    func distrust() throws {
        let other = try TLSIdentity(hostName: "localhost", lifetime: .seconds(3_600))
        var pair = try Pair(identity, trusting: other.certificate)
        let error = #expect(throws: LabError.self) { try pair.shakeHands() }
        #expect(error?.description.hasPrefix("TLS: no handshake: certificate verify failed") == true)
        let wire = pair.client.output()
        #expect(!wire.isEmpty)
    }

    @Test("trusts the certificate for its host alone")
    func otherHost() throws {
        var pair = try Pair(identity, hostName: "example.org")
        let error = #expect(throws: LabError.self) { try pair.shakeHands() }
        #expect(error?.description.hasPrefix("TLS: no handshake: certificate verify failed") == true)
    }

    @Test("refuses what is not TLS, before the handshake and after it")
    func garbage() throws {
        var early = try Pair(identity)
        try early.server.receive(Array("GET / HTTP/1.1\r\n\r\n".utf8).span.bytes)
        #expect(throws: LabError.self) { _ = try early.server.handshake() }
        var pair = try Pair(identity)
        try pair.shakeHands()
        try pair.client.receive([UInt8](repeating: 0x5a, count: 100).span.bytes)
        #expect(throws: LabError.self) { _ = try pair.client.plainText() }
    }

    @Test("can be closed before its handshake is done")
    func early() throws {
        var pair = try Pair(identity)
        _ = try pair.client.handshake()
        pair.client.close()
        let wire = pair.client.output()
        #expect(!wire.isEmpty)
    }
}

@Suite("A certificate")
struct TLSCertificateTests {
    @Test("is the same after it was written and read, and carries no key")
    func roundTrip() throws {
        let identity = try TLSIdentity(hostName: "localhost", lifetime: .seconds(3_600))
        let pem = try identity.certificate.pem()
        #expect(pem.hasPrefix("-----BEGIN CERTIFICATE-----\n"))
        #expect(!pem.contains("KEY"))
        #expect(try TLSCertificate(pem: pem).pem() == pem)
        var pair = try Pair(identity, trusting: try TLSCertificate(pem: pem))
        try pair.shakeHands()
    }

    @Test("is another one each time")
    func unique() throws {
        let texts = try (0..<3).map { _ in
            try TLSIdentity(hostName: "localhost", lifetime: .seconds(3_600)).certificate.pem()
        }
        #expect(Set(texts).count == 3)
    }

    @Test("is of no use when its time is over")
    func expired() throws {
        let identity = try TLSIdentity(hostName: "localhost", lifetime: .seconds(-1))
        var pair = try Pair(identity)
        #expect(throws: LabError.self) { try pair.shakeHands() }
    }

    @Test("is not read from another text", arguments: ["", "x", "-----BEGIN CERTIFICATE-----\nAAAA\n"])
    func unreadable(text: String) {
        let error = #expect(throws: LabError.self) { _ = try TLSCertificate(pem: text) }
        #expect(error?.description.hasPrefix("TLS: no certificate: ") == true)
    }
}
