import LabCore
import LabReport
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// Answers requests; the same for all connections.
final class PageDesk: Sendable {
    enum Reply: Sendable {
        case whole(PageAnswer)
        case stream(FrameFeed)
    }

    /// Streams at the same time; each replay makes its frames for itself.
    private static let mostStreams = 64
    private static let mostReplays = 8

    private struct State {
        /// Of runs as they are, which all their viewers share.
        var feeds: [String: FrameFeed] = [:]
        var streams = 0
        var replays = 0
        var replaying: Set<ObjectIdentifier> = []
    }

    private let runs: any PageRuns
    private let guardian: RequestGuard
    private let state = Mutex(State())

    init(_ runs: any PageRuns, _ guardian: RequestGuard) {
        self.runs = runs
        self.guardian = guardian
    }

    /// - Throws: ``PageProblem`` for what is refused; nothing else.
    func reply(to head: HTTPRequestHead, _ body: [UInt8]) async throws -> Reply {
        if let refusal = guardian.refusal(host: head.headers["Host"], origin: head.headers["Origin"]) {
            throw refusal
        }
        switch try PageRoute(method: head.method.rawValue, target: head.uri) {
        case .asset(let asset): return .whole(PageAnswer(asset))
        case .runs:
            return .whole(await Self.answer { PageAnswer(json: try JSONText.line(try self.runs.list())) })
        case .frame(let run, let replay):
            return .whole(await Self.answer { try self.frame(run, replay) })
        case .act(let run):
            if let refusal = guardian.refusal(token: head.headers["X-LeakLab-Token"]) { throw refusal }
            do {
                return .whole(PageAnswer(json: try JSONText.line(try await runs.act(body, on: run))))
            } catch {
                return .whole(PageAnswer(error))
            }
        case .stream(let run, let replay): return .stream(try await feed(of: run, replay))
        }
    }

    /// Who got a stream has seen the last of it.
    func leave(_ feed: FrameFeed) {
        feed.leave()
        state.withLock { state in
            state.streams -= 1
            if state.replaying.remove(ObjectIdentifier(feed)) != nil { state.replays -= 1 }
            state.feeds = state.feeds.filter { $0.value.viewers > 0 }
        }
    }

    /// Makes the next frame of all runs at once.
    func wake() {
        for feed in state.withLock({ Array($0.feeds.values) }) { feed.wake() }
    }

    var streams: Int { state.withLock { $0.streams } }

    // MARK: - What may wait for files

    /// On a thread that may block.
    private static func answer(_ make: @escaping @Sendable () throws -> PageAnswer) async -> PageAnswer {
        do {
            return try await NIOThreadPool.singleton.runIfActive(make)
        } catch {
            return PageAnswer(error)
        }
    }

    private func frame(_ run: String, _ replay: Replay?) throws -> PageAnswer {
        let at = replay.map { Replay(from: $0.from, speed: 0) }
        guard let frame = try runs.source(of: run, replay: at).frame() else {
            throw PageProblem(409, "The run has not begun.")
        }
        return PageAnswer(json: try JSONText.line(frame))
    }

    private func feed(of run: String, _ replay: Replay?) async throws -> FrameFeed {
        try takePlace(isReplay: replay != nil)
        do {
            let source = try await NIOThreadPool.singleton.runIfActive {
                try self.runs.source(of: run, replay: replay)
            }
            return state.withLock { state in
                let feed = replay == nil ? state.feeds[run] ?? FrameFeed(source) : FrameFeed(source)
                if replay == nil {
                    state.feeds[run] = feed
                } else {
                    state.replaying.insert(ObjectIdentifier(feed))
                }
                feed.enter()
                return feed
            }
        } catch {
            state.withLock { state in
                state.streams -= 1
                if replay != nil { state.replays -= 1 }
            }
            throw (error as? PageProblem) ?? PageProblem(404, "\(error)")
        }
    }

    private func takePlace(isReplay: Bool) throws(PageProblem) {
        let hasPlace = state.withLock { state in
            guard state.streams < Self.mostStreams, !isReplay || state.replays < Self.mostReplays else {
                return false
            }
            state.streams += 1
            if isReplay { state.replays += 1 }
            return true
        }
        guard hasPlace else {
            throw PageProblem(
                503,
                "\(Self.mostStreams) pages look already, or \(Self.mostReplays) replay. Close one, then reload."
            )
        }
    }
}
