import LabCore
import Subprocess
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A process of the lab: this program again with a hidden subcommand, or a foreign command.
package struct ChildProcess: Sendable {
    package var executable: String
    package var arguments: [String]
    package var environment: [String: String]
    /// Standard output and standard error are appended here.
    package var logPath: String
    /// Joined before the program starts, so that the limit holds from birth.
    package var cgroup: MemoryCgroup?
    /// The program whose subcommand `launch` joins the cgroup; `nil` for this one.
    package var launcher: String?
    /// Wall time between SIGTERM and SIGKILL when the task that runs it is cancelled.
    package var gracePeriod: Duration = .seconds(10)

    package init(
        executable: String,
        arguments: [String],
        environment: [String: String] = [:],
        logPath: String,
        cgroup: MemoryCgroup? = nil
    ) {
        self.executable = executable
        self.arguments = arguments
        self.environment = environment
        self.logPath = logPath
        self.cgroup = cgroup
    }

    /// How a process ended.
    package enum End: Hashable, Sendable {
        case exited(Int32)
        case signaled(Int32)

        /// As a shell tells it: the exit code, or 128 plus the signal.
        package var code: Int32 {
            switch self {
            case .exited(let code): code
            case .signaled(let signal): 128 + signal
            }
        }
    }

    /// Starts the process in a process group of its own, and returns when it has ended.
    ///
    /// Cancelling the task sends SIGTERM, and SIGKILL after the grace period.
    /// - Parameter started: called once with the pid.
    /// - Returns: how it ended, and the pid that it had.
    /// - Throws: ``LabError`` if the log or the program cannot be opened.
    package func run(started: @Sendable (Int32) -> Void) async throws -> (end: End, pid: Int32) {
        let log = try openLog()
        var options = PlatformOptions()
        options.processGroupID = 0
        options.teardownSequence = [.send(signal: .terminate, allowedDurationToNextStep: gracePeriod)]
        do {
            let result = try await Subprocess.run(
                .path(FilePath(launchPath)),
                arguments: Arguments(launchArguments),
                environment: .inherit.updating(
                    Dictionary(uniqueKeysWithValues: environment.map { (.init(stringLiteral: $0), $1) })
                ),
                platformOptions: options,
                input: .none,
                output: .fileDescriptor(log, closeAfterSpawningProcess: false),
                error: .fileDescriptor(log, closeAfterSpawningProcess: false)
            ) { execution in
                started(Int32(execution.processIdentifier.value))
            }
            try? log.close()
            return (End(result.terminationStatus), Int32(result.processIdentifier.value))
        } catch let error as SubprocessError {
            try? log.close()
            throw LabError("\(executable): cannot be started: \(error.description)")
        }
    }

    /// The launcher joins the cgroup and then becomes the program.
    private var launchPath: String {
        cgroup == nil ? executable : launcher ?? (try? Executable.path()) ?? executable
    }

    private var launchArguments: [String] {
        guard let cgroup else { return arguments }
        return ["launch", "--join", cgroup.processList, "--", executable] + arguments
    }

    private func openLog() throws(LabError) -> FileDescriptor {
        do {
            return try FileDescriptor.open(
                FilePath(logPath),
                .writeOnly,
                options: [.append, .create, .closeOnExec],
                permissions: [.ownerReadWrite, .groupRead, .otherRead]
            )
        } catch {
            throw LabError("\(logPath): cannot be written: \(error)")
        }
    }
}

extension ChildProcess.End {
    init(_ status: TerminationStatus) {
        switch status {
        case .exited(let code): self = .exited(code)
        case .signaled(let signal): self = .signaled(signal)
        }
    }

    /// Such as `ended with exit code 1` or `killed by signal 9`.
    var words: String {
        switch self {
        case .exited(let code): "ended with exit code \(code)"
        case .signaled(let signal): "killed by signal \(signal)"
        }
    }
}
