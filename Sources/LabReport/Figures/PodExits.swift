import LabCore

/// The ends of one pod's lives.
struct PodExits: Sendable, Hashable {
    /// Seconds of incident time since the start of the run; `nil` if it was never killed.
    var firstKill: Double?
    var lastKill: Double?
    /// Of all lives, as the kernel saw it, bytes.
    var highestCharge: Double?
    /// Such as `OOMKilled (137) × 24, Completed (0)`, and after that, such as `6 other processes killed`.
    var words: String

    init(_ pod: VariantResult.Pod) {
        let kills = pod.exits.filter { $0.reason == "OOMKilled" }.map(\.at) + pod.workerKills.map(\.at)
        firstKill = kills.min()
        lastKill = kills.max()
        highestCharge = pod.exits.compactMap(\.peakChargeBytes).max().map(Double.init)
        var counts: [(text: String, count: Int)] = []
        for exit in pod.exits {
            let text = "\(exit.reason) (\(exit.code))"
            if let index = counts.firstIndex(where: { $0.text == text }) {
                counts[index].count += 1
            } else {
                counts.append((text, 1))
            }
        }
        let ends = counts.map { $0.count == 1 ? $0.text : "\($0.text) × \($0.count)" }
        words = (ends + [pod.workerKillWords].compactMap(\.self)).joined(separator: ", ")
    }
}

extension VariantResult.Pod {
    /// Such as `6 other processes killed`; `nil` if none was.
    fileprivate var workerKillWords: String? {
        let kills = workerKills.count
        return kills == 0 ? nil : "\(grouped(kills)) other \(kills == 1 ? "process" : "processes") killed"
    }
}
