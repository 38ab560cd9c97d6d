import LabCore
import Testing

@testable import LabEngine

@Suite("What a broker does to a run")
struct BrokerBooksTests {
    private static func clock(_ seconds: Double) -> UInt64 { UInt64(seconds * 1e9) }
    private static let load = Duration.seconds(30)

    private static func faults(_ news: [(String, BrokerNews)]) -> [String] {
        var books = BrokerBooks()
        for (object, entry) in news { books.note(entry, of: object) }
        return books.faults(zero: clock(100), load: load)
    }

    @Test("outages are added up and named with when they began and why")
    func outages() {
        let faults = Self.faults([
            ("producer", BrokerNews(.lost, at: Self.clock(110), "b:1: refused")),
            ("producer", BrokerNews(.back, at: Self.clock(120), "b:1: refused", duration: Self.clock(10))),
            ("producer", BrokerNews(.back, at: Self.clock(125), "b:1: refused", duration: Self.clock(0.5))),
            ("pod/a-0", BrokerNews(.back, at: Self.clock(121), "b:1: refused", duration: Self.clock(11))),
        ])
        #expect(
            faults == [
                "the broker was away for 10.5 s, as the producer saw it, from second 10.0 on: b:1: refused"
            ]
        )
    }

    @Test("what only a pod saw is named with the pod, and a leader that moves is no outage")
    func pods() {
        let faults = Self.faults([
            ("producer", BrokerNews(.back, at: Self.clock(120), "b:1", duration: Self.clock(0.9))),
            ("pod/a-0", BrokerNews(.back, at: Self.clock(121), "b:2", duration: Self.clock(3))),
        ])
        #expect(faults == ["the broker was away for 3.0 s, as pod/a-0 saw it, from second 18.0 on: b:2"])
    }

    @Test("a quota that takes a twentieth of the load is named", arguments: [(1.4, 0), (1.6, 1)])
    func throttling(seconds: Double, count: Int) {
        let faults = Self.faults([
            ("producer", BrokerNews(.throttled, at: Self.clock(110), "b:1", duration: Self.clock(seconds)))
        ])
        #expect(faults.count == count)
        #expect(
            faults.allSatisfy { $0.contains("made the producer wait for 1.6 s of 30 s, because of a quota") }
        )
    }

    @Test("a quota takes no more time than there was", arguments: [1_000_000_000_000_000, .max] as [UInt64])
    func nonsense(time: UInt64) {
        let news = ("producer", BrokerNews(.throttled, at: Self.clock(110), "b:1", duration: time))
        let faults = Self.faults([news, news])
        #expect(faults == ["the broker made the producer wait for 30.0 s of 30 s, because of a quota"])
    }

    @Test("a topic has events of somebody else's only if none was sent again or stayed without an answer")
    func foreign() {
        #expect(StageRun.foreignFault(9, in: "a", isSure: true).contains("somebody else"))
        let copies = StageRun.foreignFault(9, in: "a", isSure: false)
        #expect(!copies.contains("somebody else") && copies.contains("9 events in the topic of a"))
    }

    @Test("a batch that came damaged is a reason of the run's, the first of each client")
    func damages() {
        var books = BrokerBooks()
        #expect(books.damageFaults.isEmpty)
        for (object, text) in [("pod/b-0", "offset 7"), ("pod/b-0", "offset 9"), ("pod/a-0", "offset 3")] {
            books.note(BrokerNews(.damaged, at: 1, text), of: object)
        }
        #expect(
            books.damageFaults == [
                "events came to pod/a-0 damaged, and were left out: offset 3",
                "events came to pod/b-0 damaged, and were left out: offset 7",
            ]
        )
    }

    @Test("the reasons of unwritten events are named once each, three at most")
    func unwritten() {
        var books = BrokerBooks()
        #expect(books.unwrittenBecause.isEmpty)
        for reason in ["too large", "too large", "b", "c", "d"] {
            books.note(BrokerNews(.undelivered, at: 1, reason), of: "producer")
        }
        #expect(books.unwrittenBecause == ": too large; b; c")
    }
}
