import LabCore
import LabTelemetry

/// Answers list calls from the store, or from a cache in front of it.
struct ListService: Sendable {
    let store: ListStore
    /// `nil`: every call goes to the store.
    let cache: ListResultCache?
    /// Counts the calls that were answered.
    let served: Counter
    /// Counts their results' bytes.
    let servedBytes: Counter

    func serve(_ call: ListCall) {
        let result = cache?.fetch(call.selector) { store.list(call) } ?? store.list(call)
        served.add()
        servedBytes.add(UInt64(result.count))
    }
}

/// One list call for each event; all variants differ in the service's cache alone.
struct ListHandler: EventHandler {
    let service: ListService

    func handle(_ event: borrowing Event) async throws {
        service.serve(try event.withPayload(ListCall.init(readingFrom:)))
    }
}
