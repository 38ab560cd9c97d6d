import ArgumentParser
import LabCluster
import LabCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Joins a cgroup, raises the limit of open files and becomes another program, so that a memory limit holds from the
/// program's birth; and so does what ties it to its parent, which this program has asked for.
struct LaunchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "launch",
        abstract: "Become another program, in a cgroup or tied to the lab.",
        shouldDisplay: false
    )

    @Option(help: ArgumentHelp("The cgroup's list of processes.", valueName: "cgroup.procs"))
    var join: String?

    @Option(help: ArgumentHelp("What the program is to preload.", valueName: "libraries"))
    var preload: String?

    @Argument(
        parsing: .postTerminator,
        help: ArgumentHelp("The program and its arguments.", valueName: "command")
    )
    var command: [String]

    func run() throws {
        try joinCgroup()
        guard let program = command.first else {
            throw ValidationError("a command is missing after “--”")
        }
        LimitOfOpenFiles.raise()
        if let preload { unsafe setenv(ChildProcess.preloadVariable, preload, 1) }
        var arguments = unsafe command.map { unsafe strdup($0) } + [nil]
        unsafe execv(program, &arguments)
        throw LabError("\(program): cannot be started: \(SystemError.words(errno))")
    }

    private func joinCgroup() throws(LabError) {
        guard let join else { return }
        let error = TextFile.put(String(getpid()), to: join)
        guard error == 0 else {
            throw LabError(
                "\(join): cannot be joined: \(SystemError.words(error))",
                exitStatus: .capabilityMissing
            )
        }
    }
}

enum LimitOfOpenFiles {
    /// Raises the soft limit to the hard one.
    static func raise() {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
