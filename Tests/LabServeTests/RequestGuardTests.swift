import LabCore
import Testing

@testable import LabServe

@Suite("Who may ask the live page")
struct RequestGuardTests {
    private let desk = RequestGuard(port: 7_432, token: "0123456789abcdef0123456789abcdef")

    @Test(
        "a request for this server by one of its names is answered",
        arguments: ["127.0.0.1:7432", "localhost:7432", "LOCALHOST:7432", "[::1]:7432"]
    )
    func ownHost(host: String) { #expect(desk.refusal(host: [host], origin: []) == nil) }

    @Test(
        "a name that was made to point here is refused",
        arguments: [
            ["evil.example:7432"], ["127.0.0.1"], ["127.0.0.1:80"], ["127.0.0.1:7432.evil.example"], [""], [],
            ["127.0.0.1:7432", "evil.example"],
        ]
    )
    func otherHost(host: [String]) { #expect(desk.refusal(host: host, origin: [])?.status == 403) }

    @Test(
        "a page of another origin is refused",
        arguments: [
            "http://evil.example", "https://127.0.0.1:7432", "http://127.0.0.1:8080", "null", "",
            "http://127.0.0.1:7432.evil.example",
        ]
    )
    func otherOrigin(origin: String) {
        #expect(desk.refusal(host: ["127.0.0.1:7432"], origin: [origin])?.status == 403)
    }

    @Test("its own page is of its own origin")
    func ownOrigin() {
        #expect(desk.refusal(host: ["localhost:7432"], origin: ["http://localhost:7432"]) == nil)
    }

    @Test(
        "what changes something needs the very token",
        arguments: [
            [], [""], ["0123456789abcdef0123456789abcdee"], ["0123456789abcdef"],
            ["0123456789abcdef0123456789abcdef", "0123456789abcdef0123456789abcdef"],
        ]
    )
    func wrongToken(token: [String]) { #expect(desk.refusal(token: token)?.status == 403) }

    @Test("the token opens, and each server has another")
    func token() {
        #expect(desk.refusal(token: ["0123456789abcdef0123456789abcdef"]) == nil)
        let made = (0..<20).map { _ in RequestGuard.makeToken() }
        #expect(Set(made).count == 20)
        #expect(made.allSatisfy { $0.utf8.count == 32 })
    }
}
