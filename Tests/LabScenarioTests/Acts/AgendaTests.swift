import Foundation
import LabCore
import LabScenario
import Testing

@Suite("What is planned, as acts change it")
struct AgendaTests {
    static let text = """
        incident: service-per-event
        workload:
          partitions: 4
          phases:
            - {name: up, duration: 10s, from: 0/s, to: 100/s}
            - {name: peak, duration: 20s, rate: 100/s}
            - {name: calm, duration: 10s, rate: 10/s}
        pods: {memory: 64MiB}
        variants:
          - {name: per-event, steps: [{at: 25s, name: fix, handler: singleton}]}
          - {name: singleton, control: true}
        """

    private static func agenda(_ more: String = "") throws -> Agenda { Agenda(try load(text + more)) }

    private static func shapes(_ agenda: Agenda) -> [String] {
        agenda.phases.map { "\($0.name) \($0.duration.text) \($0.summary)" }
    }

    @Test("Without an act it is the scenario's")
    func untouched() throws {
        let scenario = try load(Self.text)
        let agenda = Agenda(scenario)
        #expect(agenda.phases == scenario.workload.phases && agenda.profile == scenario.profile)
        #expect(agenda.segments(ofVariant: 0) == scenario.variants[0].segments)
        #expect(scenario.following(agenda) == scenario)
    }

    @Test("A rate holds until the next phase, and what was sent before stays as it was")
    func rate() throws {
        var agenda = try Self.agenda()
        let change = try agenda.take(.rate(EventRate(perSecond: 50)), at: .seconds(5))
        #expect(change.opens == "act-1" && change.variants.isEmpty)
        #expect(
            Self.shapes(agenda) == [
                "up 5 s ramp 0/s → 180k/h", "act-1 5 s 180k/h", "peak 20 s 100/s", "calm 10 s 10/s",
            ]
        )
        let before = try Self.agenda().profile
        for time in stride(from: 0.0, through: 5, by: 0.25) {
            #expect(agenda.profile.due(at: .seconds(time)) == before.due(at: .seconds(time)))
        }
        #expect(agenda.profile.totalEvents == before.totalEvents - 125)
    }

    @Test("A factor applies to what is planned of the phase, ramps included")
    func factor() throws {
        var agenda = try Self.agenda()
        _ = try agenda.take(.multiply(2), at: .seconds(5))
        #expect(Self.shapes(agenda)[1] == "act-1 5 s ramp 360k/h → 720k/h")
        _ = try agenda.take(.multiply(0.5), at: .seconds(20))
        #expect(
            Self.shapes(agenda)[2...] == ["peak 10 s 100/s", "act-2 10 s 180k/h", "calm 10 s 10/s"]
        )
    }

    @Test("Events of a cut phase are due when they would have been", arguments: [3.0, 7.25, 12.5, 14.999])
    func cut(at time: Double) throws {
        let spikes = """

            quick: {workload.phases.peak.spike: {to: 500/s, every: 4s, for: 1s}}
            """
        let scenario = try load(Self.text + spikes, overrides: [.quick])
        var agenda = Agenda(scenario)
        // A world that changes leaves the load as it is.
        _ = try agenda.take(.world("broker", .down), at: .milliseconds(Int64(time * 1_000)))
        let phases = agenda.phases.map { phase in
            var phase = phase
            phase.world = [:]
            return phase
        }
        let cut = LoadProfile(phases: phases)
        #expect(cut.totalEvents == scenario.profile.totalEvents)
        for event in 0..<cut.totalEvents {
            let (one, other) = (
                cut.nanoseconds(ofEvent: event) ?? 0, scenario.profile.nanoseconds(ofEvent: event) ?? 0
            )
            #expect(abs(one - other) < 2_000)
        }
        #expect(Set(agenda.phases.map(\.name)).count == agenda.phases.count)
    }

    @Test("A recorded rate is cut into straight lines, if they are not too many", arguments: [30, 400])
    func recorded(seconds: Int) throws {
        let folder = NSTemporaryDirectory() + "leaklab-agenda-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let lines = (0...seconds).map { "\($0),\(1 + $0 % 7 * 10)" }
        let csv = (["seconds,rate"] + lines).joined(separator: "\n")
        try csv.write(toFile: folder + "/rates.csv", atomically: true, encoding: .utf8)
        let scenario = try Scenario.load(
            text: Self.text.replacing(
                "- {name: peak, duration: 20s, rate: 100/s}",
                with: "- {name: peak, curve: {file: rates.csv}}"
            ),
            path: folder + "/curve.yaml",
            catalogue: .test
        )
        var agenda = Agenda(scenario)
        guard seconds < 200 else {
            let error = #expect(throws: LabError.self) {
                _ = try agenda.take(.world("broker", .down), at: .milliseconds(14_500))
            }
            #expect(error?.description.contains("points, which are too many to be cut here") == true)
            return
        }
        _ = try agenda.take(.world("broker", .down), at: .milliseconds(14_500))
        #expect(agenda.phases.count == 29)
        #expect(throws: Never.self) { try agenda.take(.multiply(2), at: .milliseconds(20_000)) }
        let (one, other) = (scenario.profile, agenda.profile)
        for time in stride(from: 0.0, through: 20, by: 0.1) {
            #expect(abs(one.integral(until: .seconds(time)) - other.integral(until: .seconds(time))) < 1e-6)
        }
    }

    @Test("A pause holds up everything that is planned, however long it lasts")
    func pause() throws {
        var agenda = try Self.agenda()
        _ = try agenda.take(.pause, at: .seconds(15))
        #expect(agenda.isPaused)
        #expect(agenda.steps(ofVariant: 0)[0].at > .seconds(35))
        #expect(throws: LabError.self) { try agenda.take(.pause, at: .seconds(16)) }
        #expect(throws: LabError.self) { try agenda.take(.rate(EventRate(perSecond: 1)), at: .seconds(16)) }
        let isProlonged = agenda.prolongPause(at: .seconds(16))
        #expect(!isProlonged)
        for second in 17..<60 { _ = agenda.prolongPause(at: .seconds(second)) }
        let change = try agenda.take(.resume, at: .seconds(60))
        #expect(!agenda.isPaused && change.opens == "peak-2")
        #expect(
            Self.shapes(agenda) == [
                "up 10 s ramp 0/s → 100/s", "peak 5 s 100/s", "act-1 45 s pause", "peak-2 15 s 100/s",
                "calm 10 s 10/s",
            ]
        )
        #expect(agenda.steps(ofVariant: 0)[0].at == .seconds(70))
        #expect(agenda.profile.totalEvents == (try Self.agenda().profile.totalEvents))
        #expect(throws: LabError.self) { try agenda.take(.resume, at: .seconds(61)) }
    }

    @Test("Next brings a phase or a step forward, and all that follows with it")
    func next() throws {
        var agenda = try Self.agenda()
        let phase = try agenda.take(.next, at: .seconds(4))
        #expect(phase.opens == "peak")
        #expect(Self.shapes(agenda)[..<2] == ["up 4 s ramp 0/s → 144k/h", "peak 20 s 100/s"])
        #expect(agenda.steps(ofVariant: 0)[0].at == .seconds(19))
        let step = try agenda.take(.next, at: .seconds(6))
        #expect(step.opens == "fix" && step.variants == [0])
        #expect(agenda.steps(ofVariant: 0)[0].at == .seconds(6))
        #expect(Self.shapes(agenda)[1...] == ["peak 2 s 100/s", "peak-2 5 s 100/s", "calm 10 s 10/s"])
        _ = try agenda.take(.next, at: .seconds(7))
        let error = #expect(throws: LabError.self) { try agenda.take(.next, at: .seconds(8)) }
        #expect(error?.description.contains("nothing is planned after this phase") == true)
    }

    @Test("An act on pods is a step among those of the scenario, which keep what they change")
    func steps() throws {
        var agenda = try Self.agenda()
        let change = try agenda.take(.scale(4, variant: "per-event"), at: .seconds(12))
        #expect(change.variants == [0] && change.opens == "act-1")
        _ = try agenda.take(.memory(nil, variant: nil), at: .seconds(12))
        let segments = agenda.segments(ofVariant: 0)
        #expect(segments.map(\.name) == ["start", "act-1", "act-2", "fix"])
        #expect(segments.map(\.replicas) == [1, 4, 4, 4])
        #expect(segments.map(\.memory) == [.mebibytes(64), .mebibytes(64), nil, nil])
        #expect(segments.map(\.handler) == ["per-event", "per-event", "per-event", "singleton"])
        #expect(segments.map(\.at) == [.zero, .seconds(12), .milliseconds(12_001), .seconds(25)])
        #expect(agenda.segments(ofVariant: 1).map(\.name) == ["start", "act-2"])
        #expect(agenda.profile == (try Self.agenda().profile))
    }

    @Test("What cannot be done is refused, and nothing changes")
    func refusals() throws {
        var agenda = try Self.agenda()
        let before = agenda
        func problem(_ act: RunAct, at seconds: Int = 12) -> String {
            do {
                _ = try agenda.take(act, at: .seconds(seconds))
                return ""
            } catch { return error.description }
        }
        #expect(problem(.scale(3, variant: nil)).contains("3 replicas cannot share 4 partitions evenly"))
        #expect(problem(.scale(1, variant: "per-event")).contains("“per-event” is so already"))
        #expect(problem(.handler("per-event", variant: "per-event")).contains("is so already"))
        #expect(problem(.world("broker", .normal)).contains("broker is normal already"))
        #expect(problem(.resume).contains("the load is not paused"))
        #expect(problem(.scale(4, variant: nil), at: 40).contains("the load is over"))
        #expect(problem(.pause, at: 41).contains("the load is over"))
        #expect(problem(.rate(EventRate(perSecond: 1e18))).contains("more events than can be counted"))
        #expect(agenda == before)
    }

    @Test("A name that the scenario has already gets a number")
    func names() throws {
        var agenda = Agenda(
            try load(
                Self.text.replacing("name: fix", with: "name: act-1").replacing(
                    "name: calm",
                    with: "name: act-2"
                )
            )
        )
        let step = try agenda.take(.scale(4, variant: "per-event"), at: .seconds(1))
        let phase = try agenda.take(.multiply(3), at: .seconds(2))
        #expect(step.opens == "act-1-2" && phase.opens == "act-2-2")
    }
}
