import LabCore

extension RunSections {
    /// More charts of an incident's own metrics are folded away.
    private static let mostUnfolded = 4

    /// All charts over the same time axis, one below the other; those in which nothing moves are folded away.
    var charts: Section {
        let metrics = factory.otherMetrics
        let incident = metrics.own.enumerated().map { index, metric in
            (metric, factory.chart(ofIncident: factory.figure(of: metric), index: index))
        }.filter { !$0.1.isEmpty }
        let readings = metrics.process.enumerated().map { index, metric in
            (metric, factory.chart(ofProcess: metric, index: metrics.own.count + index))
        }.filter { !$0.1.isEmpty }
        // How late events are is no matter where nobody was ever late.
        let kinds = ReportChart.allCases.filter { $0 != .age || report.hasLateEvents }
        let main = kinds.map(factory.chart).filter { !$0.isEmpty }
        let isLimited = report.hasLimit(for:)
        let limited = (incident + readings).filter { isLimited($0.0) }.map(\.1)
        let all = (main + limited, incident.filter { !isLimited($0.0) }.map(\.1))
        let process = readings.filter { !isLimited($0.0) }.map(\.1)
        let (shown, own) = (all.0.filter { !$0.isFlat }, all.1.filter { !$0.isFlat })
        let flat = (all.0 + all.1 + process).filter(\.isFlat)
        let isFolded = own.count > Self.mostUnfolded
        let what = "What the incident \(limited.isEmpty ? "itself counts" : "counts besides")"
        let blocks =
            figures(shown + (isFolded ? [] : own))
            + [
                folded("\(what), in \(own.count) charts", isFolded ? own : []),
                folded(
                    "Threads, descriptors and other readings of the pods",
                    process.filter { !$0.isFlat }
                ),
                folded("Nothing but zero: \(flat.map(\.title).joined(separator: ", "))", flat),
            ]
        let isEmpty = shown.isEmpty && own.isEmpty
        return Section(
            "charts",
            "Over time",
            (isEmpty ? [.paragraph("Nothing was recorded.")] : []) + blocks
        )
        .note(note(main)).shown(in: .page)
    }

    private func folded(_ title: String, _ charts: [Chart]) -> Block {
        .section(Section("", title, figures(charts)).folded(in: .page))
    }

    private func figures(_ charts: [Chart]) -> [Block] { charts.map { .figure(.chart($0)) } }

    private func note(_ main: [Chart]) -> String {
        let rows = main.first?.markRows ?? []
        let sentences = [
            report.timeScale == 1
                ? nil
                : "Time is incident time: \(Figure.number(report.timeScale))× as fast as the clock on the wall.",
            report.header.phases.isEmpty ? nil : "Shaded bands are the phases of the load.",
            report.steps.isEmpty ? nil : "Upright lines with names are the steps of the scenario.",
            rows.contains(where: \.isKill)
                ? "Crosses below a chart are pods killed at their limit, with their number where they are many."
                : nil,
            rows.contains { !$0.isKill } ? "Triangles are other warnings." : nil,
        ]
        return sentences.compactMap(\.self).joined(separator: " ")
    }
}

extension RunReport {
    /// Whether the scenario sets a limit to the metric or to the family that it is a member of, such as `requests.`.
    fileprivate func hasLimit(for metric: MetricName) -> Bool {
        let names = header.findings.filter { $0.limit != nil }.map(\.metric) + header.resources
        return names.contains { metric.rawValue == $0 || metric.rawValue.hasPrefix("\($0).") }
    }

    /// Whether a pod was killed, or a variant did not keep up.
    fileprivate var hasLateEvents: Bool {
        result.variants.contains { $0.oomKills > 0 || ($0.lag.worstStatus ?? .ok) > .ok }
    }
}
