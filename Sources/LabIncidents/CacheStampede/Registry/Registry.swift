import LabCore
import LabTelemetry
import NIOCore

/// Which backends are there, and the list of what they offer as the gateway fetches it.
///
/// The list is compressed once for each change of who is registered, when somebody asks for it first.
actor Registry {
    /// What is counted of the registry.
    struct Metrics: Sendable {
        let registered: Counter
        let deregistrations: Counter
        let registrations: Counter
        let emptied: Counter
        let compressions: Counter

        init(on page: TelemetryPage) {
            registered = page.gauge("registeredBackends", class: .incident)
            deregistrations = page.counter("deregistrations", class: .incident)
            registrations = page.counter("registrations", class: .incident)
            emptied = page.counter("registryEmptied", class: .incident)
            compressions = page.counter("listsCompressed", class: .incident)
        }
    }

    private let catalogue: InstanceCatalogue
    private let metrics: Metrics
    private var isRegistered: [Bool]
    /// The compressed list in pieces; `nil` until somebody asks for it.
    private var pieces: [ByteBuffer]?

    private static let pieceSize = 16 << 10
    /// zlib's own default.
    private static let level: Int32 = 6

    /// All backends are registered at first.
    init(_ catalogue: InstanceCatalogue, backends: Int, metrics: Metrics) {
        self.catalogue = catalogue
        self.metrics = metrics
        isRegistered = Array(repeating: true, count: backends)
        metrics.registered.store(UInt64(backends))
    }

    /// Enters the backend of that number, counted from 0, or strikes it out.
    func setRegistered(_ value: Bool, backend index: Int) {
        guard isRegistered.indices.contains(index), isRegistered[index] != value else { return }
        isRegistered[index] = value
        pieces = nil
        (value ? metrics.registrations : metrics.deregistrations).add()
        let count = isRegistered.count { $0 }
        metrics.registered.store(UInt64(count))
        if count == 0 { metrics.emptied.add() }
    }

    /// The compressed list.
    /// - Throws: ``LabError`` if zlib has no memory.
    func list() throws -> [ByteBuffer] {
        if let pieces { return pieces }
        metrics.compressions.add()
        let compressed = try Deflation.deflate(
            catalogue.list(ofBackends: isRegistered),
            level: Self.level
        )
        let made = stride(from: 0, to: compressed.count, by: Self.pieceSize).map {
            ByteBuffer(bytes: compressed[$0..<min($0 + Self.pieceSize, compressed.count)])
        }
        pieces = made
        return made
    }
}
