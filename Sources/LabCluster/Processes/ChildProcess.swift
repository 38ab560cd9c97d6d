import LabCore
import Subprocess
import Synchronization
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A process of the lab: this program again with a hidden subcommand, or an external command.
package struct ChildProcess: Sendable {
    package var executable: String
    package var arguments: [String]
    package var environment: [String: String]
    /// Standard output and standard error are appended here, unless they are captured.
    package var logPath: String
    /// Where the ends of standard output and standard error are kept instead; `nil` for the log.
    package var tails: (output: OutputTail, error: OutputTail)?
    /// `nil` for that of this process.
    package var workingDirectory: String?
    /// Joined before the program starts, so that the limit holds from birth.
    package var cgroup: MemoryCgroup?
    /// The program whose subcommand `launch` joins the cgroup; `nil` for this one.
    package var launcher: String?
    /// It gets SIGKILL when this process ends, however that comes about.
    package var tie = Tie.none
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

    /// Whether a process gets SIGKILL when its parent ends.
    package enum Tie: Sendable {
        case none
        /// The program is one of LeakLab's: it asks for it first of all.
        case own
        /// The launcher asks for it, and becomes the program. What that starts in its turn is not tied.
        case launched
    }

    /// By this variable of its environment a program of LeakLab's knows that it is tied to its parent, whose pid it holds.
    package static let parentVariable = "LEAKLAB_PARENT"

    /// How a process ended.
    package enum End: Hashable, Sendable {
        case exited(Int32)
        case signaled(Int32)

        /// As a shell reports it: the exit code, or 128 plus the signal.
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
        let streams = try openStreams()
        var options = PlatformOptions()
        options.processGroupID = 0
        options.teardownSequence = [.send(signal: .terminate, allowedDurationToNextStep: gracePeriod)]
        do {
            let result = try await Subprocess.run(
                .path(FilePath(launchPath)),
                arguments: Arguments(launchArguments),
                environment: wholeEnvironment,
                workingDirectory: workingDirectory.map { FilePath($0) },
                platformOptions: options,
                input: .none,
                output: .fileDescriptor(streams.output, closeAfterSpawningProcess: false),
                error: .fileDescriptor(streams.error, closeAfterSpawningProcess: false)
            ) { execution in
                // Or the reader would never see the end of what the process writes.
                streams.close()
                started(Int32(execution.processIdentifier.value))
            }
            streams.close()
            await streams.capture?.finish()
            return (End(result.terminationStatus), Int32(result.processIdentifier.value))
        } catch let error as SubprocessError {
            streams.close()
            await streams.capture?.finish()
            throw LabError("\(executable): cannot be started: \(error.description)")
        }
    }

    /// The launcher joins the cgroup, ties itself to its parent, and then becomes the program.
    private var isLaunched: Bool { cgroup != nil || tie == .launched }

    private var launchPath: String {
        isLaunched ? launcher ?? (try? Executable.path()) ?? executable : executable
    }

    private var launchArguments: [String] {
        guard isLaunched else { return arguments }
        let join = cgroup.map { ["--join", $0.processList] } ?? []
        let preload = environment[Self.preloadVariable].map { ["--preload", $0] } ?? []
        return ["launch"] + join + preload + ["--", executable] + arguments
    }

    /// ld.so(8): libraries that are loaded into a program before its own.
    package static let preloadVariable = "LD_PRELOAD"

    private var wholeEnvironment: Environment {
        var changes = environment
        // For the program, and not for the launcher: an agent in it would take the pod's page for its own.
        if isLaunched { changes[Self.preloadVariable] = nil }
        if tie != .none { changes[Self.parentVariable] = String(getpid()) }
        return .inherit.updating(
            Dictionary(uniqueKeysWithValues: changes.map { (.init(stringLiteral: $0), $1) })
        )
    }

    private func openStreams() throws(LabError) -> OutputStreams {
        guard let tails else {
            let log = try openLog()
            return OutputStreams(output: log, error: log, capture: nil)
        }
        let (capture, output, error) = try OutputCapture.start(tails.output, tails.error)
        return OutputStreams(output: output, error: error, capture: capture)
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

/// What a process writes to: its log, or the pipes that are captured.
private final class OutputStreams: Sendable {
    let output: FileDescriptor
    let error: FileDescriptor
    let capture: OutputCapture?
    private let isClosed = Atomic(false)

    init(output: FileDescriptor, error: FileDescriptor, capture: OutputCapture?) {
        self.output = output
        self.error = error
        self.capture = capture
    }

    /// Once the process has them, or never will; a second time does nothing.
    func close() {
        guard !isClosed.exchange(true, ordering: .relaxed) else { return }
        try? output.close()
        if error != output { try? error.close() }
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
