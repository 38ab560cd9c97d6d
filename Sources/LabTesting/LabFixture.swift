import Foundation
import LabCluster
import LabCore
import Synchronization

/// A place of its own for a test's runs: store, scratch space and scenario files, with the program that uses them.
///
/// Everything that the program starts inherits the fixture's folder in its environment, so that what is left behind
/// can be told from what other labs on this machine do.
package final class LabFixture: Sendable {
    package let folder: String
    private let program: String
    private let startedPrograms = Atomic(0)

    /// Every file of the test goes here.
    package var store: String { "\(folder)/store" }
    package var scratch: String { "\(folder)/scratch" }

    private init() throws {
        program = try LabProgram.path()
        folder = "\(NSTemporaryDirectory())leaklab-test-\(UUID().uuidString)"
        try Folder.make(scratch)
    }

    /// Runs a test's body in a fixture, and afterwards looks for what it left.
    ///
    /// `LEAKLAB_KEEP_SCRATCH=1` in the environment spares the folder.
    /// - Throws: ``LabError`` that lists processes, cgroups and files that are still there two seconds after the body;
    ///   what the body throws.
    package static func with(_ body: (LabFixture) async throws -> Void) async throws {
        let lab = try LabFixture()
        defer {
            if ProcessInfo.processInfo.environment["LEAKLAB_KEEP_SCRATCH"] != "1" {
                Folder.remove(lab.folder)
            }
        }
        do {
            try await body(lab)
        } catch {
            // Guardians first get their chance to clean up after labs that were killed.
            try? await lab.expectNothingLeft()
            for process in lab.processes() { process.send(SIGKILL) }
            throw error
        }
        try await lab.expectNothingLeft()
    }

    // MARK: - The program

    /// Runs `leaklab` to its end, with this fixture's store and scratch space.
    /// - Parameters:
    ///   - arguments: the subcommand, and what follows it.
    ///   - environment: over the test's own.
    ///   - openFiles: how many descriptors the program and each of its children may have; `nil` for no change.
    ///   - body: runs beside the program, which is killed if it throws.
    /// - Returns: its exit status and what it said.
    /// - Throws: ``LabError`` if it cannot be started; what `body` throws.
    package func leaklab(
        _ arguments: String...,
        environment: [String: String] = [:],
        openFiles: Int? = nil,
        while body: @escaping @Sendable (RunningProgram) async throws -> Void = { _ in }
    ) async throws -> ProgramEnd {
        try await leaklab(arguments, environment: environment, openFiles: openFiles, while: body)
    }

    /// The same, with arguments from a list.
    package func leaklab(
        _ arguments: [String],
        environment: [String: String] = [:],
        openFiles: Int? = nil,
        while body: @escaping @Sendable (RunningProgram) async throws -> Void = { _ in }
    ) async throws -> ProgramEnd {
        try await start(program, arguments, environment, openFiles, body)
    }

    /// Runs lines of the shell to their end, or to the first that fails, as somebody would type them in `folder`.
    /// - Returns: the exit status, and what they said.
    /// - Throws: ``LabError`` if the shell cannot be started.
    package func shell(
        _ script: String,
        in folder: String,
        environment: [String: String] = [:]
    ) async throws -> ProgramEnd {
        let arguments = ["-e", "-c", #"cd "$1"; eval "$2""#, "sh", folder, script]
        return try await start("/bin/sh", arguments, environment, nil) { _ in }
    }

    /// Runs any program to its end, in this fixture's surroundings.
    /// - Parameters:
    ///   - program: its path, or its name to be found in `PATH`.
    ///   - arguments: without its name.
    ///   - environment: over the test's own.
    ///   - body: runs beside the program, which is killed if it throws.
    /// - Returns: its exit status and what it said.
    /// - Throws: ``LabError`` if it cannot be started; what `body` throws.
    package func run(
        _ program: String,
        _ arguments: [String],
        environment: [String: String] = [:],
        while body: @escaping @Sendable (RunningProgram) async throws -> Void = { _ in }
    ) async throws -> ProgramEnd {
        try await start(program, arguments, environment, nil, body)
    }

    private func start(
        _ program: String,
        _ arguments: [String],
        _ environment: [String: String],
        _ openFiles: Int?,
        _ body: @escaping @Sendable (RunningProgram) async throws -> Void
    ) async throws -> ProgramEnd {
        let number = startedPrograms.add(1, ordering: .relaxed).newValue
        let outputPath = "\(folder)/\(number).out"
        let limit = openFiles.map { "ulimit -n \($0); " } ?? ""
        let script = limit + #"out=$1; shift; exec "$@" >"$out""#
        var child = ChildProcess(
            executable: "/bin/sh",
            arguments: ["-c", script, "sh", outputPath, program] + arguments,
            environment: surroundings.merging(environment) { $1 },
            logPath: "\(folder)/\(number).err"
        )
        child.gracePeriod = .zero
        let start = ContinuousClock.now
        let end = try await Self.run(child, outputPath, body)
        return ProgramEnd(
            status: end.code,
            output: TextFile.contents(of: outputPath) ?? "",
            errors: TextFile.contents(of: child.logPath) ?? "",
            duration: .now - start
        )
    }

    private static func run(
        _ child: ChildProcess,
        _ outputPath: String,
        _ body: @escaping @Sendable (RunningProgram) async throws -> Void
    ) async throws -> ChildProcess.End {
        let (pids, started) = AsyncStream.makeStream(of: Int32.self)
        return try await withThrowingTaskGroup(of: ChildProcess.End?.self) { group in
            group.addTask {
                defer { started.finish() }
                return try await child.run { started.yield($0) }.end
            }
            group.addTask {
                for await pid in pids {
                    try await body(
                        RunningProgram(pid: pid, outputPath: outputPath, errorsPath: child.logPath)
                    )
                }
                return nil
            }
            var end: ChildProcess.End?
            for try await result in group { end = result ?? end }
            guard let end else { throw LabError("leaklab did not start") }
            return end
        }
    }

    private var surroundings: [String: String] {
        [
            "LEAKLAB_STORE": store, "LEAKLAB_SCRATCH": scratch, "LEAKLAB_BOOTSTRAP_SERVERS": "",
            "NO_COLOR": "1",
        ]
    }

    /// Writes a file into the fixture's folder.
    /// - Returns: its path.
    package func write(_ text: String, to name: String) throws -> String {
        let path = "\(folder)/\(name)"
        let error = TextFile.put(text, to: path, creating: true)
        guard error == 0 else { throw LabError("\(path): cannot be written: \(SystemError.words(error))") }
        return path
    }

    // MARK: - What there is

    /// Living processes of this fixture, those of a subcommand only if one is named.
    package func processes(_ subcommand: String? = nil) -> [ListedProcess] {
        ProcessTable.processes(withEnvironment: "LEAKLAB_STORE=\(store)\0").filter { process in
            subcommand == nil || process.arguments.dropFirst().first == subcommand
        }
    }

    /// Ids of the runs in the store.
    package var runs: [String] { Folder.entries(of: store) }

    /// Processes, cgroups and files of this fixture's runs, in words.
    package func leftBehind() -> [String] {
        let processes = processes().map { "process \($0.pid): \($0.arguments.joined(separator: " "))" }
        let files = Folder.entries(of: scratch).map { "\(scratch)/\($0)" }
        let places = ["/tmp", "/dev/shm", MemoryControl.detect().place?.root].compactMap(\.self)
        let ofRuns = places.flatMap { place in
            Folder.entries(of: place)
                .filter { name in runs.contains { name.hasPrefix("leaklab-\($0)") } }
                .map { "\(place)/\($0)" }
        }
        return processes + files + ofRuns
    }

    private func expectNothingLeft() async throws {
        do {
            try await eventually("nothing is left", within: .seconds(2)) { leftBehind().isEmpty }
        } catch {
            throw LabError("left behind: \(leftBehind().joined(separator: "; "))")
        }
    }
}
