import Dispatch
import Synchronization
import Testing

@testable import LabIncidents

@Suite(.timeLimit(.minutes(1))) struct HashWorkTests {
    private func document(blocks: Int) -> [UInt8] {
        (0..<blocks * HashWork.blockSize).map { UInt8(truncatingIfNeeded: $0 * 31) }
    }

    @Test("The work is the same in however many slices it is done", arguments: [1, 2, 7, 100])
    func slices(slices: Int) async {
        var whole = document(blocks: 3)
        let expected = await HashWork(blocks: 10, slices: 1).perform(on: &whole)
        var sliced = document(blocks: 3)
        let outcome = await HashWork(blocks: 10, slices: slices).perform(on: &sliced)
        #expect(outcome.digest == expected.digest)
        #expect(sliced == whole)
        #expect(outcome.busy > 0)
    }

    @Test("Every block counts, and its place")
    func blocks() async {
        var digests: Set<UInt64> = []
        for blocks in 1...8 {
            var work = document(blocks: 2)
            digests.insert(await HashWork(blocks: blocks, slices: 1).perform(on: &work).digest)
        }
        #expect(digests.count == 8)
    }

    @Test("A document without a whole block is left alone")
    func short() async {
        var short: [UInt8] = [1, 2, 3]
        _ = await HashWork(blocks: 5, slices: 2).perform(on: &short)
        #expect(short == [1, 2, 3])
    }

    @Test(
        "As many blocks as fit into the time, and at least one for each slice",
        arguments: [(16.0, 1_000.0, 16_000), (16, 2_000, 8_000), (0.001, 1_000, 10), (1, 0, 1_000_000)]
    )
    func size(milliseconds: Double, nanoseconds: Double, blocks: Int) {
        let cost = Duration.microseconds(milliseconds * 1_000)
        #expect(HashWork(cost: cost, timeOfOneBlock: nanoseconds, slices: 10).blocks == blocks)
    }

    @Test("What is measured on the machine is work for every slice", arguments: [1, 3])
    func calibration(count: Int) async {
        let cores = WorkerCores(count: count, name: "test")
        let work = await HashWork.lasting(.milliseconds(5), on: cores, slices: 4)
        cores.stop()
        #expect(work.slices == 4)
        #expect(work.blocks >= 4)
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
