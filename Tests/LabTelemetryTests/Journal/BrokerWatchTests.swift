import LabCore
import Testing

@testable import LabTelemetry

@Suite("What a client knows of its brokers")
struct BrokerWatchTests {
    private static func clock(_ seconds: Double) -> UInt64 { UInt64(seconds * 1e9) }

    @Test("an outage begins when all brokers are lost and ends with the first confirmation")
    func outage() {
        var watch = BrokerWatch()
        #expect(watch.met(.disconnected, "b:1: refused", at: Self.clock(10)).map(\.kind) == [.disconnected])
        let lost = watch.met(.allLost, "1/1 brokers are down", at: Self.clock(10.1))
        #expect(lost == [BrokerNews(.lost, at: Self.clock(10.1), "b:1: refused")])
        #expect(watch.met(.allLost, "1/1 brokers are down", at: Self.clock(11)).isEmpty)
        #expect(watch.waits(true, at: Self.clock(20)).isEmpty)
        let back = watch.progressed(at: Self.clock(30.1))
        #expect(back == [BrokerNews(.back, at: Self.clock(30.1), "b:1: refused", duration: Self.clock(20))])
        #expect(watch.progressed(at: Self.clock(31)).isEmpty && watch.ended(at: Self.clock(32)).isEmpty)
    }

    @Test(
        "a broker that confirms nothing for two seconds while events wait is silent, though its connection stands"
    )
    func silence() {
        var watch = BrokerWatch()
        _ = watch.progressed(at: Self.clock(5))
        #expect(watch.waits(true, at: Self.clock(5.1)).isEmpty)
        #expect(watch.waits(true, at: Self.clock(7)).isEmpty)
        let silent = watch.waits(true, at: Self.clock(7.2))
        #expect(silent == [BrokerNews(.silent, at: Self.clock(7.2), "no answer")])
        let back = watch.progressed(at: Self.clock(11.1))
        #expect(back.map(\.kind) == [.back] && back[0].duration == Self.clock(6))
    }

    @Test("a silence after brokers were lost has their reason")
    func silenceAfterLoss() {
        var watch = BrokerWatch()
        _ = watch.met(.allLost, "1/1 brokers are down", at: Self.clock(1))
        _ = watch.progressed(at: Self.clock(1.1))
        _ = watch.waits(true, at: Self.clock(1.2))
        let silent = watch.waits(true, at: Self.clock(3.3))
        #expect(silent == [BrokerNews(.silent, at: Self.clock(3.3), "1/1 brokers are down")])
    }

    @Test("nothing under way is no silence")
    func idle() {
        var watch = BrokerWatch()
        _ = watch.waits(true, at: Self.clock(1))
        _ = watch.waits(false, at: Self.clock(2))
        #expect(watch.waits(true, at: Self.clock(3.5)).isEmpty)
        #expect(watch.waits(true, at: Self.clock(5)).isEmpty)
    }

    @Test("the same thing is news every ten seconds at most, and only so often in all")
    func repetition() {
        var watch = BrokerWatch()
        #expect(watch.met(.disconnected, "b:1: down", at: Self.clock(1)).count == 1)
        #expect(watch.met(.disconnected, "b:1: down", at: Self.clock(9)).isEmpty)
        #expect(watch.met(.disconnected, "b:2: down", at: Self.clock(9)).count == 1)
        #expect(watch.met(.disconnected, "b:1: down", at: Self.clock(11)).count == 1)
        let many = (0..<1_000).flatMap { watch.failedToWrite("reason \($0)", at: Self.clock(12)) }
        #expect(many.count == BrokerWatch.most - 3)
    }

    @Test("the time that a quota took is added up, whatever is news of it")
    func throttling() {
        var watch = BrokerWatch()
        var news = watch.throttled("b:1", Self.clock(1), at: Self.clock(1))
        for second in 2...15 {
            news += watch.throttled("b:1", Self.clock(0.5), at: Self.clock(Double(second)))
        }
        news += watch.throttled("b:1", 0, at: Self.clock(16))
        news += watch.ended(at: Self.clock(17))
        #expect(news.count == 3 && news.allSatisfy { $0.kind == .throttled })
        #expect(news.reduce(0) { $0 + $1.duration } == Self.clock(8))
    }

    @Test("damage is news with what the client says of it")
    func damage() {
        var watch = BrokerWatch()
        let news = watch.damaged("failed CRC32C check", at: Self.clock(1))
        #expect(news == [BrokerNews(.damaged, at: Self.clock(1), "failed CRC32C check")])
        #expect(news.first?.isWarning == true && news.first?.message.contains("left out") == true)
    }

    @Test("an outage that goes on ends with the client")
    func end() {
        var watch = BrokerWatch()
        _ = watch.met(.allLost, "down", at: Self.clock(3))
        #expect(watch.ended(at: Self.clock(8)).map(\.duration) == [Self.clock(5)])
        #expect(watch.ended(at: Self.clock(9)).isEmpty)
    }

    @Test("a refusal is one whatever the connection does")
    func trouble() {
        typealias Trouble = BrokerWatch.Trouble
        #expect(Trouble(isRefusal: true, isUnreachable: true, isOfAll: false) == .refused)
        #expect(Trouble(isRefusal: false, isUnreachable: true, isOfAll: true) == .allLost)
        #expect(Trouble(isRefusal: false, isUnreachable: true, isOfAll: false) == .disconnected)
        #expect(Trouble(isRefusal: false, isUnreachable: false, isOfAll: false) == nil)
    }
}
