import Synchronization
import Testing

@testable import LabCluster

@Suite("A pod's family of processes")
struct ProcessFamilyTests {
    private typealias Entry = ProcessSnapshot.Entry

    /// The lab is 10, in the session of a shell that is 5; the pod's first process is 100, started at 1,000.
    private static let lab: [Int32: ProcessSnapshot.Entry] = [
        1: .init(parent: 0, group: 1, session: 1, startTime: 1),
        5: .init(parent: 1, group: 5, session: 5, startTime: 500),
        10: .init(parent: 5, group: 10, session: 5, startTime: 900),
        100: .init(parent: 10, group: 100, session: 5, startTime: 1_000),
    ]

    private func members(
        _ family: inout ProcessFamily,
        _ others: [Int32: ProcessSnapshot.Entry],
        marked: Set<Int32> = [],
        without ended: Set<Int32> = []
    ) -> [Int32] {
        let present = Self.lab.filter { !ended.contains($0.key) }
        family.look(at: ProcessSnapshot(entries: present.merging(others) { $1 })) { marked.contains($0) }
        return family.members.keys.sorted()
    }

    @Test("holds children and theirs, in whatever order they are listed")
    func descendants() {
        var family = ProcessFamily(leader: 100, start: 1_000)
        let others: [Int32: ProcessSnapshot.Entry] = [
            50: .init(parent: 200, group: 100, session: 5, startTime: 1_002),
            200: .init(parent: 300, group: 200, session: 200, startTime: 1_001),
            300: .init(parent: 100, group: 100, session: 5, startTime: 1_000),
            400: .init(parent: 10, group: 400, session: 5, startTime: 1_001),
        ]
        #expect(members(&family, others) == [50, 100, 200, 300])
    }

    @Test("keeps an orphan that was seen before, and its children")
    func orphans() {
        var family = ProcessFamily(leader: 100, start: 1_000)
        var child = Entry(parent: 100, group: 200, session: 200, startTime: 1_001)
        #expect(members(&family, [200: child]) == [100, 200])
        child.parent = 1
        let grandchild = Entry(parent: 200, group: 300, session: 300, startTime: 1_002)
        #expect(members(&family, [200: child, 300: grandchild]) == [100, 200, 300])
        #expect(members(&family, [200: child], without: [100]) == [200])
    }

    @Test("finds a daemon whose parents came and went between two looks, by its mark")
    func daemon() {
        var family = ProcessFamily(leader: 100, start: 1_000)
        let daemon = Entry(parent: 1, group: 201, session: 201, startTime: 1_001)
        let sibling = Entry(parent: 1, group: 201, session: 201, startTime: 1_002)
        let stranger = Entry(parent: 1, group: 400, session: 400, startTime: 1_002)
        #expect(
            members(&family, [202: daemon, 203: sibling, 400: stranger], marked: [202]) == [100, 202, 203]
        )
    }

    @Test("takes nobody for one of its own by the lab's group or session, or by what a pid was once")
    func strangers() {
        var family = ProcessFamily(leader: 100, start: 1_000)
        let moved = Entry(parent: 100, group: 10, session: 5, startTime: 1_001)
        let ofLab = Entry(parent: 10, group: 10, session: 5, startTime: 1_002)
        #expect(members(&family, [200: moved, 300: ofLab]) == [100, 200])
        // 200 has ended, and somebody else has its number.
        let other = Entry(parent: 1, group: 200, session: 200, startTime: 1_300)
        #expect(members(&family, [200: other]) == [100])
        let older = Entry(parent: 1, group: 700, session: 700, startTime: 999)
        #expect(members(&family, [700: older], marked: [700]) == [100])
    }

    @Test("does not take the session that it was started in for its own, even if nobody older is left there")
    func outerSession() {
        var family = ProcessFamily(leader: 100, start: 1_000)
        let ofLab = Entry(parent: 1, group: 400, session: 5, startTime: 1_002)
        #expect(members(&family, [400: ofLab], without: [5, 10]) == [100])
    }

    @Test("is found by marks and parents alone if the first process had ended before anybody looked")
    func undated() {
        var family = ProcessFamily(leader: 100, start: nil)
        let daemon = Entry(parent: 1, group: 10, session: 5, startTime: 1_001)
        let child = Entry(parent: 202, group: 10, session: 5, startTime: 1_002)
        let ofLab = Entry(parent: 10, group: 10, session: 5, startTime: 1_003)
        let others = [202: daemon, 203: child, 300: ofLab] as [Int32: ProcessSnapshot.Entry]
        #expect(members(&family, others, marked: [202], without: [100]) == [202, 203])
    }

    @Test("asks of a stranger's mark once")
    func onceOnly() {
        var family = ProcessFamily(leader: 100, start: 1_000)
        var asked: [Int32] = []
        let stranger = Entry(parent: 1, group: 400, session: 400, startTime: 1_002)
        for _ in 1...3 {
            family.look(at: ProcessSnapshot(entries: Self.lab.merging([400: stranger]) { $1 })) { pid in
                asked.append(pid)
                return false
            }
        }
        #expect(asked.count { $0 == 400 } == 1)
    }

    @Test("the list of processes is read again after a hundred times as long as that took, a second at most")
    func rest() {
        let now = Mutex<UInt64>(0)
        let cost = Mutex<UInt64>(2_000_000)
        let table = ProcessTable(
            take: {
                now.withLock { $0 += cost.withLock { $0 } }
                return ProcessSnapshot(entries: Self.lab)
            },
            clock: { now.withLock { $0 } }
        )
        func number(after milliseconds: UInt64) -> Int? {
            now.withLock { $0 += milliseconds * 1_000_000 }
            return table.recent()?.number
        }
        #expect(number(after: 0) == 1)
        #expect(number(after: 199) == 1)
        cost.withLock { $0 = 50_000_000 }
        #expect(number(after: 1) == 2)
        #expect(number(after: 999) == 2)
        cost.withLock { $0 = 0 }
        #expect(number(after: 1) == 3)
        #expect(number(after: 19) == 3)
        #expect(number(after: 1) == 4)
    }

    @Test("nothing is known of it where processes cannot be listed")
    func unlisted() {
        let tree = ProcessTree(leader: ProcessIdentity.own.pid, table: ProcessTable(take: { nil }))
        #expect(tree.pids() == nil)
        #expect(tree.kill() == 0)
    }
}
