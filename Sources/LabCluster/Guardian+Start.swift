import LabCore
import Subprocess
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

extension Guardian {
    /// Runs `body` with a guardian process beside it.
    ///
    /// Whatever `body` leaves on the guardian's list when it returns or throws is ended before this returns;
    /// if this process dies instead, the guardian ends it then.
    /// - Throws: ``LabError`` if the guardian cannot be started; what `body` throws.
    package static func watching<Result: Sendable>(
        executable: String,
        _ body: @Sendable (Guardian) async throws -> Result
    ) async throws -> Result {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0, fcntl(ends[0], F_SETFD, FD_CLOEXEC) == 0,
            fcntl(ends[1], F_SETFD, FD_CLOEXEC) == 0
        else { throw LabError("guardian: no pipe: \(reason(errno))") }
        // A session of its own from birth: Ctrl-C in a terminal is meant for the lab alone.
        var options = PlatformOptions()
        options.createSession = true
        let (readEnd, guardian) = (ends[0], Guardian(writingTo: ends[1]))
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [options] in
                _ = try await Subprocess.run(
                    .path(FilePath(executable)),
                    arguments: ["guardian"],
                    platformOptions: options,
                    input: .fileDescriptor(
                        FileDescriptor(rawValue: readEnd),
                        closeAfterSpawningProcess: true
                    ),
                    output: .discarded,
                    error: .discarded
                ) { _ in }
            }
            let result: Result
            do {
                result = try await body(guardian)
            } catch {
                guardian.dismiss()
                try await group.waitForAll()
                throw error
            }
            guardian.dismiss()
            try await group.waitForAll()
            return result
        }
    }
}
