import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The processes of a pod where no cgroup holds them together: the first one and what came of it, orphans and daemons
/// included (``ProcessFamily``).
///
/// Of processes that started less than a second ago some may be missing.
package final class ProcessTree: Sendable {
    /// By this variable of the environment the processes of a life are known; children inherit it.
    static let variable = "LEAKLAB_POD_LIFE"

    private struct State {
        var family: ProcessFamily
        /// Of the list that it was last held against.
        var number = 0
        var living: [Int32] = []
    }

    let leader: Int32
    private let mark: String?
    private let table: ProcessTable
    private let state: Mutex<State>

    /// - Parameters:
    ///   - leader: the pod's first process, which leads a process group.
    ///   - mark: the variable's value, which no other life has; `nil` if it has none.
    ///   - table: where processes are listed.
    init(leader: Int32, mark: String? = nil, table: ProcessTable = .shared) {
        self.leader = leader
        self.mark = mark.map { "\(Self.variable)=\($0)\0" }
        self.table = table
        let line = TextFile.contents(of: "/proc/\(leader)/stat")
        let start = line.flatMap { ProcessStatistics(parsing: $0)?.startTime }
        state = Mutex(State(family: ProcessFamily(leader: leader, start: start)))
    }

    /// The processes that are alive.
    /// - Returns: `nil` if the machine's processes cannot be listed.
    func pids() -> [Int32]? {
        guard let (snapshot, number) = table.recent() else { return nil }
        return state.withLock { state in
            if number != state.number {
                state.number = number
                look(at: snapshot, &state)
            }
            return state.living
        }
    }

    /// Sends SIGKILL to all of them as they are now.
    /// - Returns: how many there were.
    @discardableResult
    func kill() -> Int {
        guard let snapshot = table.fresh() else { return 0 }
        let living = state.withLock { state in
            look(at: snapshot, &state)
            return state.living
        }
        for pid in living where pid > 1 { send(SIGKILL, to: pid) }
        return living.count
    }

    /// The same again and again until nothing is left, at most for a second.
    func killAll() {
        for _ in 0..<100 {
            guard kill() > 0 else { return }
            usleep(10_000)
        }
    }

    private func look(at snapshot: ProcessSnapshot, _ state: inout State) {
        state.family.look(at: snapshot, isMarked: isMarked)
        state.living = state.family.members.keys.sorted().filter { snapshot.entries[$0]?.isOver == false }
    }

    private func isMarked(_ pid: Int32) -> Bool {
        guard let mark else { return false }
        return ProcessText.environment(of: pid)?.contains(mark) ?? false
    }
}

private func send(_ signal: Int32, to pid: Int32) { kill(pid, signal) }
