import LabCore
import Testing

@testable import LabTelemetry

@Suite("The journal of a client")
struct BrokerJournalTests {
    private static let news = [
        BrokerNews(.lost, at: 7, "b:1: “refused”\nor so"), BrokerNews(.back, at: 9, "b:1", duration: 2),
    ]

    @Test("what was written is read once, in its order, by who reads while it is written")
    func reading() throws {
        let folder = try ScratchFolder()
        let writer = BrokerJournalWriter(besidePage: folder.file("page"))
        var reader = BrokerJournalReader(besidePage: folder.file("page"))
        #expect(reader.read().isEmpty)
        writer.write([Self.news[0]])
        #expect(reader.read() == [Self.news[0]])
        #expect(reader.read().isEmpty)
        writer.write(Self.news)
        #expect(reader.read() == Self.news)
    }

    @Test("a line that a kill cut off is left until it is whole, and nonsense is left out")
    func torn() throws {
        let folder = try ScratchFolder()
        let writer = BrokerJournalWriter(besidePage: folder.file("page"))
        writer.write(Self.news)
        let whole = try folder.bytes(of: "page.news")
        _ = try folder.write("nonsense\n".utf8 + whole.dropLast(5), to: "page.news")
        var reader = BrokerJournalReader(besidePage: folder.file("page"))
        #expect(reader.read() == [Self.news[0]])
        _ = try folder.write("nonsense\n".utf8 + whole, to: "page.news")
        #expect(reader.read() == [Self.news[1]])
    }

    @Test("a client without a lab writes nothing")
    func alone() { BrokerJournalWriter(besidePage: nil).write(Self.news) }
}
