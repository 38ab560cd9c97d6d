import LabCore
import Testing

@testable import LabCluster
@testable import LabEngine

@Suite("What runtimes say of their heaps") struct HeapFactsTests {
    private static let standard = HeapSettings(.go, words: [], environment: [])

    private static func page(_ values: [(String, Double)]) -> PrometheusText.Reading {
        let text = values.map { "\($0) \($1)" }.joined(separator: "\n")
        return PrometheusText.values(of: RuntimeWatch.metrics, in: text)
    }

    private static func go(
        goal: Double,
        count: Double,
        more: [(String, Double)] = []
    ) -> PrometheusText.Reading {
        page(
            [
                ("go_memstats_next_gc_bytes", goal), ("go_gc_duration_seconds_count", count),
                ("go_gc_duration_seconds_sum", count / 100),
            ] + more
        )
    }

    @Test("Of Go, half of the next goal lives after each collection, stacks aside")
    func goal() {
        var heap = GoHeap()
        let first = heap.read(Self.go(goal: 200, count: 3), Self.standard, isFresh: false)
        #expect(first == HeapFacts(live: 100, ceiling: 200, collections: 3, pauseSeconds: 0.03))
        #expect(heap.read(Self.go(goal: 200, count: 3), Self.standard, isFresh: false)?.live == nil)
        let stacks = [("go_memstats_stack_inuse_bytes", 20.0)]
        #expect(
            heap.read(Self.go(goal: 220, count: 4, more: stacks), Self.standard, isFresh: false)?.live == 100
        )
    }

    @Test("GOGC is that of the page, else of the environment")
    func percent() {
        let half = HeapSettings(.go, words: [], environment: ["GOGC=50"])
        var heap = GoHeap()
        #expect(heap.read(Self.go(goal: 150, count: 1), half, isFresh: false)?.live == 100)
        let page = Self.go(goal: 300, count: 2, more: [("go_gc_gogc_percent", 200)])
        #expect(heap.read(page, half, isFresh: false)?.live == 100)
    }

    @Test("A goal that GOMEMLIMIT holds down says nothing; what is allocated right after a collection does")
    func limit() {
        let limited = HeapSettings(.go, words: [], environment: ["GOMEMLIMIT=1000"])
        let more = [
            ("go_memstats_sys_bytes", 1_100.0), ("go_memstats_heap_sys_bytes", 1_000),
            ("go_memstats_heap_alloc_bytes", 700),
        ]
        var heap = GoHeap()
        let held = heap.read(Self.go(goal: 850, count: 1, more: more), limited, isFresh: false)
        #expect(held?.live == nil && held?.ceiling == 1_000)
        #expect(heap.read(Self.go(goal: 850, count: 2, more: more), limited, isFresh: true)?.live == 700)
        #expect(heap.read(Self.go(goal: 400, count: 3, more: more), limited, isFresh: false)?.live == 200)
    }

    @Test("A runtime that says what lives is believed")
    func live() {
        var heap = GoHeap()
        let page = Self.go(goal: 400, count: 1, more: [("go_gc_heap_live_bytes", 150)])
        #expect(heap.read(page, Self.standard, isFresh: false)?.live == 150)
        #expect(heap.read(nil, Self.standard, isFresh: false) == nil)
    }

    @Test("Of a JVM without counters, the old generation after its last collection lives")
    func metrics() {
        var heap = JVMHeap()
        let text = """
            jvm_memory_pool_collection_used_bytes{pool="G1 Old Gen"} 70
            jvm_memory_pool_collection_used_bytes{pool="G1 Eden Space"} 5
            jvm_gc_collection_seconds_count{gc="G1 Young Generation"} 8
            jvm_gc_collection_seconds_sum{gc="G1 Young Generation"} 0.25
            jvm_memory_max_bytes{area="heap",id="G1 Old Gen"} 512
            jvm_memory_max_bytes{area="nonheap",id="Metaspace"} 999
            """
        let reading = PrometheusText.values(of: RuntimeWatch.metrics, in: text)
        #expect(
            heap.read(nil, reading) == HeapFacts(live: 70, ceiling: 512, collections: 8, pauseSeconds: 0.25)
        )
        #expect(heap.read(nil, reading)?.live == nil)
        #expect(heap.read(nil, Self.page([("jvm_gc_live_data_size_bytes", 90)]))?.live == 90)
        #expect(heap.read(nil, nil) == nil)
    }
}
