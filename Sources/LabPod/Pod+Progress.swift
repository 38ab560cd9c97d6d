import CPlatform
import Foundation
import LabCore
import LabTelemetry

extension Pod {
    /// Tells now and then how the pod is, for one that runs without a lab: events, rate, live tasks, heap and RSS.
    ///
    /// Runs on a thread of its own until the process is asked to stop.
    package func reportProgress(every interval: Duration, _ write: @escaping @Sendable (String) -> Void) {
        let metrics = books.metrics
        let tasks = page.gauge(MetricName.tasks.rawValue)
        PeriodicThread("progress", every: interval).start { thread in
            var before: UInt64 = 0
            while thread.rest(), !cplatform_stop_requested() {
                let events = metrics.processed.load()
                let rate = Double(events - before) / interval.inSeconds
                before = events
                let heap = cplatform_read_heap()
                write(
                    "\(grouped(events)) events, \(abbreviated(rate))/s, \(grouped(metrics.failed.load())) failed, "
                        + "\(grouped(tasks.load())) tasks, heap \(ByteCount(Int64(clamping: heap.used_bytes))), "
                        + "RSS \(Self.residentBytes.map { ByteCount($0).description } ?? "unknown")"
                )
            }
        }
    }

    private static var residentBytes: Int64? {
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return nil }
        let fields = text.split(separator: " ")
        return fields.count > 1 ? Int64(fields[1]).map { $0 * Int64(sysconf(Int32(_SC_PAGESIZE))) } : nil
    }
}
