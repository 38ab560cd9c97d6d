/// Reads all processes of a pod, added up: the first one, and whatever that has started.
///
/// Pages that processes share are counted in each of them. Time of a process that came and went between two readings
/// is not seen. One thread at a time.
final class PodProcessesProbe {
    /// Of more, these are read: a pod that forks without end shall not take the sampler with it.
    static let most = 256

    private let first: ProcessProbe
    private let list: () -> [Int32]
    private var others: [Int32: (probe: ProcessProbe, cpuSeconds: Double)] = [:]
    /// Of processes that have ended since.
    private var endedCPUSeconds = 0.0

    /// Fails if the first process is gone, or the system has no `/proc`.
    ///
    /// - Parameters:
    ///   - pid: of the first process.
    ///   - list: the pids of all at the time of a reading.
    init?(pid: Int32, list: @escaping () -> [Int32]) {
        guard let first = ProcessProbe(pid: pid) else { return nil }
        self.first = first
        self.list = list
    }

    /// - Returns: `nil` once the first process has ended.
    func read() -> ProcessProbe.Reading? {
        guard var sum = first.read() else { return nil }
        var present: [Int32: (probe: ProcessProbe, cpuSeconds: Double)] = [:]
        // The kernel promises neither order nor that a process stands there once.
        for pid in Set(list()).subtracting([first.pid]).sorted().prefix(Self.most) {
            guard let probe = others[pid]?.probe ?? ProcessProbe(pid: pid), let reading = probe.read() else {
                continue
            }
            present[pid] = (probe, reading.cpuSeconds)
            sum.add(reading)
        }
        endedCPUSeconds += others.filter { present[$0.key] == nil }.reduce(0) { $0 + $1.value.cpuSeconds }
        others = present
        sum.cpuSeconds += endedCPUSeconds
        return sum
    }
}

extension ProcessProbe.Reading {
    fileprivate mutating func add(_ other: ProcessProbe.Reading) {
        residentBytes += other.residentBytes
        cpuSeconds += other.cpuSeconds
        threads += other.threads
        descriptors = descriptors.flatMap { own in other.descriptors.map { own + $0 } }
    }
}
