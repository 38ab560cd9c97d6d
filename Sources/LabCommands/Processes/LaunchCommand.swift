import ArgumentParser
import LabCluster
import LabCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Joins a cgroup, raises the limit of open files and becomes another program, so that a memory limit holds from the
/// program's birth.
struct LaunchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "launch",
        abstract: "Join a cgroup and become another program.",
        shouldDisplay: false
    )

    @Option(help: ArgumentHelp("The cgroup's list of processes.", valueName: "cgroup.procs"))
    var join: String

    @Argument(
        parsing: .postTerminator,
        help: ArgumentHelp("The program and its arguments.", valueName: "command")
    )
    var command: [String]

    func run() throws {
        let error = TextFile.put(String(getpid()), to: join)
        guard error == 0 else {
            throw LabError(
                "\(join): cannot be joined: \(SystemError.words(error))",
                exitStatus: .capabilityMissing
            )
        }
        guard let program = command.first else {
            throw ValidationError("a command is missing after “--”")
        }
        LimitOfOpenFiles.raise()
        var arguments = unsafe command.map { unsafe strdup($0) } + [nil]
        unsafe execv(program, &arguments)
        throw LabError("\(program): cannot be started: \(SystemError.words(errno))")
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
