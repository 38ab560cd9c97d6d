import LabCore
import LabReport
import Testing

@Suite("The live display")
struct LiveFrameTests {
    static func snapshot(variants count: Int) -> LiveSnapshot {
        let history = (0..<240).map { 26e6 + Double($0) * 3.4e6 }
        let all = [
            LiveVariant(
                name: "per-event",
                role: .suspect,
                processed: 124_012,
                lag: 41,
                rss: 812 * 0x1p20,
                rssHistory: history,
                heap: 2_431 * 0x1p20,
                tasks: 124_012,
                tasksPerEvent: 1,
                verdict: .leaking,
                pods: ["Running", "Running"]
            ),
            LiveVariant(
                name: "per-event-stopped",
                role: .fix,
                processed: 124_050,
                lag: 3,
                rss: 26 * 0x1p20,
                rssHistory: history.map { _ in 26e6 },
                heap: 6.2 * 0x1p20,
                tasks: 0,
                tasksPerEvent: 0,
                verdict: .bounded,
                pods: ["Running"]
            ),
            LiveVariant(
                name: "singleton",
                role: .fix,
                isControl: true,
                processed: 124_051,
                lag: 2,
                rss: 25.8 * 0x1p20,
                rssHistory: history.map { _ in 25.8e6 },
                heap: 6.1 * 0x1p20,
                tasks: 0,
                tasksPerEvent: 0,
                pods: ["Running"]
            ),
            LiveVariant(
                name: "per-event-x4",
                role: .mitigation,
                processed: 90_412,
                lag: 33_800,
                rss: 1_024 * 0x1p20,
                rssHistory: history.map { $0.truncatingRemainder(dividingBy: 2e8) },
                heap: 960 * 0x1p20,
                tasks: 41_022,
                tasksPerEvent: 1,
                verdict: .leaking,
                pods: ["Running", "CrashLoopBackOff", "Running"],
                restarts: 7
            ),
        ]
        return LiveSnapshot(
            title: "A service constructed for every event",
            run: "20260301-121400-7k2f",
            elapsed: 62,
            total: 120,
            phase: "peak",
            target: EventRate(perHour: 7_230_000),
            achieved: EventRate(perSecond: 2_007.6),
            rateUnit: .hour,
            scheduleDelayMillis: 1.02,
            broker: "embedded 127.0.0.1:41233",
            variants: (0..<count).map { all[$0 % all.count] }
        )
    }

    @Test("One screen for three variants") func threeVariants() {
        expectGolden(frame(Self.snapshot(variants: 3), 80, 24), named: "live-80x24.txt")
    }

    /// Sixteen pods in the middle of a wave, and what happened last.
    static let night: LiveSnapshot = {
        var snapshot = Self.snapshot(variants: 3)
        snapshot.title = "A release night"
        snapshot.timeScale = 4
        snapshot.variants.remove(at: 1)
        snapshot.variants[0].name = "production"
        snapshot.variants[0].segment = "mitigation"
        snapshot.variants[0].pods = (0..<16).map { $0 % 8 == 3 ? "CrashLoopBackOff" : "Running" }
        snapshot.variants[0].restarts = 64
        snapshot.variants[0].oomKills = 66
        snapshot.variants[0].lag = 33_800
        snapshot.variants[0].lagStatus = .ok
        snapshot.variants[0].drainSeconds = 200
        snapshot.variants[1].lagStatus = .lagging
        snapshot.events = [
            TimelineEvent(
                at: 32_500_000_000,
                reason: "Scaled",
                object: "variant/production",
                message: "4 to 16 pods"
            ),
            TimelineEvent(
                at: 59_100_000_000,
                isWarning: true,
                reason: "OOMKilled",
                object: "pod/production-3",
                message: "exit code 137 after 45,494 events"
            ),
            TimelineEvent(
                at: 59_200_000_000,
                isWarning: true,
                reason: "BackOff",
                object: "pod/production-3",
                message: "restart in 1.25 s"
            ),
            TimelineEvent(
                at: 61_900_000_000,
                reason: "Started",
                object: "pod/production-11",
                message: "pid 4211"
            ),
        ]
        return snapshot
    }()

    @Test("A wave over sixteen pods, and what happened last", arguments: [80, 120]) func waves(width: Int) {
        expectGolden(frame(Self.night, width, 24), named: "live-night-\(width)x24.txt")
    }

    @Test("Where room is short, events go before variants") func noRoomForEvents() {
        var snapshot = Self.snapshot(variants: 4)
        snapshot.events = Self.night.events
        let low = LiveFrame.lines(snapshot, width: 100, height: 13, style: .plain)
        #expect(low.count { $0.hasPrefix("▌") } == 4)
        #expect(!low.contains { $0.contains("OOMKilled") })
        let high = LiveFrame.lines(snapshot, width: 100, height: 20, style: .plain)
        #expect(high.count { $0.hasPrefix("▌") } == 4)
        #expect(high.last?.contains("pod/production-11") == true)
    }

    @Test("The verdict and the pods' states stay where a line is narrow", arguments: [60, 80, 100, 140])
    func narrowNames(width: Int) {
        let lines = LiveFrame.lines(Self.night, width: width, height: 24, style: .plain)
        let first = lines.first { $0.hasPrefix("▌") } ?? ""
        #expect(first.hasSuffix("▲ leaking"))
        #expect(first.contains("production ▸ mitigation"))
        #expect(width < 80 || first.contains("14 Running, 2 CrashLoopBackOff"))
        #expect(width < 140 || first.contains("suspect") && first.contains("64 restarts"))
    }

    private static func words(
        _ verdict: Verdict?,
        open: String? = nil,
        findings: [Finding.Kind] = [],
        kills: Int = 0,
        width: Int = 100
    ) -> (frame: String, line: String) {
        var snapshot = snapshot(variants: 1)
        snapshot.variants[0].verdict = verdict
        snapshot.variants[0].open = open
        snapshot.variants[0].findings = findings
        snapshot.variants[0].oomKills = kills
        let lines = LiveFrame.lines(snapshot, width: width, height: 24, style: .plain)
        return (lines.first { $0.hasPrefix("▌") } ?? "", LiveFrame.plainLine(snapshot))
    }

    @Test("A verdict that does not stand yet says what it waits for") func open() {
        let early = Self.words(.inconclusive, open: "warm-up, 6 s left")
        #expect(early.frame.hasSuffix(" … not yet: warm-up, 6 s left"))
        #expect(early.line.contains(" | per-event not yet: warm-up, 6 s left "))
        #expect(Self.words(.inconclusive, open: "40 s more", width: 40).frame.hasSuffix(" … not yet"))
        #expect(Self.words(.inconclusive).frame.hasSuffix(" … not yet"))
        #expect(Self.words(nil).frame.hasSuffix(" … measuring"))
    }

    @Test("Findings and kills show as soon as they exist, and no good word hides them") func marks() {
        let killed = Self.words(.inconclusive, open: "40 s more", kills: 36)
        #expect(killed.frame.hasSuffix(" … not yet: 40 s more ! 36 OOM kills"))
        #expect(killed.line.contains(" | per-event not yet: 40 s more ! 36 OOM kills "))
        let piled = Self.words(.bounded, findings: [.pileUp, .pileUp, .stampede], kills: 1)
        #expect(piled.frame.hasSuffix(" bounded ! pile-up ! stampede ! 1 OOM kill"))
        #expect(!piled.frame.contains("✓"))
        #expect(Self.words(.bounded).frame.hasSuffix(" ✓ bounded"))
        #expect(Self.words(.leaking, kills: 2).frame.hasSuffix(" ▲ leaking"))
        #expect(Self.words(.leaking, findings: [.spike]).frame.hasSuffix(" ▲ leaking ! spike"))
    }

    @Test("Colours are added around the same text") func colored() {
        let lines = LiveFrame.lines(Self.snapshot(variants: 4), width: 100, height: 30, style: .colored)
        expectGolden(lines.joined(separator: "\n") + "\n", named: "live-100x30.ansi")
        let plain = LiveFrame.lines(Self.snapshot(variants: 4), width: 100, height: 30, style: .plain)
        #expect(lines.map(withoutEscapes) == plain)
    }

    @Test("One line where nobody watches") func plainLine() {
        expectGolden(LiveFrame.plainLine(Self.snapshot(variants: 3)) + "\n", named: "live-line.txt")
    }

    @Test("It fits every terminal, whatever is running", arguments: [0, 1, 3, 4, 9, 40])
    func fits(variants: Int) {
        var snapshot = Self.snapshot(variants: variants)
        snapshot.timeScale = 60
        snapshot.warnings = [
            "the producer is late by 80 ms: is this machine busy with something else?", "b", "c",
        ]
        snapshot.events = Self.night.events
        for (width, height) in [
            (80, 24), (200, 60), (120, 10), (40, 8), (20, 3), (3, 2), (1, 1), (0, 5), (80, 0),
        ] {
            let lines = LiveFrame.lines(snapshot, width: width, height: height, style: .plain)
            #expect(lines.count <= height)
            #expect(lines.allSatisfy { $0.count <= width }, "\(width)×\(height)")
        }
    }

    @Test("Variants that find no room are counted") func more() {
        let lines = LiveFrame.lines(Self.snapshot(variants: 40), width: 80, height: 24, style: .plain)
        let shown = lines.count { $0.hasPrefix("▌") }
        #expect(lines.last?.contains("… and \(40 - shown) more") == true)
    }

    @Test("Names cannot steer the terminal")
    func hostileNames() {
        var snapshot = Self.snapshot(variants: 1)
        snapshot.title = Hostile.name
        snapshot.phase = Hostile.name
        snapshot.broker = Hostile.name
        snapshot.variants[0].name = Hostile.name
        snapshot.variants[0].pods = [Hostile.name]
        snapshot.variants[0].segment = Hostile.name
        snapshot.events = [
            TimelineEvent(at: .min, reason: Hostile.name, object: Hostile.name, message: Hostile.name)
        ]
        snapshot.warnings = [Hostile.name]
        let lines = LiveFrame.lines(snapshot, width: 200, height: 24, style: .plain)
        #expect((lines + [LiveFrame.plainLine(snapshot)]).allSatisfy(Hostile.isHarmless))
        let colored = LiveFrame.lines(snapshot, width: 200, height: 24, style: .colored)
        #expect(colored.map(withoutEscapes).allSatisfy(Hostile.isHarmless))
    }

    @Test("Numbers that are none do no harm", arguments: [Double.nan, .infinity, -.infinity, 1e308, -1, 0])
    func absurdNumbers(value: Double) {
        var snapshot = Self.snapshot(variants: 2)
        snapshot.elapsed = value
        snapshot.timeScale = value
        snapshot.target = EventRate(perSecond: value)
        snapshot.achieved = EventRate(perSecond: value)
        snapshot.scheduleDelayMillis = value
        snapshot.variants[0].rss = value
        snapshot.variants[0].rssHistory = [value, 1, value, -value]
        snapshot.variants[0].tasksPerEvent = value
        snapshot.variants[0].drainSeconds = value
        snapshot.events = [TimelineEvent(at: .max, reason: "Late", object: "run", message: "")]
        for total in [value, 100, nil] {
            snapshot.total = total
            let lines = LiveFrame.lines(snapshot, width: 80, height: 24, style: .plain)
            #expect(lines.count > 3)
            #expect(
                !(lines + [LiveFrame.plainLine(snapshot)]).contains {
                    $0.contains("nan") || $0.contains("inf")
                }
            )
        }
    }

    private func frame(_ snapshot: LiveSnapshot, _ width: Int, _ height: Int) -> String {
        LiveFrame.lines(snapshot, width: width, height: height, style: .plain).joined(separator: "\n") + "\n"
    }
}
