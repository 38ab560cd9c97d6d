import LabCore
import Testing

@testable import LabReport

@Suite("Where memory grew, in reports")
struct GrowthReportTests {
    private var tree: CallTree {
        var tree = CallTree("all")
        let path: [(name: String, place: String?)] = [
            ("handle", "Handler.swift:10"), ("Cache<Item>.init", "Cache.swift:52"),
        ]
        tree.add(along: path[...], samples: 90, objects: 2_000, bytes: 9_860)
        tree.add(along: [("rd_kafka_new (librdkafka.so.1)", nil)][...], samples: 1, objects: 1, bytes: 140)
        return tree.sorted
    }

    private var growth: HeapGrowth {
        let site = HeapGrowth.Site(
            function: "Cache<Item>.init",
            place: "Cache.swift:52",
            share: 0.986,
            bytesPerEvent: 20_100,
            objectsPerEvent: 2,
            selfBytesPerEvent: 20_000
        )
        return HeapGrowth(
            pod: "per-event-0",
            life: 1,
            from: .warm,
            to: .lastWords,
            events: 1_000,
            bytesPerEvent: 20_582,
            objectsPerEvent: 2.1,
            samples: 1_500,
            site: site,
            calledFrom: "handle",
            path: ["handle", "Cache<Item>.init"],
            sites: [site],
            tasks: [
                HeapGrowth.TaskSite(
                    function: "Cache.start",
                    place: nil,
                    tasksPerEvent: 1,
                    bytesPerEvent: 1_024
                )
            ]
        )
    }

    private var report: RunReport {
        var report = Fixture.reference
        report.result.variants[0].heapGrowth = growth
        report.growth = [report.result.variants[0].name: tree]
        return report
    }

    private let sentence =
        "20.1 KiB/event; 98.6 % allocated below Cache<Item>.init (Cache.swift:52), called from handle"

    @Test("The sentence stands in the terminal and in Markdown, the tables in Markdown")
    func words() {
        let text = report.text(width: 200)
        #expect(text.contains(sentence))
        #expect(!text.contains("Allocations/event"))
        #expect(report.markdown.contains("98.6 %"))
        #expect(report.markdown.contains("Cache.start"))
        #expect(report.culprits == ["\(report.result.variants[0].name): \(sentence)"])
    }

    @Test("The page has a flame graph, in which nothing of a name is markup")
    func page() {
        let html = report.html
        #expect(html.contains("Where memory grew"))
        #expect(html.contains("class=\"flames\""))
        #expect(html.contains("Cache&lt;Item&gt;.init (Cache.swift:52): 98.6 %"))
        #expect(!html.contains("Cache<Item>"))
    }

    @Test("The result in JSON has the growth, and a run without profiles lacks the key")
    func json() {
        #expect(report.json.contains("\"heapGrowth\""))
        #expect(!Fixture.reference.json.contains("\"heapGrowth\""))
    }

    @Test("A variant that is bounded is nobody's culprit")
    func bounded() {
        var report = report
        report.result.variants[0].verdict = .bounded
        report.result.variants[0].flagged = false
        #expect(report.culprits.isEmpty)
        #expect(!report.text(width: 120).contains("Where memory grew"))
    }

    @Test("Boxes are as wide as their share, and what is a pixel wide is left out")
    func boxes() {
        let graph = FlameGraph(title: "t", tree: tree, events: 1_000)
        let picture = graph.standalone
        #expect(picture.contains("width=\"1179\""))
        #expect(picture.contains("width=\"1162.5\""))
        #expect(picture.contains("rd_kafka_new (librdkafka.so.1): 1.4 %"))
        var narrow = tree
        narrow.add(along: [("tiny", nil)][...], samples: 1, objects: 1, bytes: 10)
        #expect(!FlameGraph(title: "t", tree: narrow.sorted, events: 1).standalone.contains("tiny"))
    }

    @Test("A profile by itself has its sentence, its tables, and a picture for each pod")
    func profile() throws {
        let report = ProfileReport(
            run: "r",
            title: "A title",
            subjects: [ProfileReport.Subject(variant: "per-event", growth: growth, tree: tree)]
        )
        #expect(
            try report.rendered(as: "text").contains(
                "per-event-0, life 2, from the end of warm-up to its last words"
            )
        )
        #expect(try report.rendered(as: "csv").contains("Cache<Item>.init"))
        #expect(report.document.curves?.picture("per-event-0")?.hasPrefix("<svg") == true)
        #expect(report.document.curves?.picture("nobody") == nil)
    }
}
