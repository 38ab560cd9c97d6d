import Foundation
import LabCluster
import LabCore
import LabEngine
import LabPod

/// What every benchmark works with: the programs, a folder for files, and a guardian, so that nothing outlives the
/// measurement however it ends.
struct Workbench: Sendable {
    /// The `leaklab` that is measured.
    let leaklab: String
    /// This program, for children that need a handler of the benchmarks' own.
    let ownPath: String
    /// `rdkafka_performance`; `nil` if it could not be compiled.
    let peer: String?
    /// Folder of the benchmarks' scenarios.
    let scenarios: String
    let scratch: Scratch
    private let guardian: Guardian

    private static let scratchSize = ByteCount.mebibytes(256)

    /// Sets the bench up, runs `body`, and leaves nothing behind.
    /// - Throws: ``LabError`` if the files or the guardian cannot be made; what `body` throws.
    static func open<Result: Sendable>(
        _ options: BenchmarkOptions,
        _ body: @escaping @Sendable (Workbench) async throws -> Result
    ) async throws -> Result {
        let scratch = try Scratch.make(
            run: "bench-\(ProcessIdentity.own.pid)",
            root: nil,
            needing: scratchSize
        )
        defer { scratch.remove() }
        let ownPath = try Executable.path()
        return try await Guardian.watching(executable: options.leaklab) { guardian in
            for place in scratch.places { guardian.watch(folder: place) }
            let bench = Workbench(
                leaklab: options.leaklab,
                ownPath: ownPath,
                peer: options.peer,
                scenarios: options.scenarios,
                scratch: scratch,
                guardian: guardian
            )
            // Inside, so that an interrupt does not reach the guardian before its time.
            return try await Interruptible.run { try await body(bench) }
        }
    }

    // MARK: - Children

    /// A child that writes what it says into a log of its own.
    func child(_ executable: String, _ arguments: [String], name: String) -> ChildProcess {
        ChildProcess(
            executable: executable,
            arguments: arguments,
            logPath: scratch.file("\(name).log")
        )
    }

    /// A child that is told what to do by a JSON file.
    func child(
        _ executable: String,
        _ verb: String,
        _ configuration: some Encodable,
        name: String
    ) throws -> ChildProcess {
        let path = scratch.file("\(name).json")
        try Report.write(String(decoding: try JSONEncoder().encode(configuration), as: UTF8.self), to: path)
        return child(executable, [verb, path], name: name)
    }

    /// A pod, with the allocator's settings that a run gives to pods.
    func pod(_ executable: String, _ verb: String, _ configuration: PodConfiguration) throws -> ChildProcess {
        var pod = try child(executable, verb, configuration, name: configuration.name)
        pod.environment = Self.podEnvironment
        return pod
    }

    static let podEnvironment = ["MALLOC_ARENA_MAX": MallocArenas.pinned]

    /// Runs a process to its end.
    ///
    /// `codes` are the exit statuses that are no failure; `started` is called with the process's pid.
    /// - Returns: all that it wrote.
    /// - Throws: ``LabError`` with its last line if it failed or took too long.
    func finish(
        _ process: ChildProcess,
        within limit: Duration,
        accepting codes: Set<Int32> = [0],
        started: @escaping @Sendable (Int32) -> Void = { _ in }
    ) async throws -> String {
        Folder.remove(process.logPath)
        let code = try await withThrowingTaskGroup(of: Int32?.self) { group in
            group.addTask { try await end(of: process, started: started) }
            group.addTask {
                try await Task.sleep(for: limit)
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
        try Task.checkCancellation()
        let output = log(of: process)
        guard let code else { throw LabError("\(process.executable): not done after \(limit.text)") }
        guard codes.contains(code) else {
            throw LabError("\(process.executable): exit status \(code): \(output.lastLine)")
        }
        return output
    }

    /// Runs `body` beside a process, and ends the process with SIGTERM when `body` returns or throws.
    ///
    /// The process joins the cgroup, if there is one; the guardian ends what is in it, should this program die.
    /// - Returns: what `body` returns.
    /// - Throws: what `body` throws, and ``LabError`` if the process cannot be started.
    func running<Result: Sendable>(
        _ process: ChildProcess,
        in cgroup: MemoryCgroup? = nil,
        _ body: @Sendable (_ pid: Int32) async throws -> Result
    ) async throws -> Result {
        Folder.remove(process.logPath)
        if let cgroup { guardian.watch(cgroup: cgroup) }
        defer { if let cgroup { guardian.release(cgroup: cgroup) } }
        let (pids, started) = AsyncStream<Int32>.makeStream()
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { started.finish() }
                _ = try await end(of: process) { started.yield($0) }
            }
            do {
                guard let pid = await pids.first(where: { _ in true }) else {
                    try await group.waitForAll()
                    throw LabError("\(process.executable): did not start")
                }
                let result = try await body(pid)
                group.cancelAll()
                try? await group.waitForAll()
                return result
            } catch let error as LabError {
                throw LabError(
                    "\(error.description) (\(process.logPath.lastPathPart): \(log(of: process).lastLine))"
                )
            }
        }
    }

    private func log(of process: ChildProcess) -> String {
        String(decoding: FileManager.default.contents(atPath: process.logPath) ?? Data(), as: UTF8.self)
    }

    private func end(of process: ChildProcess, started: @Sendable (Int32) -> Void) async throws -> Int32 {
        let (end, pid) = try await process.run { pid in
            guardian.watch(group: pid)
            started(pid)
        }
        guardian.release(group: pid)
        return end.code
    }

    // MARK: - Broker

    /// Runs `body` with an embedded broker in a process of its own; `topics` are `name:partitions`.
    func withBroker<Result: Sendable>(
        topics: [String],
        _ body: @Sendable (_ servers: String) async throws -> Result
    ) async throws -> Result {
        let announcement = scratch.file("broker.address")
        Folder.remove(announcement)
        let arguments = ["broker", "--announce-direct", announcement] + topics.flatMap { ["--topic", $0] }
        return try await running(child(leaklab, arguments, name: "broker")) { _ in
            let servers = try await wait(atMost: .seconds(20), for: "the broker's address") {
                TextFile.contents(of: announcement).flatMap {
                    $0.hasSuffix("\n") ? String($0.dropLast()) : nil
                }
            }
            return try await body(servers)
        }
    }

    /// Looks every few milliseconds until there is a value.
    /// - Throws: ``LabError`` that names what was waited for.
    func wait<Value>(
        atMost limit: Duration,
        for subject: String,
        every pause: Duration = .milliseconds(5),
        _ look: () throws -> Value?
    ) async throws -> Value {
        let deadline = ContinuousClock.now + limit
        while ContinuousClock.now < deadline {
            if let value = try look() { return value }
            try await Task.sleep(for: pause)
        }
        throw LabError("\(subject): not there after \(limit.text)")
    }
}

extension String {
    /// The last line that says something.
    var lastLine: Substring { split(separator: "\n").last { !$0.allSatisfy(\.isWhitespace) } ?? "(nothing)" }

    var lastPathPart: Substring { split(separator: "/").last ?? "" }
}
