import LabCore

/// A list call and a session for each event, as two incidents' handlers do them.
struct TwoLeaksHandler<Sessions: EventHandler>: EventHandler {
    let lists: ListHandler
    let sessions: Sessions

    func handle(_ event: borrowing Event) async throws {
        try await lists.handle(event)
        try await sessions.handle(event)
    }

    func shutDown() async { await sessions.shutDown() }
}
