import LabCore
import LabRecording

/// Passes what follows from a stage's events to the recording of the run.
///
/// No call waits for anything but the recorder's queue.
struct StageRecording: Sendable {
    private let recorder: RunRecorder
    private var subjects: [StageSubject: SubjectID] = [:]

    init(_ recorder: RunRecorder) { self.recorder = recorder }

    mutating func perform(_ action: StageAction) {
        switch action {
        case .startSampling, .stopSampling: break
        case .lifeStarted(let target, let life): subjects[.life(target)] = start(life)
        case .lifeObserved(let target, let reading, let quiescentFrom):
            guard let subject = subjects[.life(target)] else { return }
            recorder.lifeObserved(
                subject,
                sites: reading.sites,
                latency: reading.latency,
                eventAge: reading.eventAge,
                quiescentFrom: quiescentFrom
            )
        case .lifeEnded(let target, let exit, let last, let quiescentFrom, let time):
            guard let subject = subjects.removeValue(forKey: .life(target)) else { return }
            recorder.lifeEnded(
                subject,
                at: time,
                exit: exit,
                sites: last.sites,
                latency: last.latency,
                eventAge: last.eventAge,
                quiescentFrom: quiescentFrom
            )
        case .processKilled(let target, let time):
            if let subject = subjects[.life(target)] { recorder.processKilled(in: subject, at: time) }
        case .record(let value, let metric, let owner, let time):
            guard let subject = subject(of: owner) else { return }
            recorder.record(value, of: metric, subject: subject, at: time)
        case .describe(let metric, let description): recorder.describe(metric, as: description)
        case .event(let event): recorder.record(event: event)
        case .setLedger(let counts, let variant): recorder.setLedger(counts, variant: variant)
        }
    }

    private func start(_ life: StartedLife) -> SubjectID {
        recorder.lifeStarted(
            variant: life.variant,
            pod: life.pod,
            ordinal: life.ordinal,
            memoryLimit: life.memoryLimit,
            life: life.life,
            segment: life.segment,
            pid: life.pid,
            at: life.start
        )
    }

    private mutating func subject(of owner: StageSubject) -> SubjectID? {
        if let known = subjects[owner] { return known }
        switch owner {
        case .life: return nil
        case .variant(let name): subjects[owner] = recorder.variant(name)
        case .process(let name): subjects[owner] = recorder.process(name)
        }
        return subjects[owner]
    }
}
