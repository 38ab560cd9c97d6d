import LabCore
import LabTelemetry

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The front's work: waits for sockets, moves what comes, applies faults.
///
/// Safety: made on one thread and then used by the front's alone; nobody else has a reference by the time that runs.
final class FrontLoop: @unchecked Sendable {
    /// Of clients at the same time; more wait in the listener's queue.
    static let mostSessions = 1_024
    /// Of all sessions together.
    ///
    /// Beyond it the one that holds most is closed.
    static let mostBufferedBytes = 512 << 20

    private let doors: [FrontDoor]
    private let scene: FrontScene
    private let control: FrontControl
    private var sessions: [FrontSession] = []
    private var buffer = [UInt8](repeating: 0, count: 256 << 10)

    init(_ doors: [FrontDoor], _ scene: FrontScene, _ control: FrontControl) {
        (self.doors, self.scene, self.control) = (doors, scene, control)
    }

    /// Returns once the front is to end.
    func run() {
        while true {
            let (faults, isStopping) = control.take()
            if isStopping { return }
            if let faults { scene.apply(faults) }
            followFaults()
            sessions.removeAll(where: \.isOver)
            wait()
        }
    }

    private func followFaults() {
        let time = scene.faultTime
        if scene.faults.isDown(at: time) {
            for door in doors { door.shut() }
            sessions.removeAll()
        } else {
            for door in doors { door.open() }
        }
        // What went silent breaks once the fault is over, as a connection through a router that came back.
        if !scene.faults.keepsHalfOpen(at: time) { sessions.removeAll(where: \.isHalfOpen) }
        if sessions.reduce(0, { $0 + $1.bufferedBytes }) > Self.mostBufferedBytes {
            sessions.max { $0.bufferedBytes < $1.bufferedBytes }?.end()
        }
    }

    // MARK: - One round

    /// Waits for anything to happen, and deals with it.
    private func wait() {
        var polled = [pollfd(fd: control.wakeEnd, events: Int16(POLLIN), revents: 0)]
        for door in doors {
            let takes = sessions.count < Self.mostSessions
            polled.append(
                pollfd(fd: takes ? door.descriptor ?? -1 : -1, events: Int16(POLLIN), revents: 0)
            )
        }
        let throttle = scene.faults.throttle(at: scene.faultTime)
        for session in sessions { polled += Self.interests(of: session, isThrottled: throttle != nil) }
        guard poll(&polled, nfds_t(polled.count), timeout(isThrottled: throttle != nil)) >= 0 else { return }
        let served = sessions
        for (index, session) in served.enumerated() {
            let place = 1 + doors.count + 2 * index
            serve(session, polled[place].revents, polled[place + 1].revents, throttle)
        }
        for (index, door) in doors.enumerated() where polled[1 + index].revents != 0 {
            while sessions.count < Self.mostSessions, let session = door.nextSession() {
                sessions.append(session)
            }
        }
    }

    private static func interests(of session: FrontSession, isThrottled: Bool) -> [pollfd] {
        // A connection that stands still is left out: that it was closed is nothing that anybody shall notice.
        guard !session.isHalfOpen else {
            return [pollfd(fd: -1, events: 0, revents: 0), pollfd(fd: -1, events: 0, revents: 0)]
        }
        var (client, upstream): (Int16, Int16) = (0, 0)
        if session.takesRequests { client |= Int16(POLLIN) }
        if !session.toClient.isEmpty, !isThrottled { client |= Int16(POLLOUT) }
        if session.takesAnswers { upstream |= Int16(POLLIN) }
        if !session.toUpstream.isEmpty { upstream |= Int16(POLLOUT) }
        return [
            pollfd(fd: session.client.descriptor, events: client, revents: 0),
            pollfd(fd: session.upstream.descriptor, events: upstream, revents: 0),
        ]
    }

    /// Milliseconds, rounded up; -1 for as long as it takes.
    private func timeout(isThrottled: Bool) -> Int32 {
        let wakes = sessions.compactMap { $0.nextWake(isThrottled: isThrottled) }
        guard let wake = (wakes + [scene.nextFaultChange].compactMap { $0 }).min() else { return -1 }
        let now = MonotonicClock.nanoseconds
        return wake <= now ? 0 : Int32(clamping: (wake - now + 999_999) / 1_000_000)
    }

    private func serve(_ session: FrontSession, _ client: Int16, _ upstream: Int16, _ throttle: Int?) {
        guard !session.isOver else { return }
        var upstreamEnded = false
        if upstream != 0 {
            upstreamEnded = !read(from: session.upstream, into: &session.fromUpstream)
            session.takeAnswers(scene)
        }
        if client != 0, !read(from: session.client, into: &session.fromClient) { session.end() }
        // What had to wait for room in a queue may go on once that was written.
        var before: Int
        repeat {
            before = session.unreadBytes
            session.takeRequests(scene)
            session.takeAnswers(scene)
            session.write(throttle: throttle)
        } while session.unreadBytes < before
        if upstreamEnded { session.end() }
    }

    /// - Returns: false if the connection has ended.
    private func read(from socket: borrowing LoopbackSocket, into queue: inout ByteQueue) -> Bool {
        let outcome = buffer.withUnsafeMutableBytes { bytes in
            let outcome = socket.receive(into: bytes)
            if case .bytes(let count) = outcome {
                queue.append(UnsafeRawBufferPointer(rebasing: bytes.prefix(count)))
            }
            return outcome
        }
        if case .ended = outcome { return false }
        return true
    }
}
