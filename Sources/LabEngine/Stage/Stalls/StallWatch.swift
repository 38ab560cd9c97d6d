import LabCore
import LabTelemetry
import Synchronization

/// Looks ten times a second whether every part of the lab is moving, while a stage has events under way.
///
/// What stood still is in the timeline. A stall that spoils what was measured makes the run invalid, one without an end
/// ends it.
final class StallWatch: Sendable {
    private static let interval = Duration.milliseconds(100)

    private let parts: Mutex<[StallDetector.Part: Heartbeat.Reader]>
    private let broker: RunBroker
    private let recorder: StageRecorder
    private let faults: RunFaults
    private let clock: RunClock
    private let thread = PeriodicThread("stalls", every: StallWatch.interval)

    /// Watches the parts of a stage that are alive already: the lab, its broker and its companions.
    /// - Parameters:
    ///   - stage: whose parts they are.
    ///   - endpoints: of the companions, by variant.
    ///   - recorder: whose timeline it is.
    ///   - clock: of the stage.
    /// - Throws: ``LabError`` if a part has no file of beats.
    init(
        _ stage: StageRun,
        endpoints: [String: [String: Int]],
        _ recorder: StageRecorder,
        _ clock: RunClock
    ) throws {
        var beats: [StallDetector.Part: String] = [:]
        beats[.broker] = stage.broker.heartbeat
        for variant in stage.variants where endpoints[variant.name] != nil {
            beats[.companion(variant.name)] = stage.children.heartbeatPath(ofCompanion: variant)
        }
        parts = Mutex(try beats.mapValues(Heartbeat.Reader.init))
        self.broker = stage.broker
        self.recorder = recorder
        self.faults = stage.faults
        self.clock = clock
    }

    func start() {
        thread.start { [self] thread in
            var detector = StallDetector()
            repeat {
                // That it has ended is another matter.
                if !broker.isAlive { remove(.broker) }
                let readings = parts.withLock { $0.mapValues(\.latest) }
                report(detector.look(at: MonotonicClock.nanoseconds, readings))
            } while thread.rest()
            report(detector.end())
        }
    }

    /// A part has been started.
    func add(_ part: StallDetector.Part, beats path: String) throws {
        let reader = try Heartbeat.Reader(at: path)
        parts.withLock { $0[part] = reader }
    }

    /// A part has ended, or is meant to.
    func remove(_ part: StallDetector.Part) { _ = parts.withLock { $0.removeValue(forKey: part) } }

    /// Ends the thread, after what is known of stalls that go on.
    func stop() {
        thread.stop()
        thread.join()
    }

    private func report(_ findings: [StallDetector.Finding]) {
        for finding in findings {
            let stall = finding.stall
            let words = stall.words(on: clock)
            recorder.note("Stalled", of: stall.part.object, words, isWarning: true)
            switch finding {
            case .stall:
                if stall.isSpoiling { faults.report(words, stopping: false) }
            case .standsStill:
                faults.fail(
                    LabError(
                        "\(words), and does not move again",
                        hint: "Something has stopped or suspended its process: see “ps -o stat,pid,args”."
                    )
                )
            }
        }
    }
}

extension StallDetector.Part {
    /// In the timeline.
    var object: String {
        switch self {
        case .lab: "lab"
        case .broker: "broker"
        case .producer: "producer"
        case .companion(let variant): StageCompanions.processName(variant)
        }
    }

    fileprivate var words: String {
        switch self {
        case .lab, .broker, .producer: "the \(object)"
        case .companion(let variant): "the companion of \(variant)"
        }
    }

    /// What a stall of it means for what was measured.
    fileprivate var consequence: String {
        switch self {
        case .lab: "nothing was measured meanwhile"
        case .broker: "nothing could be produced or read meanwhile"
        case .producer: "what was due meanwhile came late, all at once"
        case .companion: "its handlers got no answer meanwhile"
        }
    }
}

extension StallDetector.Stall {
    /// Such as “the broker stood still for 4.1 s, 12.3 s after the run's zero: …”.
    func words(on clock: RunClock) -> String {
        let length = Duration.milliseconds(Int64(length / 100_000_000) * 100)
        let start = Duration.milliseconds(max(0, clock.time(ofMonotonic: from)) / 100_000_000 * 100)
        return "\(part.words) stood still for \(length.text), from \(start.text) on: \(part.consequence)"
    }
}
