import LabCore
import LabEngine
import LabScenario
import LabTelemetry
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Keys that do something to the run which this terminal shows.
final class RunKeys: Sendable {
    private struct State {
        var run: LiveRun?
        var said: (text: String, until: ContinuousClock.Instant)?
    }

    private static let hint = "p pause · n next · + ×2 · - ×½ · h heap profile"
    /// How long what came of a key stays.
    private static let shown = Duration.seconds(5)
    /// As it was before keys were read one by one.
    private static let before = Mutex<termios?>(nil)

    private let state = Mutex(State())
    private let thread = PeriodicThread("keys", every: .milliseconds(50))

    /// Runs `body` while keys are read, if this process has a terminal to itself.
    static func reading<Result>(
        isWanted: Bool,
        _ body: (RunKeys?) async throws -> Result
    ) async throws -> Result {
        guard isWanted, isatty(STDIN_FILENO) == 1, StandardError.isTerminal, isInFront else {
            return try await body(nil)
        }
        let keys = RunKeys()
        keys.start()
        defer { keys.stop() }
        return try await body(keys)
    }

    /// Gives the terminal back as it was; also for a process that ends at once.
    static func restoreTerminal() {
        before.withLock { before in
            guard var settings = before else { return }
            _ = unsafe tcsetattr(STDIN_FILENO, TCSANOW, &settings)
            before = nil
        }
    }

    /// A process that is not would be stopped for reading.
    private static var isInFront: Bool { tcgetpgrp(STDIN_FILENO) == getpgrp() }

    func begin(_ run: LiveRun) { state.withLock { $0.run = run } }

    /// The snapshot with the keys that there are, or what came of the last one.
    func labelled(_ snapshot: LiveSnapshot) -> LiveSnapshot {
        var snapshot = snapshot
        snapshot.keys = state.withLock { state in
            guard let said = state.said, said.until > .now else { return Self.hint }
            return said.text
        }
        return snapshot
    }

    private func start() {
        var settings = termios()
        guard unsafe tcgetattr(STDIN_FILENO, &settings) == 0 else { return }
        Self.before.withLock { $0 = settings }
        settings.c_lflag &= ~tcflag_t(ICANON | ECHO)
        _ = unsafe tcsetattr(STDIN_FILENO, TCSANOW, &settings)
        thread.start { [self] thread in
            repeat { while let key = Self.key() { press(key) } } while thread.rest()
        }
    }

    private func stop() {
        thread.stop()
        thread.join()
        Self.restoreTerminal()
    }

    /// A key that was pressed and not yet read.
    private static func key() -> Character? {
        var entry = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        guard isInFront, unsafe poll(&entry, 1, 0) > 0, entry.revents & Int16(POLLIN) != 0 else {
            return nil
        }
        var byte: UInt8 = 0
        guard unsafe read(STDIN_FILENO, &byte, 1) == 1 else { return nil }
        return Character(Unicode.Scalar(byte))
    }

    private func press(_ key: Character) {
        guard let run = state.withLock({ $0.run }) else { return }
        let acts: [Character: String] = [
            "p": run.agenda.isPaused ? "resume" : "pause", "n": "next", "+": "rate 2x", "-": "rate 0.5x",
            "h": "profile",
        ]
        guard let act = acts[key] else { return }
        say("\(act) …")
        // It ends with the answer, which the desk gives at the latest when the run ends.
        Task { [self] in
            do throws(LabError) {
                let done = try await run.act([act])
                let time = done.afterMilliseconds.map { "in effect after \(Int($0.rounded())) ms" } ?? ""
                say("\(act): \(done.done == "Done." ? time : done.done)")
            } catch {
                say(error.description)
            }
        }
    }

    private func say(_ text: String) { state.withLock { $0.said = (text, .now + Self.shown) } }
}
