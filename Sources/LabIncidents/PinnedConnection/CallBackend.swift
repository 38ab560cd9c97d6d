import LabCore
import LabTelemetry
import NIOCore

/// One machine of the service that is called: one core, so many workers, and a queue before them.
final class CallBackend: Sendable {
    /// What is counted of one backend.
    struct Metrics: Sendable {
        let requests: Counter
        let queued: Counter
        let connections: Counter
        let times: WorkTimes.Gauges

        init(on page: TelemetryPage, backend: String) {
            func gauge(_ name: String, _ unit: MetricUnit = .count) -> Counter {
                page.gauge("\(name).\(backend)", unit: unit, class: .incident)
            }
            requests = page.counter("requests.\(backend)", class: .incident)
            queued = gauge("queued")
            connections = gauge("connections")
            times = WorkTimes.Gauges(
                median: gauge("latencyP50", .milliseconds),
                slow: gauge("latencyP99", .milliseconds),
                cost: gauge("callCost", .microseconds)
            )
        }
    }

    /// Milliseconds, as all work does, so that a worker is not alone on its core.
    private static let slices = 4
    private static let documentSize = 16 << 10

    let metrics: Metrics
    private let condition: WorldService
    private let pool: WorkerPool
    private let cores: WorkerCores
    private let work: HashWork
    private let clock: IncidentClock
    private let timeScale: TimeScale
    private let times: WorkTimes

    init(_ name: String, _ context: IncidentContext) {
        typealias Parameters = PinnedConnectionParameters
        metrics = Metrics(on: context.page, backend: name)
        condition = context.world.service(name)
        pool = WorkerPool(workers: context[Parameters.workers])
        cores = WorkerCores(count: 1, name: name)
        work = HashWork(cost: context.timeScale.wall(context[Parameters.callCost]), slices: Self.slices)
        clock = context.clock
        timeScale = context.timeScale
        times = WorkTimes(timeScale: context.timeScale, gauges: metrics.times)
    }

    /// Works on a call when its turn has come.
    /// - Returns: the answer; `nil` while the backend is down.
    func answer(_ question: ByteBuffer) async -> ByteBuffer? {
        guard !condition.isDown else { return nil }
        metrics.requests.add()
        let start = clock.now
        guard await waitForWorker() else { return nil }
        defer { pool.leave() }
        let delay = timeScale.incident(condition.delay)
        if delay > .zero { try? await clock.sleep(for: delay) }
        let outcome = await handle(question)
        times.finished(after: start.duration(to: clock.now), busy: outcome.busy)
        return ByteBuffer(integer: outcome.digest)
    }

    /// Tells the figures of the calls that were answered since the last time.
    func closeInterval() { times.closeInterval() }

    /// Sends everybody away who waits or comes.
    func shutDown() {
        pool.close()
        cores.stop()
    }

    private func waitForWorker() async -> Bool {
        metrics.queued.add()
        defer { metrics.queued.subtract() }
        return await pool.enter()
    }

    private func handle(_ question: ByteBuffer) async -> HashWork.Outcome {
        await withTaskExecutorPreference(cores) {
            var document = [UInt8](repeating: 0x20, count: Self.documentSize)
            let bytes = question.readableBytesView.prefix(Self.documentSize)
            document.replaceSubrange(..<bytes.count, with: bytes)
            return await work.perform(on: &document)
        }
    }
}
