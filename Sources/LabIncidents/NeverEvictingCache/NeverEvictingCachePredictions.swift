import LabCore

extension Prediction {
    /// What a pod of the incident predicts: the distance of the janitor's clean-ups, and the level of a full list.
    static func itemCaches(_ context: PredictionContext) -> [Prediction] {
        typealias Parameters = NeverEvictingCacheParameters
        switch context.handler {
        case IncidentHandler.janitor.name:
            return [cleanUps(every: context[Parameters.sweepInterval].inSeconds)]
        case IncidentHandler.lruCount.name:
            return [fullList(context, room: Double(context[Parameters.entries]))]
        case IncidentHandler.lruBytes.name:
            let entry = RecentItemCache.size(ofKey: "")
            let capacity = Double(context[Parameters.capacity])
            return [fullList(context, room: (capacity / Double(entry)).rounded(.down))]
        default: return []
        }
    }

    private static func cleanUps(every interval: Double) -> Prediction {
        Prediction(
            kind: .sawTooth,
            metric: MetricName.heap.rawValue,
            value: interval,
            note: "the interval of the clean-ups"
        )
    }

    /// Results with short keys, their list and its dictionary, grown one by one to one more than there is room for.
    ///
    /// What a pod keeps besides is left out: its clients for Kafka and HTTP.
    private static func fullList(_ context: PredictionContext, room: Double) -> Prediction {
        let entries = Int(min(room, context.keysPerPod ?? room).rounded())
        let tables = RecentEntries<CachedItem>.tableSize(of: entries + 1)
        let bytes = entries * CachedItem.size(ofKey: "") + tables
        return Prediction(
            kind: .plateau,
            metric: MetricName.heap.rawValue,
            value: Double(bytes),
            note: "\(grouped(Int64(entries))) results × \(ByteCount(Int64(CachedItem.size(ofKey: "")))), "
                + "and \(ByteCount(Int64(tables))) of list and dictionary"
        )
    }
}
