import Foundation

/// Keys of the result contract that a document lacks, as paths; a key whose value is `null` is there.
func missingKeys(in document: String) throws -> [String] {
    let root = try JSONSerialization.jsonObject(with: Data(document.utf8)) as? [String: Any] ?? [:]
    var missing = contractKeys.filter { !has($0.split(separator: ".")[...], root) }
    let variants = root["variants"] as? [[String: Any]] ?? []
    for variant in variants {
        missing += variantKeys.filter { !has($0.split(separator: ".")[...], variant) }
    }
    return missing
}

private let contractKeys = [
    "schema", "run", "scenario", "timeScale", "seed", "valid", "invalidBecause", "broker.kind",
    "broker.bootstrapServers", "variants", "expectations", "exitStatus",
]

private let variantKeys = [
    "name", "role", "control", "events.produced", "events.processed", "events.lost", "events.duplicated",
    "events.failed", "load.targetPerHour", "load.achievedPerHour", "load.scheduleDelayP99Millis",
    "latency.p50Millis", "latency.p99Millis", "latency.maxMillis", "eventAge.p50Seconds",
    "eventAge.p99Seconds",
    "eventAge.maxSeconds", "lag.peak", "lag.final", "lag.drainSeconds", "rss.startBytes", "rss.peakBytes",
    "rss.endBytes", "rss.bytesPerEvent", "heap.startBytes", "heap.peakBytes", "heap.endBytes",
    "heap.bytesPerEvent.estimate", "heap.bytesPerEvent.low", "heap.bytesPerEvent.high", "charge.startBytes",
    "charge.peakBytes", "charge.endBytes", "charge.bytesPerEvent", "tasks.peak", "tasks.end",
    "tasks.outlivingTheirEvent", "tasks.perEvent", "tasks.sites", "cpu.secondsPerMillionEvents", "pods",
    "timeToOOM.limitBytes", "timeToOOM.seconds", "findings", "flagged", "verdict", "because",
    "smallestDetectableBytesPerEvent",
]

private func has(_ path: ArraySlice<Substring>, _ object: [String: Any]) -> Bool {
    guard let key = path.first, let value = object[String(key)] else { return false }
    if path.count == 1 { return true }
    // What is unknown as a whole has no parts.
    if value is NSNull { return true }
    return (value as? [String: Any]).map { has(path.dropFirst(), $0) } ?? false
}
