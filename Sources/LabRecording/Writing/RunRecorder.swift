package import LabCore
import Synchronization

/// What a series belongs to: one life of a pod, a variant, or a process of the lab.
package struct SubjectID: Sendable, Hashable {
    let rawValue: Int64
}

/// Records one run while it happens.
///
/// Any thread may call; no call waits for the disk. What was recorded is in the file after a quarter of a second,
/// even if the lab is killed then. Times are nanoseconds of wall time since the start of the run.
///
/// Should the disk be too slow, samples and events are dropped and counted, which makes the run invalid. Should a
/// write fail, ``failure`` says why, and what is recorded afterwards is ignored; what is in the file stays readable.
/// A recorder that is released without ``finish(state:result:)`` writes what it has and leaves the run unfinished.
package final class RunRecorder: Sendable {
    package let folder: RunFolder
    private let writer: RunWriter
    private let mirror: RunMirror?
    private let header: Mutex<RunHeader>

    init(_ header: RunHeader, folder: RunFolder, writer: RunWriter, mirror: RunMirror? = nil) {
        self.header = Mutex(header)
        self.folder = folder
        self.writer = writer
        self.mirror = mirror
        writer.start()
    }

    deinit { writer.close() }

    /// Why recording ended early; look at it now and then, and end the run.
    package var failure: LabError? { writer.failure }

    /// The run as it was recorded so far, without a look at the disk: long series are thinned, so that neither the
    /// memory that it takes nor the time to judge it grows with the run.
    ///
    /// `nil` unless the recorder was made to keep it.
    package var soFar: RecordedRun? { mirror?.run }

    /// Returns once everything recorded so far is in the file, or the recorder has failed or finished.
    ///
    /// Does not hurry the writer, so that it takes up to a quarter of a second; not ended by cancellation.
    package func untilWritten() async { await writer.untilWritten() }

    /// Changes what is planned, for what is recorded from now on; variants stay in their order and keep their names.
    package func revise(_ change: (inout RunHeader) -> Void) {
        header.withLock { header in
            change(&header)
            append(.header(header))
        }
    }

    // MARK: - Subjects

    /// The owner of a variant's series; `name` is as in the run's header.
    package func variant(_ name: String) -> SubjectID {
        let id = writer.subject { $0.subject(of: .variant, name: name) }
        mirror?.variant(name, is: id)
        return SubjectID(rawValue: id)
    }

    /// The owner of a process's series; `name` is `lab`, `producer` or `broker`.
    package func process(_ name: String) -> SubjectID {
        let id = writer.subject { $0.subject(of: .process, name: name) }
        mirror?.process(name, is: id)
        return SubjectID(rawValue: id)
    }

    /// A pod has started for the first time, with `life` 0, or again.
    ///
    /// `variant` is a name of the run's header, `segment` the number of one of its segments, `ordinal` the pod's place
    /// among the variant's pods, and the memory limit in bytes.
    package func lifeStarted(
        variant: String,
        pod: String,
        ordinal: Int,
        memoryLimit: Int64?,
        life: Int,
        segment: Int = 0,
        pid: Int32,
        at time: Int64
    ) -> SubjectID {
        let life = LifeRecord(
            variant: variant,
            pod: pod,
            ordinal: Int64(ordinal),
            memoryLimit: memoryLimit,
            life: Int64(life),
            pid: pid,
            start: RunTime.plausible(time),
            segment: Int64(segment)
        )
        let id = writer.subject { $0.subject(of: life) }
        mirror?.lifeStarted(life, is: id)
        return SubjectID(rawValue: id)
    }

    /// Replaces what is known of a life besides its series.
    ///
    /// Worth doing now and then while it lasts: a lab that is killed takes with it what it has not told.
    package func lifeObserved(
        _ life: SubjectID,
        sites: [VariantResult.Site],
        latency: HistogramSnapshot,
        eventAge: HistogramSnapshot,
        quiescentFrom: Int64?
    ) {
        let observation = LifeObservation(
            sites: sites,
            latency: latency,
            eventAge: eventAge,
            quiescentFrom: quiescentFrom.map(RunTime.plausible)
        )
        append(.lifeObserved(subject: life.rawValue, observation))
    }

    /// A life is over; the rest replaces what was observed of it before.
    package func lifeEnded(
        _ life: SubjectID,
        at time: Int64,
        exit: PodExit,
        sites: [VariantResult.Site],
        latency: HistogramSnapshot,
        eventAge: HistogramSnapshot,
        quiescentFrom: Int64?
    ) {
        lifeObserved(life, sites: sites, latency: latency, eventAge: eventAge, quiescentFrom: quiescentFrom)
        append(.lifeEnded(subject: life.rawValue, at: RunTime.plausible(time), exit))
    }

    /// The kernel has killed one of the pod's processes for memory, and the life went on or ended by something else.
    package func processKilled(in life: SubjectID, at time: Int64) {
        append(.processKilled(subject: life.rawValue, at: RunTime.plausible(time)))
    }

    // MARK: - Records

    /// Appends one reading to a series.
    ///
    /// Values that are not finite are skipped. Times of one series should ascend; those that do not are sorted when
    /// the run is read.
    package func record(_ value: Double, of metric: MetricName, subject: SubjectID, at time: Int64) {
        writer.record { $0.append(value, of: metric, subject: subject.rawValue, at: time) }
        mirror?.append(value, of: metric, subject: subject.rawValue, at: RunTime.plausible(time))
    }

    /// Says what a metric's readings mean, in all series of that name; the first word counts.
    package func describe(_ metric: MetricName, as description: MetricDescription) {
        writer.record { pending in
            pending.describe(metric, as: description)
            return false
        }
        mirror?.describe(metric, as: description)
    }

    /// Adds to the timeline, in any order.
    package func record(event: TimelineEvent) {
        var event = event
        event.at = RunTime.plausible(event.at)
        append(.event(event))
    }

    /// Replaces the variant's book-keeping; `partitions` and `drain` are given when the books are closed.
    package func setLedger(
        _ counts: LedgerCounts,
        partitions: [PartitionBooks] = [],
        drain: Drain? = nil,
        variant: String
    ) {
        append(.ledger(variant: variant, counts, partitions, drain))
    }

    /// Replaces the producer's delay against its schedule, microseconds.
    package func setScheduleDelay(_ delay: HistogramSnapshot) { append(.scheduleDelay(delay)) }

    /// The producer had nothing left to send.
    package func setProductionEnded(at time: Int64) { append(.productionEnded(RunTime.plausible(time))) }

    /// The load went on until the verdicts stood, or did not.
    package func setUntil(_ until: UntilDecided) { append(.until(until)) }

    /// The run says nothing, for the reason given in words, one of several perhaps.
    package func invalidate(because reason: String) { append(.problem(reason)) }

    /// Writes everything that waits, the state and the outcome, and makes one self-contained file of it all.
    ///
    /// What is recorded afterwards is ignored. Only the first call counts.
    ///
    /// - Throws: ``LabError`` if that or an earlier write failed; the run then counts as failed.
    package func finish(state: RunState, result: RunResult?) async throws {
        try await writer.conclude(state, result: result).get()
    }

    private func append(_ change: Change) {
        writer.record { pending in
            pending.append(change)
            return false
        }
        mirror?.apply(change)
    }
}
