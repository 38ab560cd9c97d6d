import LabCore
import LabTelemetry
import NIOCore
import Synchronization

/// The port of a companion that the world may take away.
///
/// While the service is down nothing listens there, so that connections are refused, and those that were open are closed.
final class WatchedListener: Sendable {
    /// Begins to listen on 127.0.0.1, at that port.
    typealias Bind = @Sendable (Int) async throws -> any Channel

    /// Between two looks at the world, wall time.
    private static let watchInterval = Duration.milliseconds(5)

    let port: Int
    private let world: WorldService
    private let isUp: Counter
    private let bind: Bind
    private let hangUp: @Sendable () async -> Void
    private let listener: Mutex<(any Channel)?>
    private let watch = Mutex<Task<Void, Never>?>(nil)

    /// Listens at the port, or at another one if that is in use.
    ///
    /// - Parameters:
    ///   - wanted: the port that is tried first; 0 for any.
    ///   - world: what takes the service down.
    ///   - isUp: a gauge, 1 while somebody listens.
    ///   - name: of the task that watches the world, for the census.
    ///   - bind: begins to listen.
    ///   - hangUp: closes the connections that are open.
    /// - Throws: the system's error if there is no port to be had.
    init(
        at wanted: Int,
        in world: WorldService,
        isUp: Counter,
        name: String,
        bind: @escaping Bind,
        hangUp: @escaping @Sendable () async -> Void
    ) async throws {
        let channel = try await Self.bind(preferring: wanted, bind)
        port = channel.localAddress?.port ?? wanted
        self.world = world
        self.isUp = isUp
        self.bind = bind
        self.hangUp = hangUp
        listener = Mutex(channel)
        isUp.store(1)
        let site = Census.site(name, kind: .task)
        site.enter()
        // Lives as long as the listener, and is awaited where that is shut down.
        let task = Task {
            while (try? await Task.sleep(for: Self.watchInterval)) != nil { await self.follow() }
            site.leave()
        }
        watch.withLock { $0 = task }
    }

    func shutDown() async {
        let task = watch.withLock { $0.take() }
        task?.cancel()
        await task?.value
        await goDown()
    }

    /// At the port, or at one that the system chooses if that is in use.
    static func bind(preferring port: Int, _ bind: Bind) async throws -> any Channel {
        do {
            return try await bind(port)
        } catch  where port != 0 {
            return try await bind(0)
        }
    }

    /// Does what the world asks for.
    private func follow() async {
        let isListening = listener.withLock { $0 != nil }
        switch (world.isDown, isListening) {
        case (true, true): await goDown()
        case (false, false): await comeUp()
        case (true, false), (false, true): break
        }
    }

    private func goDown() async {
        isUp.store(0)
        let channel = listener.withLock { $0.take() }
        try? await channel?.close()
        await hangUp()
    }

    /// On the same port; if somebody else has it just now, the next look at the world tries again.
    private func comeUp() async {
        guard let channel = try? await bind(port) else { return }
        listener.withLock { $0 = channel }
        isUp.store(1)
    }
}
