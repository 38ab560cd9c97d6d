import LabCore
import LabTelemetry

@testable import LabIncidents

/// A worker whose clock stands still, and whose rows run until they are let go.
final class HeldRows: Sendable {
    let clock = PausingClock()
    let inbox = RowInbox()
    let runner: RowRunner
    let worker: RowWorker
    private let page: TelemetryPage
    private let release = TunnelAnswer()

    init(
        _ policy: RowWorker.Policy,
        timeScale: TimeScale = .realTime,
        page: TelemetryPage,
        finished: @escaping @Sendable () -> Void = {}
    ) {
        let incidentClock = clock.incidentClock(timeScale)
        let times = WorkTimes(timeScale: timeScale, gauges: .ofRows(on: page))
        let open = Task { [release] in await release.wait() }
        runner = RowRunner(
            cores: WorkerCores(count: 2, name: "test"),
            work: HashWork(cost: .microseconds(10), slices: 2),
            bufferSize: 4_096,
            clock: incidentClock,
            times: times,
            metrics: RowRunner.Metrics(on: page),
            // No row begins until they are let go.
            opening: { _ = await open.value }
        )
        worker = RowWorker(
            policy,
            every: .seconds(1),
            inbox: inbox,
            runner: runner,
            times: times,
            clock: incidentClock,
            timeScale: timeScale,
            metrics: RowWorker.Metrics(on: page),
            tipping: RowWorker.TippingGauges(on: page),
            finished: finished
        )
        self.page = page
    }

    static func with(
        _ policy: RowWorker.Policy,
        timeScale: TimeScale = .realTime,
        _ body: nonisolated(nonsending) (HeldRows) async throws -> Void
    ) async throws {
        try await Census.isolated { page in
            let rows = HeldRows(policy, timeScale: timeScale, page: page)
            await rows.untilLookedAt()
            try await body(rows)
            rows.letGo()
            await rows.wait(until: "runningRows", is: 0)
            await rows.worker.stop()
            rows.runner.shutDown()
        }
    }

    func letGo() { release.settle(true) }

    func add(_ count: Int) throws {
        for payload in HandledEvents.payloads(0..<count) { inbox.add(try Row(payload)) }
    }

    /// Lets the clock go on, and the worker look at the table if it is time.
    func advance(by duration: Duration) async {
        clock.advance(by: duration)
        await untilLookedAt()
    }

    private func untilLookedAt() async {
        while clock.waiting == 0, !Task.isCancelled { await Task.yield() }
    }

    func metric(_ name: String) -> Int64? {
        guard let reader = try? TelemetryReader(page) else { return nil }
        return reader.descriptors.firstIndex { $0.name == name }.flatMap { reader.value(of: $0) }
    }

    func wait(until name: String, is value: Int64) async {
        while metric(name) != value, !Task.isCancelled { await Task.yield() }
    }
}

extension Row {
    /// Of a payload as text.
    init(_ payload: String) throws { self = try Self.read(Array(payload.utf8)) }

    private static func read(_ payload: [UInt8]) throws -> Row {
        try payload.withUnsafeBytes { try Row(readingFrom: $0.bytes) }
    }
}
