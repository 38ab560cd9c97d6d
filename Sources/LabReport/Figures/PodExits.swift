import LabCore

/// The ends of one pod's lives.
struct PodExits: Sendable, Hashable {
    /// Seconds of incident time since the start of the run; `nil` if it was never killed.
    var firstKill: Double?
    var lastKill: Double?
    /// Of all lives, as the kernel saw it, bytes.
    var highestCharge: Double?
    /// Such as `OOMKilled (137) × 24, Completed (0)`.
    var words: String

    init(_ pod: VariantResult.Pod) {
        let kills = pod.exits.filter { $0.reason == "OOMKilled" }.map(\.at)
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
        words = counts.map { $0.count == 1 ? $0.text : "\($0.text) × \($0.count)" }.joined(separator: ", ")
    }
}
