import LabCore

extension Life {
    /// What runs it; `nil` for a handler, and where nobody found out.
    var runtime: ProgramRuntime? { self[.runtime].values.last.flatMap(ProgramRuntime.init) }

    /// Bytes that its heap may come to before it is collected; `nil` if that is unknown.
    var heapCeiling: Double? { self[.heapCeiling].values.max() }

    /// What it holds may be garbage, of which resident memory does not show how much.
    var hidesGarbage: Bool { runtime?.hidesGarbage ?? false }

    /// Bytes that can be kept without showing in a metric of resident memory: what was garbage, or room for it, when it began to be
    /// looked at may have been taken by what lives.
    func unseen(in metric: MetricName, settings: AnalysisSettings) -> Double {
        guard metric != .heap else { return 0 }
        guard hidesGarbage, let usable, let start = self[metric].interpolated(at: usable.from) else {
            return settings.unseenResidentBytes
        }
        return max(settings.unseenResidentBytes, start)
    }
}
