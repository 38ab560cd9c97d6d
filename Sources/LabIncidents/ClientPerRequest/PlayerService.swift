import LabCore
import LabTelemetry
import NIOHTTP1

/// Asks the backend about players.
struct PlayerService: Sendable {
    /// What is counted of answers.
    struct Metrics: Sendable {
        let answered: Counter
        let bytes: Counter

        init(on page: TelemetryPage) {
            answered = page.counter("answered", class: .incident)
            bytes = page.counter("answerBytes", unit: .bytes, class: .incident)
        }
    }

    let metrics: Metrics

    /// - Throws: ``LabError`` if the payload is no JSON object with a player whose name can stand in a path.
    func request(for event: borrowing Event) throws -> HTTPRequestHead {
        let player = try event.withPayload { payload throws(LabError) in
            try JSONObject.plainText(named: "player", in: payload)
        }
        guard player.utf8.allSatisfy(Self.isPlain) else {
            throw LabError("event: its “player” cannot stand in a path")
        }
        return HTTPRequestHead(
            version: .http1_1,
            method: .GET,
            uri: "/players/\(player)",
            headers: ["host": BackendCertificate.hostName]
        )
    }

    /// Letters, digits and what else RFC 3986 leaves alone.
    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
            true
        default: false
        }
    }

    /// Looks at an answer's status, and no further.
    /// - Throws: ``LabError`` if it is no good one.
    func check(_ answer: Answer) throws(LabError) {
        guard answer.status == 200 else { throw LabError("backend: answered \(answer.status)") }
        metrics.answered.add()
    }

    /// Reads an answer to its end.
    /// - Throws: ``LabError`` if it is no good one; what reading throws.
    func take(_ answer: Answer) async throws {
        let bytes = try await answer.readToEnd()
        metrics.bytes.add(UInt64(bytes))
        try check(answer)
    }
}
