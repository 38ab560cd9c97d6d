import Foundation
import LabCore
import LabLoad
import LabPod
import LabTelemetry
import Testing

@testable import LabEngine

@Suite("Announcement")
struct AnnouncementTests {
    @Test("an address that was written is read, and nothing but the file is left")
    func roundTrip() throws {
        let folder = try ScratchFolder()
        let path = folder.file("broker")
        #expect(Announcement.read(path) == nil)
        try Announcement.write("127.0.0.1:4711", to: path)
        #expect(Announcement.read(path) == "127.0.0.1:4711")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["broker"])
    }

    @Test("a line that is not complete is not read")
    func incomplete() throws {
        let folder = try ScratchFolder()
        try Data("127.0.0.1:47".utf8).write(to: URL(fileURLWithPath: folder.file("broker")))
        #expect(Announcement.read(folder.file("broker")) == nil)
    }

    @Test("a place where nothing can be written is an error that names it")
    func impossible() throws {
        let folder = try ScratchFolder()
        let error = #expect(throws: LabError.self) {
            try Announcement.write("x", to: folder.file("absent/broker"))
        }
        #expect(error?.description.contains("absent/broker") == true)
    }
}

@Suite("Last words")
struct LogTailTests {
    @Test("are the last line of a log, however long the log is")
    func long() throws {
        let folder = try ScratchFolder()
        let text = String(repeating: "0123456789abcde\n", count: 100_000) + "no more memory\n"
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder.file("log")))
        #expect(LogTail.lastLine(of: folder.file("log")) == "no more memory")
        #expect(LogTail.clause(of: folder.file("log")) == "; its last words: no more memory")
    }

    @Test("are the problem, not the hint below it; the hint if that is all there is")
    func hint() throws {
        let folder = try ScratchFolder()
        let path = folder.file("log")
        try Data("first\nleaklab: topic: does not exist\n  Make it first.\n".utf8).write(
            to: URL(fileURLWithPath: path)
        )
        #expect(LogTail.lastLine(of: path) == "leaklab: topic: does not exist")
        try Data("  Make it first.\n".utf8).write(to: URL(fileURLWithPath: path))
        #expect(LogTail.lastLine(of: path) == "  Make it first.")
    }

    @Test("are not there without a log, or with an empty one")
    func none() throws {
        let folder = try ScratchFolder()
        try Data().write(to: URL(fileURLWithPath: folder.file("log")))
        for name in ["log", "absent"] {
            #expect(LogTail.lastLine(of: folder.file(name)) == "none")
            #expect(LogTail.clause(of: folder.file(name)) == "")
        }
    }
}

@Suite("Page contents")
struct PageContentsTests {
    @Test("a page that is not there says nothing")
    func absent() {
        let contents = PageContents(path: "/nowhere/page")
        #expect(contents.processed == 0 && !contents.isReady && contents.sites.isEmpty)
        #expect(contents.latency.total == 0)
    }

    @Test("a file that is no page says nothing", arguments: [0, 10, 300_000])
    func noPage(size: Int) throws {
        let folder = try ScratchFolder()
        try Data(repeating: 0x5a, count: size).write(to: URL(fileURLWithPath: folder.file("page")))
        let contents = PageContents(path: folder.file("page"))
        #expect(contents.processed == 0 && !contents.isReady)
        #expect(contents.isDamaged && !PageContents(path: folder.file("absent")).isDamaged)
    }

    @Test("a page that is cut short while it is open says nothing more")
    func cut() throws {
        let folder = try ScratchFolder()
        let page = try TelemetryPage.create(at: folder.file("page"))
        page.counter(MetricName.processed.rawValue).add(7)
        page.histogram(PodMetricName.latency).record(1_500)
        let contents = PageContents(path: folder.file("page"))
        #expect(contents.processed == 7 && !contents.isDamaged)
        #expect(truncate(folder.file("page"), 0) == 0)
        #expect(contents.processed == 0 && contents.latency.total == 0 && contents.isDamaged)
    }

    @Test("a number that cannot be counts as none")
    func nonsense() throws {
        let folder = try ScratchFolder()
        let page = try TelemetryPage.create(at: folder.file("page"))
        page.counter(MetricName.processed.rawValue).store(.max)
        page.counter(MetricName.scheduled.rawValue).store(1 << 62)
        let contents = PageContents(path: folder.file("page"))
        #expect(contents.processed == 0 && contents.scheduled == 0 && contents.isDamaged)
    }

    @Test("a page that pod and producer have written on is told in full")
    func written() throws {
        let folder = try ScratchFolder()
        let page = try TelemetryPage.create(at: folder.file("page"))
        page.counter(MetricName.processed.rawValue).add(7)
        page.counter(ProducerMetricName.undelivered).add(2)
        page.gauge(MetricName.ready.rawValue).store(1)
        page.histogram(PodMetricName.latency).record(1_500)
        page.histogram(ProducerMetricName.scheduleDelay).record(3)
        page.site("Cache.worker", kind: .task).enter()
        let contents = PageContents(path: folder.file("page"))
        #expect(contents.processed == 7 && contents.undelivered == 2 && contents.isReady)
        #expect(contents.latency.total == 1 && contents.scheduleDelay.maximum == 3)
        #expect(contents.eventAge.total == 0)
        #expect(contents.sites.map(\.site) == ["Cache.worker"])
    }
}
