import LabCore
import LabTelemetry
import Synchronization

/// Passes events on as the fix of service-per-event does, and leaks what it was told to.
struct KnownLeakHandler: EventHandler {
    private let service: SingletonServiceHandler
    private let leak: KnownLeak

    init(_ context: IncidentContext, keeps: Bool) {
        service = SingletonServiceHandler(service: FeatureService(FeatureService.Parts(context)))
        leak = KnownLeak(context, keeps: keeps)
    }

    func handle(_ event: borrowing Event) async throws {
        try await service.handle(event)
        leak.drip()
    }

    func shutDown() async { await service.shutDown() }
}

/// Keeps a piece of heap and a task every so many events, and tells how many bytes it has kept.
final class KnownLeak: Sendable {
    private struct State {
        var events = 0
        var last: LeakedChunk?
    }

    private let keeps: Bool
    private let chunkSize: Int
    private let chunkEvery: Int
    private let taskEvery: Int
    private let site = Census.site("KnownLeak.wait", kind: .task)
    private let injected: Counter
    private let state = Mutex(State())

    init(_ context: IncidentContext, keeps: Bool) {
        typealias Parameters = KnownLeakParameters
        self.keeps = keeps
        chunkSize = context[Parameters.chunk]
        chunkEvery = context[Parameters.chunkEvery]
        taskEvery = context[Parameters.taskEvery]
        injected = context.page.gauge("injectedBytes", unit: .bytes, class: .incident)
    }

    /// One event more.
    func drip() {
        state.withLock { state in
            state.events += 1
            if Self.isDue(state.events, every: chunkEvery) { allocate(&state) }
            if Self.isDue(state.events, every: taskEvery) { start() }
        }
    }

    /// Gives the chain back piece by piece: as a whole it would be freed recursively.
    deinit {
        var next = state.withLock { $0.last.take() }
        while let chunk = next { next = chunk.cutOff() }
    }

    private func allocate(_ state: inout State) {
        let made = LeakedChunk.make(size: chunkSize, after: keeps ? state.last : nil)
        guard keeps, let chunk = made else { return }
        state.last = chunk
        injected.add(UInt64(chunk.allocatedSize))
    }

    private func start() {
        site.enter()
        // Waits for as long as the process lives: the leak.
        Task { [keeps, site] in
            defer { site.leave() }
            if keeps { await Self.waitForGood() }
        }
    }

    private static func isDue(_ events: Int, every interval: Int) -> Bool {
        interval > 0 && events.isMultiple(of: interval)
    }

    private static func waitForGood() async {
        for await _ in AsyncStream<Never>(Never.self, { _ in }) {}
    }
}
