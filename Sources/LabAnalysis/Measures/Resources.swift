import LabCore

extension VariantResult.Memory {
    init(_ metric: MetricName, of variant: ObservedVariant, settings: AnalysisSettings) {
        self.init()
        let sum = variant.sum(of: metric)
        startBytes = variant.all.firstEvent.flatMap { sum.first(from: $0) }
        peakBytes = sum.peak
        endBytes = variant.finalMoment.flatMap { sum.value(at: $0) }
        guard variant.hasOneHandler else { return }
        bytesPerEvent = Growth.over(variant.lives, of: metric, settings: settings)?.estimate
    }
}

extension VariantResult.Tasks {
    init(of variant: ObservedVariant, settings: AnalysisSettings) {
        self.init()
        let sum = variant.sum(of: .tasks)
        let final = variant.finalMoment
        peak = wholeNumber(sum.peak ?? 0)
        end = wholeNumber(final.flatMap { sum.value(at: $0) } ?? 0)
        outlivingTheirEvent = wholeNumber(final.flatMap { variant.sum(of: .outliving).value(at: $0) } ?? 0)
        sites = Self.merged(variant)
        guard variant.hasOneHandler, variant.all.isLabelled else { return }
        perEvent = CountGrowth.over(variant.lives, of: .tasks, settings: settings)?.perEvent
    }

    /// Made in all lives; alive in those that were when the run ended.
    ///
    /// Tasks before instances, by name.
    private static func merged(_ variant: ObservedVariant) -> [VariantResult.Site] {
        struct Key: Hashable {
            var kind: String
            var site: String
        }
        var sites: [Key: VariantResult.Site] = [:]
        func add(_ lives: [Life], _ change: (inout VariantResult.Site, VariantResult.Site) -> Void) {
            for site in lives.flatMap(\.sites) {
                let empty = VariantResult.Site(site: site.site, kind: site.kind, created: 0, live: 0)
                change(&sites[Key(kind: site.kind, site: site.site), default: empty], site)
            }
        }
        add(variant.lives) { $0.created = saturatingSum($0.created, $1.created) }
        add(variant.survivors) { $0.live = saturatingSum($0.live, $1.live) }
        return sites.values.sorted { $0.kind == $1.kind ? $0.site < $1.site : $0.kind > $1.kind }
    }
}

private func saturatingSum(_ left: Int, _ right: Int) -> Int {
    let (sum, overflow) = left.addingReportingOverflow(right)
    return overflow ? (left < 0 ? .min : .max) : sum
}

extension VariantResult.CPU {
    /// From the last moment without an event to the end of each life, over all lives.
    init(of lives: [Life]) {
        self.init()
        var seconds = 0.0
        var events = 0.0
        for life in lives {
            let cpu = life[.cpu]
            guard let idleUntil = life.idleUntil, let last = cpu.values.last, let lastRead = cpu.times.last,
                let first = cpu.value(at: idleUntil) ?? cpu.values.first
            else { continue }
            seconds += max(0, last - first)
            // A killed pod's events are known to the last one, its CPU to the last reading.
            events += max(0, life.events(at: lastRead) - life.events(at: idleUntil))
        }
        secondsPerMillionEvents = events > 0 ? seconds / events * 1e6 : nil
    }
}

extension VariantResult.Pod {
    /// What a step of the scenario replaces is no restart, as a pod that replaces another counts from zero.
    init(_ pod: RecordedPod, limit: Int64?, timeScale: Double) {
        let exits = pod.lives.compactMap { life -> VariantResult.Exit? in
            guard let exit = life.exit else { return nil }
            let end = life.end ?? life.series.values.compactMap(\.times.last).max() ?? life.start
            return VariantResult.Exit(
                at: Double(end) / 1e9 * timeScale,
                reason: exit.reason,
                code: exit.code,
                peakChargeBytes: exit.peakCharge
            )
        }
        let workerKills = pod.lives.flatMap { life in
            life.processKills.map {
                VariantResult.WorkerKill(at: Double($0) / 1e9 * timeScale, life: life.index)
            }
        }
        self.init(
            name: pod.name,
            memoryLimitBytes: pod.memoryLimit ?? limit,
            restarts: pod.lives.count - Set(pod.lives.map(\.segment)).count,
            oomKills: exits.count { $0.reason == "OOMKilled" } + workerKills.count,
            exits: exits,
            workerKills: workerKills,
            processes: pod.lives.compactMap { $0.most(.processes) }.max() ?? 1,
            processesUnread: pod.lives.compactMap { $0.most(.processesUnread) }.max() ?? 0,
            ports: pod.lives.compactMap { $0.most(.port) }
        )
    }
}

extension LabFootprint {
    init(_ series: [MetricName: Series]?) {
        let rss = Track(series?[.rss])
        self.init(
            rss: Usage(startBytes: rss.values.first, peakBytes: rss.values.max(), endBytes: rss.values.last),
            cpuSeconds: Track(series?[.cpu]).values.last
        )
    }
}
