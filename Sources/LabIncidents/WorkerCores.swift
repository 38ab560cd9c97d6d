import Dispatch
import Foundation
import Synchronization

/// So many threads that run tasks in turn, as a container's CPU limit grants them, whatever the machine has.
///
/// Tasks are put on it by their executor preference. One that yields goes to the end of the line, so that all that are
/// ready advance together, as threads and goroutines do that share the cores in short slices.
final class WorkerCores: TaskExecutor {
    private struct Line {
        var jobs: [UnownedJob] = []
        var hasStopped = false
    }

    let count: Int
    private let line = Mutex(Line())
    /// Signalled once for each job, and once for each thread at the end.
    private let arrivals = DispatchSemaphore(value: 0)

    /// Starts the threads; ``stop()`` ends them.
    init(count: Int, name: String) {
        self.count = max(1, count)
        for number in 1...self.count {
            let thread = Thread { [self] in work() }
            thread.name = "\(name)-\(number)"
            thread.start()
        }
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let hasStopped = line.withLock { line in
            if !line.hasStopped { line.jobs.append(job) }
            return line.hasStopped
        }
        if hasStopped {
            globalConcurrentExecutor.enqueue(job)
        } else {
            arrivals.signal()
        }
    }

    /// Ends the threads after what is in the line; whatever becomes ready later runs on the global pool.
    func stop() {
        line.withLock { $0.hasStopped = true }
        for _ in 0..<count { arrivals.signal() }
    }

    private func work() {
        while true {
            arrivals.wait()
            let (job, hasStopped) = line.withLock { line in
                (line.jobs.isEmpty ? nil : line.jobs.removeFirst(), line.hasStopped)
            }
            if let job {
                // The executor lives as long as its threads, which hold it.
                unsafe job.runSynchronously(on: asUnownedTaskExecutor())
            } else if hasStopped {
                return
            }
        }
    }
}
