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
            scheduleDelayMillis: 1.02,
            broker: "embedded 127.0.0.1:41233",
            variants: (0..<count).map { all[$0 % all.count] }
        )
    }

    @Test("One screen for three variants") func threeVariants() {
        expectGolden(frame(Self.snapshot(variants: 3), 80, 24), named: "live-80x24.txt")
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
