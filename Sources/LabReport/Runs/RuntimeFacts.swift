import LabCore

extension VariantResult.Runtime {
    /// Such as `the JVM, heap up to 512 MiB, live heap read after 34 collections, 41 collections in all, paused 0.21 s (0.1 %)`.
    var facts: String {
        var facts = [name.words]
        if let heapCeilingBytes { facts.append("heap up to \(Figure.bytes(heapCeilingBytes))") }
        if heapReadings > 0 { facts.append("live heap read \(grouped(heapReadings)) times") }
        if let collections { facts.append("\(grouped(collections)) collections") }
        if let pauseSeconds {
            let share = pauseShare.map { " (\(Figure.number($0 * 100)) %)" } ?? ""
            facts.append("paused \(Figure.duration(pauseSeconds))\(share)")
        }
        return facts.joined(separator: ", ")
    }
}
