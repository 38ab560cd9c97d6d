import Dispatch
import Synchronization
import Testing

@testable import LabIncidents

@Suite(.timeLimit(.minutes(1))) struct HashWorkTests {
    private func document(blocks: Int) -> [UInt8] {
        (0..<blocks * HashWork.blockSize).map { UInt8(truncatingIfNeeded: $0 * 31) }
    }

    @Test("The digest follows from document and blocks, in however many slices", arguments: [1, 3])
    func digest(slices: Int) async {
        var worked = document(blocks: 3)
        let outcome = await HashWork(cost: .microseconds(200), slices: slices).perform(on: &worked)
        var (expected, digest) = (document(blocks: 3), HashWork.Outcome().digest)
        for block in 0..<outcome.blocks { digest = HashWork.hash(block, of: &expected, onto: digest) }
        #expect(outcome.digest == digest)
        #expect(worked == expected)
    }

    @Test("Every block counts, and its place")
    func blocks() {
        var (work, digest, digests) = (document(blocks: 2), HashWork.Outcome().digest, Set<UInt64>())
        for block in 1...8 {
            digest = HashWork.hash(block, of: &work, onto: digest)
            digests.insert(digest)
        }
        #expect(digests.count == 8)
    }

    @Test("A document without a whole block is left alone")
    func short() async {
        var short: [UInt8] = [1, 2, 3]
        _ = await HashWork(cost: .microseconds(5), slices: 2).perform(on: &short)
        #expect(short == [1, 2, 3])
    }

    @Test("It costs the CPU time that was asked for, however many others want the cores", arguments: [1, 10])
    func cost(slices: Int) async {
        let cores = WorkerCores(count: 4, name: "test")
        let cost = Duration.milliseconds(4)
        let outcomes = await withTaskGroup { group in
            for _ in 0..<8 {
                group.addTask(executorPreference: cores) {
                    var document = document(blocks: 16)
                    return await HashWork(cost: cost, slices: slices).perform(on: &document)
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        cores.stop()
        // Wall time is never less than CPU time, but for what reading two clocks takes.
        #expect(outcomes.allSatisfy { $0.busy > 3_900_000 })
    }

    @Test("Work that costs next to nothing is still done, once for each slice", arguments: [1, 4])
    func least(slices: Int) async {
        var document = document(blocks: 1)
        let outcome = await HashWork(cost: .zero, slices: slices).perform(on: &document)
        #expect(outcome.blocks >= slices)
    }
}

@Suite(.timeLimit(.minutes(1))) struct WorkerCoresTests {
    @Test("Tasks that yield advance together, in the order in which they came")
    func fairness() async {
        let cores = WorkerCores(count: 1, name: "test")
        let order = Turns()
        let start = DispatchSemaphore(value: 0)
        await withDiscardingTaskGroup { group in
            // The only thread is kept until all are in the line.
            group.addTask(executorPreference: cores) { block(start) }
            for number in 1...3 {
                group.addTask(executorPreference: cores) {
                    for _ in 0..<4 {
                        order.note(number)
                        await Task.yield()
                    }
                }
            }
            start.signal()
        }
        cores.stop()
        #expect(order.all == [1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3])
    }

    @Test("As many tasks run at once as there are cores", arguments: [1, 2, 4])
    func width(count: Int) async {
        let cores = WorkerCores(count: count, name: "test")
        let crowd = Crowd()
        await withDiscardingTaskGroup { group in
            for _ in 0..<20 {
                group.addTask(executorPreference: cores) {
                    crowd.enter()
                    var work = [UInt8](repeating: 1, count: HashWork.blockSize)
                    for block in 0..<50 { _ = HashWork.hash(block, of: &work, onto: 1) }
                    crowd.leave()
                }
            }
        }
        cores.stop()
        #expect((1...count).contains(crowd.most))
    }

    @Test("What is ready when they are stopped, or becomes ready later, is still run")
    func stopping() async {
        let cores = WorkerCores(count: 2, name: "test")
        let gate = TunnelAnswer()
        let first = Task(executorPreference: cores) { await gate.wait() ? 0 : 1 }
        let tasks = (0..<50).map { number in
            Task(executorPreference: cores) {
                await Task.yield()
                return await first.value + number
            }
        }
        cores.stop()
        gate.settle(true)
        var sum = 0
        for task in tasks { sum += await task.value }
        #expect(sum == 1_225)
    }
}

/// Blocks the calling thread, on purpose.
private func block(_ semaphore: DispatchSemaphore) { semaphore.wait() }

/// Who had a turn, in order.
private final class Turns: Sendable {
    private let numbers = Mutex<[Int]>([])

    var all: [Int] { numbers.withLock { $0 } }
    func note(_ number: Int) { numbers.withLock { $0.append(number) } }
}

/// How many there were at once, at most.
private final class Crowd: Sendable {
    private let state = Mutex((now: 0, most: 0))

    var most: Int { state.withLock { $0.most } }

    func enter() {
        state.withLock { state in
            state.now += 1
            state.most = max(state.most, state.now)
        }
    }

    func leave() { state.withLock { $0.now -= 1 } }
}
