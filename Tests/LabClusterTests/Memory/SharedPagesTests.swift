import Synchronization
import Testing

@testable import LabCluster

@Suite("Pages that several processes of a pod have")
struct SharedPagesTests {
    private static let rollup = """
        55a-7ff ---p 00000000 00:00 0    [rollup]
        Rss:               61440 kB
        Pss:               30000 kB
        Pss_Anon:          10240 kB
        Pss_File:           5000 kB
        Pss_Shmem:          1024 kB
        Anonymous:         20480 kB

        """

    @Test("are what a process has of anonymous and shared memory beyond its part of it")
    func excess() {
        let text = Array(Self.rollup.utf8)[...]
        #expect(SharedPages.excess(in: text) { 4_096 << 10 } == Int64(10_240 + 3_072) << 10)
        #expect(SharedPages.excess(in: text) { nil } == Int64(10_240) << 10)
        let unshared = Self.rollup.replacing("Pss_Anon:          10240", with: "Pss_Anon:  20481")
            .replacing("1024 kB", with: "0 kB")
        #expect(SharedPages.excess(in: Array(unshared.utf8)[...]) { 9 } == 0)
    }

    @Test("are unknown where the kernel does not tell", arguments: ["", "Rss: 1 kB\n", "Anonymous: 1 kB\n"])
    func garbage(text: String) {
        #expect(SharedPages.excess(in: Array(text.utf8)[...]) { 0 } == nil)
    }

    @Test("are asked for when that has rested, in a hurry sooner, and never of a process that is alone")
    func rest() {
        var (now, asked): (UInt64, [Int32]) = (1_000, [])
        let shared = SharedPages(
            measure: { pid in
                now += 10
                asked.append(pid)
                return Int64(pid) * 100
            },
            clock: { now }
        )
        shared.update([1])
        #expect(shared[1] == 0 && asked == [])
        shared.update([1, 2])
        #expect(asked == [1, 2] && shared[1] == 100 && shared[2] == 200)
        now += 150
        shared.update([1, 2, 3])
        #expect(asked == [1, 2] && shared[3] == nil)
        now += 50
        shared.update([1, 2, 3], isUrgent: true)
        #expect(asked == [1, 2, 1, 2, 3] && shared[3] == 300)
        now += 2_999
        shared.update([1, 2, 3])
        #expect(asked.count == 5)
        now += 1
        shared.update([1, 2, 3])
        #expect(asked.count == 8)
        shared.update([1])
        #expect(shared[1] == 0 && asked.count == 8)
    }
}
