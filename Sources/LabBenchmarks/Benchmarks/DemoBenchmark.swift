import LabCluster
import LabCore
import LabEngine
import LabTelemetry
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The demo as a user runs it: how long it takes, how much memory all of it needs, and whether the lab itself grows.
struct DemoBenchmark: Benchmark {
    let name = "demo"
    let summary = "the demo's own run, about two minutes"

    private static let limit = Duration.seconds(300)
    private static let interval = Duration.milliseconds(200)
    private static let timeTarget = 180.0
    private static let memoryTarget = 4.0 * 1_073_741_824
    private static let growthTarget = 0.1

    func run(in bench: Workbench) async throws -> [Figure] {
        let control = MemoryControl.detect()
        let cgroup = try? MemoryCgroup.create(
            named: "\(Scratch.namePrefix)bench-\(ProcessIdentity.own.pid)-demo",
            under: control,
            limit: nil
        )
        defer { cgroup.map(Self.remove) }
        let run = LabRun("service-per-event", in: bench)
        var process = run.process(name: "demo")
        if let cgroup {
            process.arguments =
                ["launch", "--join", cgroup.processList, "--", bench.leaklab] + process.arguments
        }
        let watch = TreeWatch()
        let start = ContinuousClock.now
        let output = try await Self.beside(watch) { [process] in
            try await bench.finish(process, within: Self.limit, accepting: [0, 2, 3]) { watch.begin(at: $0) }
        }
        let seconds = (ContinuousClock.now - start).inSeconds
        let result = try LabRun.result(in: output)
        return figures(result, seconds: seconds, watch.readings, peakCharge: cgroup.flatMap(Self.peak))
    }

    private func figures(
        _ result: RunResult,
        seconds: Double,
        _ readings: [TreeWatch.Reading],
        peakCharge: Double?
    ) -> [Figure] {
        let third = readings.count / 3
        let first = median(readings.prefix(third).map { Double($0.lab) })
        let last = median(readings.suffix(third).map { Double($0.lab) })
        let peak = Double(readings.map(\.all).max() ?? 0)
        return [
            Figure(
                name: "expectations met",
                value: "\(result.expectations.count { $0.met }) of \(result.expectations.count)",
                target: "all",
                isMet: result.exitStatus == 0,
                detail: result.invalidBecause.joined(separator: "; ")
            ),
            .atMost(Self.timeTarget, "wall time", seconds) { "\(decimal($0, places: 0)) s" },
            .atMost(Self.memoryTarget, "peak RSS of all processes together", peak) { ByteCount.describe($0) },
            Figure(
                name: "peak charge of all processes together",
                value: peakCharge.map { ByteCount.describe($0) } ?? "unknown",
                target: "≤ \(ByteCount.describe(Self.memoryTarget))",
                isMet: peakCharge.map { $0 <= Self.memoryTarget },
                detail: "cgroup's own mark, page cache included"
            ),
            .atMost(
                Self.growthTarget,
                "growth of the lab's own RSS, first third to last",
                last / first - 1,
                detail: "\(ByteCount.describe(first)) and \(ByteCount.describe(last))"
            ) { "\(decimal($0 * 100, places: 1)) %" },
            Figure(
                name: "lab's CPU",
                value: result.lab.cpuSeconds.map { "\(decimal($0, places: 2)) s" } ?? "unknown"
            ),
        ]
    }

    /// Runs `body` while `watch` reads now and then.
    private static func beside(
        _ watch: TreeWatch,
        _ body: @escaping @Sendable () async throws -> String
    ) async throws -> String {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                while !Task.isCancelled {
                    watch.read()
                    try? await Task.sleep(for: interval)
                }
            }
            defer { group.cancelAll() }
            return try await body()
        }
    }

    // MARK: - Control group

    private static func peak(of cgroup: MemoryCgroup) -> Double? {
        let file = cgroup.version == 2 ? "memory.peak" : "memory.max_usage_in_bytes"
        return TextFile.contents(of: "\(cgroup.path)/\(file)").flatMap { Double($0.filter { $0 != "\n" }) }
    }

    /// The lab may have made a group for itself below this one.
    private static func remove(_ cgroup: MemoryCgroup) {
        for entry in Folder.entries(of: cgroup.path) where entry.hasPrefix(Scratch.namePrefix) {
            MemoryCgroup(path: "\(cgroup.path)/\(entry)", version: cgroup.version).remove()
        }
        cgroup.remove()
    }
}

/// Reads how much memory a process and all that it started have, again and again.
final class TreeWatch: Sendable {
    struct Reading: Hashable, Sendable {
        /// Resident bytes of the first process.
        var lab: Int64
        /// Resident bytes of all processes together; pages that they share count for each.
        var all: Int64
    }

    private let root = Atomic(Int32(0))
    private let kept = Mutex<[Reading]>([])

    func begin(at pid: Int32) { root.store(pid, ordering: .relaxed) }

    var readings: [Reading] { kept.withLock { $0 } }

    func read() {
        let pid = root.load(ordering: .relaxed)
        guard pid != 0, let reading = ProcessTree.now.memory(from: pid) else { return }
        kept.withLock { $0.append(reading) }
    }
}

/// Who started whom, as `/proc` tells it at one instant.
struct ProcessTree: Sendable {
    private var children: [Int32: [Int32]] = [:]
    private var resident: [Int32: Int64] = [:]

    static var now: ProcessTree {
        var tree = ProcessTree()
        for entry in Folder.entries(of: "/proc") {
            guard let pid = Int32(entry), let line = TextFile.contents(of: "/proc/\(pid)/stat") else {
                continue
            }
            tree.add(pid, line)
        }
        return tree
    }

    /// Takes one process's line of `/proc/PID/stat` (proc_pid_stat(5)).
    mutating func add(_ pid: Int32, _ line: String) {
        guard let bracket = line.lastIndex(of: ")"), let statistics = ProcessStatistics(parsing: line) else {
            return
        }
        let fields = line[line.index(after: bracket)...].split(separator: " ")
        guard fields.count > 1, let parent = Int32(fields[1]) else { return }
        children[parent, default: []].append(pid)
        resident[pid] = Int64(statistics.residentPages) * Self.pageSize
    }

    /// - Returns: `nil` if there is no such process.
    func memory(from root: Int32) -> TreeWatch.Reading? {
        guard let lab = resident[root] else { return nil }
        var all: Int64 = 0
        var open = [root]
        while let pid = open.popLast() {
            all += resident[pid] ?? 0
            open += children[pid] ?? []
        }
        return TreeWatch.Reading(lab: lab, all: all)
    }

    private static let pageSize = Int64(sysconf(Int32(_SC_PAGESIZE)))
}
