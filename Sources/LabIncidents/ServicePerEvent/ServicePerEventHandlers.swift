import LabCore

/// The bug: a service, its cache and its cache's worker for every event.
///
/// Nobody stops the cache.
struct ServicePerEventHandler: EventHandler {
    let parts: FeatureService.Parts

    func handle(_ event: borrowing Event) async throws {
        let service = FeatureService(parts)
        try await service.pass(event)
    }
}

/// The fix of that night: still a service for every event, but its cache is stopped, also if the event was bad.
struct StoppedServicePerEventHandler: EventHandler {
    let parts: FeatureService.Parts

    func handle(_ event: borrowing Event) async throws {
        let service = FeatureService(parts)
        do {
            try await service.pass(event)
        } catch {
            await service.stop()
            throw error
        }
        await service.stop()
    }
}

/// The fix that was recommended: the service is built once and handed in.
struct SingletonServiceHandler: EventHandler {
    let service: FeatureService

    func handle(_ event: borrowing Event) async throws { try await service.pass(event) }

    func shutDown() async { await service.stop() }
}
