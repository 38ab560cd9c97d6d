import LabCore

extension VariantResult.Runtime {
    /// Fails for handlers, and where nobody found out what runs.
    init?(of variant: ObservedVariant) {
        let recorded = variant.recorded.pods.flatMap(\.lives)
        guard let name = variant.lives.compactMap(\.runtime).last else { return nil }
        func total(_ metric: MetricName) -> Double? {
            let ends = recorded.compactMap { Track($0.series[metric]).values.last }
            return ends.isEmpty ? nil : ends.reduce(0, +)
        }
        let pause = total(.collectionPause)
        let lived = variant.lives.reduce(0) { $0 + max(0, $1.lastSample - $1.start) }
        self.init(
            name: name,
            heapCeilingBytes: variant.lives.compactMap(\.heapCeiling).max(),
            heapReadings: name.hidesGarbage ? variant.lives.reduce(0) { $0 + $1[.heap].values.count } : 0,
            collections: total(.collections).map(wholeNumber),
            pauseSeconds: pause,
            pauseShare: pause.flatMap { lived > 0 ? $0 / lived : nil }
        )
    }
}
