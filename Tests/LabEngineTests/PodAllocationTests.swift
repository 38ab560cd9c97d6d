import LabCore
import LabScenario
import Testing

@testable import LabEngine

@Suite("Whose malloc a pod uses")
struct PodAllocationTests {
    private let jemalloc = Jemalloc(path: "/lib/libjemalloc.so.2", version: "5.3.0", canProfile: true)

    private func allocation(_ assignments: String..., with jemalloc: Jemalloc?) throws -> PodAllocation {
        PodAllocation(of: try TestScenario.make(assignments).variants[0], with: jemalloc)
    }

    @Test("By itself a pod has the system's, and nothing of it in its environment")
    func system() throws {
        let allocation = try allocation(with: jemalloc)
        #expect(allocation.name == nil)
        #expect(allocation.environment().isEmpty)
    }

    @Test("An allocator that is asked for takes no samples")
    func allocator() throws {
        let allocation = try allocation("pods.allocator=jemalloc", with: jemalloc)
        #expect(allocation.name == "jemalloc 5.3.0")
        #expect(allocation.environment()["LD_PRELOAD"]?.hasPrefix("/lib/libjemalloc.so.2") == true)
        #expect(allocation.environment()["MALLOC_CONF"] == nil)
    }

    @Test("Profiles take the allocator that can, for the variant that asks")
    func profiled() throws {
        let allocation = try allocation("pods.profile=auto", with: jemalloc)
        #expect(allocation.isProfiled)
        #expect(allocation.name == "jemalloc 5.3.0 with heap profiles")
        #expect(allocation.environment()["MALLOC_CONF"] == "prof:true,lg_prof_sample:21")
        #expect(
            try self.allocation("pods.profile={sample: 64KiB}", with: jemalloc).environment()["MALLOC_CONF"]
                == "prof:true,lg_prof_sample:16"
        )
        let scenario = try TestScenario.make(["variants.per-event.pods.profile=on"])
        #expect(scenario.variants.map { PodAllocation(of: $0, with: jemalloc).isProfiled } == [true, false])
    }

    @Test("Without it, or without profiling in it, “auto” leaves things as they are")
    func missing() throws {
        #expect(try allocation("pods.profile=auto", with: nil).name == nil)
        let plain = Jemalloc(path: "/lib/libjemalloc.so.2", version: "5.3.0", canProfile: false)
        #expect(try allocation("pods.profile=auto", with: plain).name == nil)
    }

    @Test("What the library prints of itself is found by its key")
    func figures() {
        let text = "___ Begin jemalloc statistics ___\nVersion: \"5.3.0-0-g54eaed1\"\n  config.prof: true\n"
        #expect(Jemalloc.value(of: "Version:", in: text) == "\"5.3.0-0-g54eaed1\"")
        #expect(Jemalloc.value(of: "config.prof:", in: text) == "true")
        #expect(Jemalloc.value(of: "config.debug:", in: text) == nil)
    }
}
