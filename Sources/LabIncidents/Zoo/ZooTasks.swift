import LabTelemetry

/// Tasks that wait until they are cancelled.
struct ZooTasks: ZooMedium, Sendable {
    private let kind: ZooMediumKind
    private let bytes: Int
    private let isForGood: Bool
    private let site: CensusSite?
    private var tasks: [Task<Void, Never>] = []

    /// - Parameters:
    ///   - kind: ``ZooMediumKind/task``, ``ZooMediumKind/detached`` or ``ZooMediumKind/labelled``.
    ///   - bytes: of the buffer that each holds.
    ///   - isForGood: none will be given back.
    init(_ kind: ZooMediumKind, bytes: Int, isForGood: Bool) {
        self.kind = kind
        self.bytes = bytes
        self.isForGood = isForGood
        site = kind == .labelled ? Census.site("Zoo.wait", kind: .task) : nil
    }

    mutating func take() -> Bool {
        let task = start()
        if !isForGood { tasks.append(task) }
        return true
    }

    mutating func giveBack() { tasks.popLast()?.cancel() }

    /// The task is the subject: nobody awaits it, and a leaked one waits for as long as the process lives.
    private func start() -> Task<Void, Never> {
        site?.enter()
        let wait = { @Sendable [site, bytes] in
            defer { site?.leave() }
            await Self.wait(holding: [UInt8](repeating: 0xA5, count: bytes))
        }
        return kind == .detached ? Task.detached { await wait() } : Task { await wait() }
    }

    private static func wait(holding buffer: [UInt8]) async {
        for await _ in AsyncStream<Never>(Never.self, { _ in }) {}
        withExtendedLifetime(buffer) {}
    }
}
