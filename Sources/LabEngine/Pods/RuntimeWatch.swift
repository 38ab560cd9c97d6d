import LabCluster
import LabCore
import LabScenario
import LabTelemetry

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Follows the runtime of one life of a command: what it is, what its collector did, and what a collection left.
///
/// Live heap has one reading for each collection of the whole heap: what is resident or allocated between two of them is garbage too,
/// and says nothing. One thread.
struct RuntimeWatch {
    typealias Address = (PodEndpoint) -> (port: Int, path: String)?

    private let life: CommandLife
    private let settings: RuntimeSettings
    /// The scenario says which metric is the live heap.
    private let hasOwnHeap: Bool
    private let warmUp: Duration
    private let recorder: StageRecorder
    private let address: Address

    private var process: RuntimeProcess?
    private var heapSettings: HeapSettings?
    private var recorded: [MetricName: Double] = [:]
    private var wasRecording = false
    /// What was found is what was looked for.
    private var isSettled = false
    private var nextCollection: ContinuousClock.Instant?
    private var wasJustCollected = false
    private var restIsCollected = false
    private var hasFailed = false
    private var jvm = JVMHeap()
    private var go = GoHeap()

    /// What a page is read for besides what the scenario asks for.
    static let metrics = GoHeap.metrics.union(JVMHeap.metrics)

    private static let patience = Duration.seconds(10)
    /// A launcher, a shell or a wrapper may become something else for so long.
    private static let settling = Duration.seconds(30)

    init(
        _ life: CommandLife,
        settings: RuntimeSettings,
        hasOwnHeap: Bool,
        warmUp: Duration,
        recorder: StageRecorder,
        address: @escaping Address
    ) {
        self.life = life
        self.settings = settings
        self.hasOwnHeap = hasOwnHeap
        self.warmUp = warmUp
        self.recorder = recorder
        self.address = address
    }

    private var age: Duration { recorder.age(of: life) }

    private var runtime: ProgramRuntime? { process?.runtime }

    /// Finds out what runs, as long as that may change.
    mutating func look() {
        // What was said before the recording began has to be said again.
        if !wasRecording, recorder.hasBegun { (wasRecording, recorded) = (true, [:]) }
        defer { if let process { record(process.runtime.code, of: .runtime) } }
        guard process == nil || (!isSettled && age < Self.settling) else { return }
        guard let processes = recorder.processes(of: life),
            let found = RuntimeProcess.largest(of: processes, runtime: settings.runtime)
        else { return }
        isSettled = found.runtime == settings.runtime ?? found.runtime && found.runtime != .native
        set(RuntimeProcess(pid: found.pid, runtime: settings.runtime ?? found.runtime))
    }

    private mutating func set(_ process: RuntimeProcess) {
        self.process = process
        heapSettings = HeapSettings(of: process)
    }

    private mutating func record(
        _ value: Double,
        of metric: MetricName,
        at time: UInt64 = MonotonicClock.nanoseconds
    ) {
        guard recorded[metric] != value else { return }
        recorded[metric] = value
        recorder.sampled(value, of: metric, target: life.target, at: time)
    }

    // MARK: - Reading

    /// - Parameter reading: of the pod's metrics; `nil` without any.
    mutating func read(_ reading: PrometheusText.Reading?) {
        defer { wasJustCollected = false }
        if runtime == .native, settings.runtime == nil, let found = reading?.runtime, let process {
            set(RuntimeProcess(pid: process.pid, runtime: found))
        }
        guard let process else { return }
        let facts: HeapFacts? =
            switch process.runtime {
            case .go: heapSettings.flatMap { go.read(reading, $0, isFresh: wasJustCollected) }
            case .jvm: jvm.read(JVMCounters(of: process.pid), reading)
            case .native, .python, .node, .dotnet: nil
            }
        let ceiling = facts?.ceiling ?? heapSettings?.ceiling.map(Double.init)
        if let ceiling { record(ceiling, of: .heapCeiling) }
        guard let facts else { return }
        if let collections = facts.collections { record(collections, of: .collections) }
        if let pause = facts.pauseSeconds { record(pause, of: .collectionPause) }
        guard !hasOwnHeap, let live = facts.live else { return }
        let now = MonotonicClock.nanoseconds
        let ago = UInt64(max(0, facts.secondsAgo ?? 0) * 1e9)
        recorder.sampled(live, of: .heap, target: life.target, at: now - min(ago, now))
    }

    // MARK: - Collecting

    /// At the end of the warm-up, from then on again and again, and once more when the pod has nothing left to do.
    mutating func collectIfDue() {
        guard settings.collection != .no, recorder.hasBegun, age >= warmUp, let process else { return }
        let isAtRest = recorder.isAtRest(life)
        let isDue = nextCollection.map { ContinuousClock.now >= $0 } ?? true
        guard isDue || (isAtRest && !restIsCollected) else { return }
        nextCollection = ContinuousClock.now + settings.every
        restIsCollected = isAtRest
        do throws(MetricsRequest.Failure) {
            try collect(process)
            wasJustCollected = true
        } catch {
            guard !hasFailed else { return }
            hasFailed = true
            let message = "no collection could be asked for: \(error)"
            recorder.note("NotCollected", of: "pod/\(life.pod)", message, isWarning: true)
        }
    }

    private func collect(_ process: RuntimeProcess) throws(MetricsRequest.Failure) {
        if let signal = settings.collection.signal {
            guard ProcessText.catches(signal, process.pid) else {
                throw MetricsRequest.Failure(
                    description: "the program has no handler for \(settings.collection.rawValue)"
                )
            }
            kill(process.pid, signal)
            return
        }
        if let pprof = settings.pprof {
            guard let (port, path) = address(pprof) else {
                throw MetricsRequest.Failure(description: "the pod has no port")
            }
            _ = try MetricsRequest(port: port, path: "\(path)/heap?gc=1", limit: Self.patience).answer()
        } else if process.runtime == .jvm {
            try JVMAttach.collect(process.pid)
        } else {
            throw MetricsRequest.Failure(
                description:
                    "\(process.runtime.words) has no way that the lab knows: name one, “pprof” or “collect: SIGUSR2”"
            )
        }
    }
}

extension RuntimeSettings.Collection {
    fileprivate var signal: Int32? {
        switch self {
        case .no, .yes: nil
        case .hangup: SIGHUP
        case .user1: SIGUSR1
        case .user2: SIGUSR2
        }
    }
}

extension PrometheusText.Reading {
    /// By names that the usual libraries of a language give.
    fileprivate var runtime: ProgramRuntime? {
        let prefixes: [(String, ProgramRuntime)] = [
            ("go_memstats_", .go), ("jvm_", .jvm), ("python_gc_", .python), ("nodejs_", .node),
            ("dotnet_", .dotnet),
        ]
        return prefixes.first { prefix, _ in names.contains { $0.hasPrefix(prefix) } }?.1
    }
}
