import Dispatch
import LabPod
import Testing

@Suite("Pod executor", .timeLimit(.minutes(1)))
struct PodExecutorTests {
    @Test("code and its structured children run on the executor's own thread, across suspensions")
    func ownThread() async {
        let executor = PodExecutor(name: "test-loop-1")
        defer { executor.stop() }
        let names = await withTaskExecutorPreference(executor) {
            var names = [threadName()]
            await Task.yield()
            names.append(threadName())
            async let child = threadName()
            names.append(await child)
            names += await withTaskGroup { group in
                for _ in 0..<3 { group.addTask { threadName() } }
                return await group.reduce(into: []) { $0.append($1) }
            }
            return names
        }
        #expect(names == Array(repeating: "test-loop-1", count: 6))
    }

    @Test("an unstructured task runs elsewhere, as it would in production")
    func unstructured() async {
        let executor = PodExecutor(name: "test-loop-2")
        defer { executor.stop() }
        let names = await withTaskExecutorPreference(executor) {
            // Awaited at once: only where it runs is of interest.
            [await Task { threadName() }.value, await Task.detached { threadName() }.value, threadName()]
        }
        #expect(names[0] != "test-loop-2" && names[1] != "test-loop-2")
        #expect(names[2] == "test-loop-2")
    }

    @Test("who comes back from elsewhere continues on the executor's thread")
    func comingBack() async {
        let executor = PodExecutor(name: "test-loop-3")
        defer { executor.stop() }
        let gate = Gate()
        let name = await withTaskExecutorPreference(executor) {
            // Ends before the code below does; it only opens the gate from another thread.
            let opener = Task.detached { gate.open() }
            await gate.wait()
            await opener.value
            return threadName()
        }
        #expect(name == "test-loop-3")
    }

    @Test("what is waiting when it is stopped still runs, and then the thread lets go of the executor")
    func stopping() async {
        let ran = Count()
        weak var released: PodExecutor?
        do {
            let executor = PodExecutor(name: "test-loop-4")
            released = executor
            let release = DispatchSemaphore(value: 0)
            await withTaskGroup { group in
                for _ in 0..<50 {
                    group.addTask(executorPreference: executor) {
                        hold(release)
                        ran.add(1)
                    }
                }
                executor.stop()
                for _ in 0..<50 { release.signal() }
            }
        }
        #expect(ran.value == 50)
        let deadline = ContinuousClock.now + .seconds(20)
        while released != nil, ContinuousClock.now < deadline { await Task.yield() }
        #expect(released == nil)
    }
}
