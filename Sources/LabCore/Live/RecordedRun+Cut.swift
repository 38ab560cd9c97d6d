extension RecordedRun {
    /// The run as it was recorded up to a moment, nanoseconds of wall time since its start: what a replay has by then.
    ///
    /// What is only known at the end is left out: the counts of the ledgers, the drain, why the run says nothing.
    package func cut(at time: Int64) -> RecordedRun {
        var run = self
        run.state = .recording
        run.isCutOff = false
        run.variants = variants.map { $0.cut(at: time) }
        run.processes = processes.mapValues { $0.mapValues { $0.cut(at: time) } }
        run.timeline = timeline.filter { $0.at <= time }
        run.scheduleDelay = HistogramSnapshot()
        run.invalidBecause = []
        run.productionEnded = productionEnded.flatMap { $0 <= time ? $0 : nil }
        run.until = nil
        return run
    }
}

extension RecordedVariant {
    fileprivate func cut(at time: Int64) -> RecordedVariant {
        var variant = self
        variant.ledger = LedgerCounts()
        variant.partitions = []
        variant.drain = nil
        variant.series = series.mapValues { $0.cut(at: time) }
        variant.pods = pods.compactMap { pod in
            var pod = pod
            pod.lives = pod.lives.filter { $0.start <= time }.map { $0.cut(at: time) }
            return pod.lives.isEmpty ? nil : pod
        }
        return variant
    }
}

extension RecordedLife {
    /// Sites and histograms are of the end of a life, and so belong to lives that are over.
    fileprivate func cut(at time: Int64) -> RecordedLife {
        var life = self
        life.series = series.mapValues { $0.cut(at: time) }
        life.processKills = processKills.filter { $0 <= time }
        if let quiescentFrom, quiescentFrom > time { life.quiescentFrom = nil }
        guard end.map({ $0 > time }) ?? true else { return life }
        life.end = nil
        life.exit = nil
        life.sites = []
        life.latency = HistogramSnapshot()
        life.eventAge = HistogramSnapshot()
        return life
    }
}

extension Series {
    /// The readings up to and at a time.
    package func cut(at time: Int64) -> Series {
        var (low, high) = (0, times.count)
        while low < high {
            let middle = (low + high) / 2
            if times[middle] <= time { low = middle + 1 } else { high = middle }
        }
        return Series(times: Array(times[..<low]), values: Array(values[..<low]))
    }
}
