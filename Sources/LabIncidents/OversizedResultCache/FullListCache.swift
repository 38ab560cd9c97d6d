import LabCore

extension Prediction {
    /// Where `lru-by-count` settles: as many results as there is room for, or as there are to ask for, of their mean
    /// size.
    ///
    /// What a pod keeps besides is left out: its client library, and the cache's own keys and nodes.
    static func fullListCache(_ context: PredictionContext) -> Prediction {
        typealias Knobs = OversizedResultCacheParameters
        let smallest = context.size(Knobs.smallestResult)
        let sizes = PayloadSize.logUniform(
            minimum: smallest,
            maximum: max(smallest, context.size(Knobs.largestResult))
        )
        let room = context.wholeNumber(Knobs.entries)
        let entries = min(room, context.keysPerPod ?? room).rounded()
        let result = allocated(arrayOf: sizes.mean)
        return Prediction(
            kind: .plateau,
            metric: MetricName.heap.rawValue,
            value: entries * result,
            note: "\(grouped(Int64(clamping: Int(entries)))) results × \(ByteCount.describe(result))"
        )
    }

    /// Bytes that the allocator counts for an array of so many: the array's head of 32 bytes, and the chunk's of 8,
    /// in steps of 16 (glibc's `malloc.c`, `request2size`).
    private static func allocated(arrayOf bytes: Double) -> Double {
        ((bytes + 32 + 8) / 16).rounded(.up) * 16
    }
}
