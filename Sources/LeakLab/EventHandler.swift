import LabCore

/// What a variant does with one event: the code under test.
///
/// One handler serves all events of one life of a pod. It is made by the closure of its ``IncidentHandler`` and lives until
/// the pod has ended.
public protocol EventHandler: Sendable {
    /// Handles one event.
    ///
    /// With a concurrency of 1 the calls come one after another, each after the one before has returned, in the order of
    /// the offsets within each partition; nonisolated handlers run on the pod's own thread. With more, up to that many
    /// calls overlap on the global pool, and only their beginnings have that order.
    ///
    /// An event counts as handled when this returns. Tasks that it leaves behind are counted as outliving their event
    /// (`Task.detached` excepted), without a line of the handler's.
    ///
    /// - Parameter event: its bytes are gone when this returns.
    /// - Throws: anything. The event then counts as failed, and `pods.errors` of the scenario says what becomes of it: it is
    ///   left out (`skip`), handed over again (`retry`), or it ends the pod (`stop`).
    func handle(_ event: borrowing Event) async throws

    /// Whether it wants no more events for now; `false` if you do not say.
    ///
    /// Asked on the polling thread before each poll, so it has to answer at once. While it is true the pod's partitions are
    /// paused and polling goes on, which keeps the pod in its group; what the last poll brought is still handed over.
    var isSaturated: Bool { get }

    /// Ends what the handler keeps for all events; does nothing if you do not say.
    ///
    /// Called once, after the last event was handled, when the pod is asked to stop. The run's verdict is about what lived before;
    /// the counts of single construction sites are read once more afterwards, so what ends here is not live there. A pod that is killed never calls it,
    /// and one that takes longer than `pods.gracePeriod` is killed.
    func close() async
}

extension EventHandler {
    /// Always ready for more.
    public var isSaturated: Bool { false }

    /// Nothing to end.
    public func close() async {}
}

/// A handler of the user's as the lab's pods know it.
struct AdaptedHandler<Handler: EventHandler>: LabCore.EventHandler {
    let handler: Handler

    func handle(_ event: borrowing LabCore.Event) async throws {
        try await handler.handle(Event(event))
    }

    var isSaturated: Bool { handler.isSaturated }

    func shutDown() async { await handler.close() }
}
