import Testing

@testable import Kafka

@Suite("Filling the prefetch queue again")
struct PrefetchRefillTests {
    private let start = ContinuousClock.now
    private static let properties: ClientProperties = [
        "queued.min.messages": "4000", "queued.max.messages.kbytes": "1024",
    ]

    @Test("a queue that was full and is empty wakes the client, a trickle does not")
    func fullAndEmpty() {
        var refill = PrefetchRefill(Self.properties)
        let look1 = refill.ranEmpty(at: start)
        #expect(!look1)
        refill.took(messages: 100, bytes: 30_000)
        let look2 = refill.ranEmpty(at: start)
        #expect(!look2)
        // What was taken before the queue was empty does not count.
        refill.took(messages: 1_950, bytes: 30_000)
        let look3 = refill.ranEmpty(at: start)
        #expect(!look3)
        refill.took(messages: 1_000, bytes: 30_000)
        refill.took(messages: 1_000, bytes: 30_000)
        let look4 = refill.ranEmpty(at: start)
        #expect(look4)
        let look5 = refill.ranEmpty(at: start + .seconds(1))
        #expect(!look5)
    }

    @Test("few large messages fill it too")
    func bytes() {
        var refill = PrefetchRefill(Self.properties)
        refill.took(messages: 2, bytes: 600_000)
        let look6 = refill.ranEmpty(at: start)
        #expect(look6)
    }

    @Test("a client is woken every ten milliseconds at most, and later for what it missed")
    func pauses() {
        var refill = PrefetchRefill(Self.properties)
        refill.took(messages: 4_000, bytes: 0)
        let look7 = refill.ranEmpty(at: start)
        #expect(look7)
        refill.took(messages: 4_000, bytes: 0)
        let look8 = refill.ranEmpty(at: start + .milliseconds(9))
        #expect(!look8)
        let look9 = refill.ranEmpty(at: start + .milliseconds(10))
        #expect(look9)
    }

    @Test("without a name and a password SASL clients are left alone")
    func credentials() {
        let sasl: ClientProperties = ["security.protocol": "SASL_SSL", "sasl.mechanism": "OAUTHBEARER"]
        #expect(ClientWake(sasl) == nil)
        let named = sasl.merging(["sasl.username": "lab", "sasl.password": "secret"])
        let needsWaking = !KafkaLibrary.supports(property: "fetch.queue.backoff.ms")
        #expect((ClientWake(named) != nil) == needsWaking)
        #expect((ClientWake([:]) != nil) == needsWaking)
    }
}
