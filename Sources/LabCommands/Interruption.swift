import LabCore
import LabEngine

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Ctrl-C and SIGTERM: the first ends the run gracefully, the second ends this process at once — whereupon the guardian
/// ends all others.
enum Interruption {
    static func watching<Result: Sendable>(
        _ stop: StopSwitch,
        ends what: String = "the run",
        _ body: @Sendable () async throws -> Result
    ) async throws -> Result {
        let signals = await SignalSource(SIGINT, SIGTERM)
        defer { signals.cancel() }
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [arrivals = signals.arrivals] in
                // Counted, since a run that is already ending for another reason keeps that reason.
                var isRepeated = false
                for await _ in arrivals {
                    if isRepeated {
                        RunKeys.restoreTerminal()
                        _exit(ExitStatus.interrupted.rawValue)
                    }
                    isRepeated = true
                    StandardError.write(
                        "\n\(Program.name): ending \(what); Ctrl-C again ends everything at once\n"
                    )
                    stop.stop(.interrupted)
                }
            }
            defer { group.cancelAll() }
            return try await body()
        }
    }
}
