package import LabCore
import Subprocess
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

extension Guardian {
    /// A guardian that ends sooner than this, unless somebody has killed it, may be one that cannot live here.
    private static let shortLife = Duration.seconds(5)
    private static let mostShortLives = 3
    /// For its last work; whatever it leaves undone is done by this process.
    private static let patience = Duration.seconds(5)

    /// Runs `body` with a guardian process beside it.
    ///
    /// Whatever `body` leaves on the guardian's list when it returns or throws is ended before this returns;
    /// if this process dies instead, the guardian ends it then. A guardian that ends before its time gets a successor
    /// with the same list; after three in a row that ended of their own within five seconds there is none, and what is
    /// on the list is ended by this process alone.
    /// - Parameters:
    ///   - executable: the program whose subcommand `guardian` it is.
    ///   - environment: over that of this process.
    ///   - onRestart: called, on any thread, when a successor has started.
    ///   - onLoss: called, on any thread, when there will be no other one.
    ///   - body: the lab's work.
    /// - Returns: what `body` returns.
    /// - Throws: ``LabError`` if the first guardian cannot be started, before `body` begins; what `body` throws.
    package static func watching<Result: Sendable>(
        executable: String,
        environment: [String: String] = [:],
        onRestart: @escaping @Sendable (String) -> Void = { _ in },
        onLoss: @escaping @Sendable (LabError) -> Void = { _ in },
        _ body: @Sendable (Guardian) async throws -> Result
    ) async throws -> Result {
        let guardian = Guardian()
        let (starts, started) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        // Not a child task, so that a cancellation of the lab's work does not end the guardian before that work has
        // ended; awaited on every way out.
        let keeper = Task {
            defer { started.finish() }
            return try await guardian.keep(executable, environment, onRestart, onLoss) { started.yield() }
        }
        var iterator = starts.makeAsyncIterator()
        guard await iterator.next() != nil || Task.isCancelled else {
            _ = try await keeper.value
            throw LabError("guardian: ended before it began")
        }
        do {
            let result = try await body(guardian)
            await guardian.dismiss(keeper)
            return result
        } catch {
            await guardian.dismiss(keeper)
            throw error
        }
    }

    private func dismiss(_ keeper: Task<Bool, any Error>) async {
        dismiss()
        // Beside the wait for the guardian, which would have no end if somebody has stopped it; ended below.
        let patience = Task {
            try await Task.sleep(for: Self.patience)
            if let pid { kill(pid, SIGKILL) }
        }
        let hasDoneItsWork = (try? await keeper.value) ?? false
        patience.cancel()
        if !hasDoneItsWork { endEverything() }
    }

    /// Keeps a guardian process running until it is dismissed.
    /// - Returns: whether the last one has ended by itself, its work done.
    private func keep(
        _ executable: String,
        _ environment: [String: String],
        _ onRestart: @Sendable (String) -> Void,
        _ onLoss: @Sendable (LabError) -> Void,
        started: @Sendable () -> Void
    ) async throws -> Bool {
        var shortLives = 0
        var lastEnd: ChildProcess.End?
        while true {
            let start = ContinuousClock.now
            let end = try await run(executable, environment) { [lastEnd] pid in
                started()
                if let lastEnd { onRestart("guardian: \(lastEnd.words); process \(pid) has taken its place") }
            }
            disconnect()
            if isDismissed { return end == .exited(0) }
            let wasKilled = end == .signaled(SIGKILL) || end == .signaled(SIGTERM)
            shortLives = !wasKilled && .now - start < Self.shortLife ? shortLives + 1 : 0
            guard shortLives < Self.mostShortLives else {
                onLoss(
                    LabError(
                        "guardian: \(end.words), as \(shortLives) in a row have done at once",
                        hint:
                            "If the lab is killed now, “\(Program.name) doctor --clean” removes what it leaves."
                    )
                )
                return false
            }
            lastEnd = end
        }
    }

    private func run(
        _ executable: String,
        _ environment: [String: String],
        started: @Sendable (Int32) -> Void
    ) async throws -> ChildProcess.End {
        // A session of its own from birth: Ctrl-C in a terminal is meant for the lab alone.
        var options = PlatformOptions()
        options.createSession = true
        let pipe = try connect()
        do {
            let result = try await Subprocess.run(
                .path(FilePath(executable)),
                arguments: ["guardian"],
                environment: .inherit.updating(
                    Dictionary(uniqueKeysWithValues: environment.map { (.init(stringLiteral: $0), $1) })
                ),
                platformOptions: options,
                input: .fileDescriptor(
                    pipe.readEnd,
                    closeAfterSpawningProcess: false
                ),
                output: .discarded,
                error: .discarded
            ) { execution in
                self.started(pid: Int32(execution.processIdentifier.value))
                started(Int32(execution.processIdentifier.value))
            }
            return ChildProcess.End(result.terminationStatus)
        } catch let error as SubprocessError {
            throw LabError("guardian: cannot be started: \(error.description)")
        }
    }
}
