import LabCore

extension Prediction {
    /// Where `lru-by-count` settles: as many results as there is room for, or as there are to ask for, of their mean
    /// size.
    ///
    /// What a pod keeps besides is left out: its client library, and the cache's own keys and nodes.
    static func fullListCache(_ context: PredictionContext) -> Prediction {
        typealias Parameters = OversizedResultCacheParameters
        let smallest = ByteCount(Int64(context[Parameters.smallestResult]))
        let sizes = PayloadSize.logUniform(
            minimum: smallest,
            maximum: max(smallest, ByteCount(Int64(context[Parameters.largestResult])))
        )
        let room = Double(context[Parameters.entries])
        let entries = min(room, context.keysPerPod ?? room).rounded()
        let result = Double(AllocatedBytes.array(ofBytes: Int(sizes.mean.rounded(.up))))
        return Prediction(
            kind: .plateau,
            metric: MetricName.heap.rawValue,
            value: entries * result,
            note: "\(grouped(Int64(clamping: Int(entries)))) results × \(ByteCount.describe(result))"
        )
    }
}
