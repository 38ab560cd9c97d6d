package import LabCore

/// All samples of a recording in long format, one to a line, for spreadsheets and data frames.
///
/// Columns: `time_s` seconds of wall time since the start of the run; `subject_kind` `variant`, `pod` or `process`;
/// `variant`; `pod`, which holds a process's name where the subject is one; `life` the index of the pod's
/// incarnation; `metric`; `value`, empty where it is no number; `segment`, the step that a life was started for, empty
/// where the variant takes none; `unit` of the value and `kind` of the metric, `counter` or `gauge`, both empty where
/// pods did not say. Fields are quoted as RFC 4180 has it; lines end in a line feed.
package enum CSVReport {
    package static func render(_ recording: RecordedRun) -> String {
        var text = ""
        write(recording, to: &text)
        return text
    }

    /// Writes piece by piece, so that a long recording need not be held as text.
    package static func write(_ recording: RecordedRun, to output: inout some TextOutputStream) {
        output.write("time_s,subject_kind,variant,pod,life,metric,value,segment,unit,kind\n")
        let metrics = recording.metrics
        for variant in recording.variants {
            let name = variant.header.name
            write(variant.series, metrics, as: ["variant", name, "", ""], segment: "", to: &output)
            for pod in variant.pods {
                for life in pod.lives {
                    write(
                        life.series,
                        metrics,
                        as: ["pod", name, pod.name, "\(life.index)"],
                        segment: variant.header.segmentName(of: life),
                        to: &output
                    )
                }
            }
        }
        for (process, series) in recording.processes.sorted(by: { $0.key < $1.key }) {
            // What pods said of a metric does not hold for a process's own of the same name.
            write(series, [:], as: ["process", "", process, ""], segment: "", to: &output)
        }
    }

    private static func write(
        _ series: [MetricName: Series],
        _ metrics: [MetricName: MetricDescription],
        as subject: [String],
        segment: String,
        to output: inout some TextOutputStream
    ) {
        let start = subject.map(quoted).joined(separator: ",")
        for (metric, samples) in series.sorted(by: { $0.key < $1.key }) {
            let middle = ",\(start),\(quoted(metric.rawValue)),"
            let told =
                (metrics[metric] ?? metric.definition?.description).map {
                    "\($0.unit.rawValue),\($0.kind.rawValue)"
                } ?? ","
            let end = ",\(quoted(segment)),\(told)\n"
            for (time, value) in zip(samples.times, samples.values) {
                output.write("\(seconds(time))\(middle)\(number(value))\(end)")
            }
        }
    }

    /// RFC 4180, section 2, rules 5 to 7.
    static func quoted(_ field: String) -> String {
        let needsQuotes = field.unicodeScalars.contains {
            $0 == "," || $0 == "\"" || $0 == "\n" || $0 == "\r"
        }
        guard needsQuotes else { return field }
        return "\"" + field.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
            + "\""
    }

    /// Exact, with three decimals at least.
    private static func seconds(_ nanoseconds: Int64) -> String {
        let (whole, rest) = nanoseconds.magnitude.quotientAndRemainder(dividingBy: 1_000_000_000)
        let digits = String(rest)
        var decimals = String(repeating: "0", count: 9 - digits.count) + digits
        while decimals.count > 3, decimals.last == "0" { decimals.removeLast() }
        return "\(nanoseconds < 0 ? "-" : "")\(whole).\(decimals)"
    }

    /// The shortest text that reads back as the same number; whole numbers without a point.
    private static func number(_ value: Double) -> String {
        guard value.isFinite else { return "" }
        if value == value.rounded(), abs(value) < 0x1p53 { return "\(Int64(value))" }
        return "\(value)"
    }
}
