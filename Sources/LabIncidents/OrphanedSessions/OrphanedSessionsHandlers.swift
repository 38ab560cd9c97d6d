import LabCore

/// The bug: a session is begun for each request, and nobody ends it when the request is over.
struct OrphanedSessionHandler: EventHandler {
    let service: TunnelService

    func handle(_ event: borrowing Event) async throws {
        let session = service.begin(try event.withPayload(TunnelRequest.init(readingFrom:)))
        // The subject of the incident: an unstructured task that nobody awaits or cancels.
        Task { await session.run() }
        try await service.finish(session)
    }
}

/// The experiment: sessions are begun as before, and each is cut some time later.
struct CutSessionHandler: EventHandler {
    let service: TunnelService
    let cutter: SessionCutter

    func handle(_ event: borrowing Event) async throws {
        let session = service.begin(try event.withPayload(TunnelRequest.init(readingFrom:)))
        cutter.watch(session.stream)
        // Unstructured as in the bug: the cutter ends it, long after its request.
        Task { await session.run() }
        try await service.finish(session)
    }

    func shutDown() async { await cutter.stop() }
}

/// The fix: the session is a child of its request and cannot outlive it.
struct ScopedSessionHandler: EventHandler {
    let service: TunnelService

    func handle(_ event: borrowing Event) async throws {
        let session = service.begin(try event.withPayload(TunnelRequest.init(readingFrom:)))
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { await session.run() }
            try await service.finish(session)
            group.cancelAll()
        }
    }
}
