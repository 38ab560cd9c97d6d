import CPlatform
import Foundation

/// Runs jobs on one thread of its own, so that a pod's loop may block in librdkafka and its handler is awaited without
/// a hop.
///
/// Meant for `withTaskExecutorPreference`: structured children run here as well, unstructured tasks do not inherit the
/// preference and run where they would in production.
///
/// Safety: `jobs` and `hasStopped` are touched only under `condition`.
package final class PodExecutor: TaskExecutor, @unchecked Sendable {
    private let condition = NSCondition()
    private var jobs: [UnownedJob] = []
    private var hasStopped = false

    package init(name: String) {
        Thread.detachNewThread { [self] in
            cplatform_name_thread(name)
            work()
        }
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        condition.lock()
        jobs.append(job)
        condition.signal()
        condition.unlock()
    }

    /// Ends the thread once nothing is left to run.
    package func stop() {
        condition.lock()
        hasStopped = true
        condition.signal()
        condition.unlock()
    }

    private func work() {
        while let ready = nextJobs() {
            for job in ready { job.runSynchronously(on: asUnownedTaskExecutor()) }
        }
    }

    private func nextJobs() -> [UnownedJob]? {
        condition.lock()
        defer { condition.unlock() }
        while jobs.isEmpty {
            if hasStopped { return nil }
            condition.wait()
        }
        defer { jobs = [] }
        return jobs
    }
}
