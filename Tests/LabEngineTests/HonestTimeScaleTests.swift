import LabCore
import LabScenario
import Testing

@testable import LabEngine

@Suite("Honest time scale")
struct HonestTimeScaleTests {
    /// Figures of one handler; the times are far from anything that binds unless a test sets them.
    static func handler(
        _ name: String,
        in scenario: Scenario,
        cpuMicroseconds: Double = 0.001,
        production: Double = 0,
        eventsPerSecond: Double = 1e9,
        resident: Double? = 0,
        idle: ByteCount? = .mebibytes(4),
        start: Double = 0.1,
        role: VariantRole? = nil
    ) -> [RehearsedHandler] {
        scenario.rehearsalSubjects.filter { $0.handler == name }.map { subject in
            RehearsedHandler(
                subject: subject,
                role: role ?? (name == "per-event" ? .suspect : .fix),
                cost: RehearsedCost(
                    events: 40_000,
                    productionCPUSeconds: production * 1e-6,
                    handlingCPUSeconds: cpuMicroseconds * 1e-6,
                    secondsPerEvent: 1 / eventsPerSecond,
                    residentBytesPerEvent: resident,
                    firstEventSeconds: 0
                ),
                pod: RehearsedPod(idleCharge: idle, readySeconds: start)
            )
        }
    }

    static func scale(
        _ scenario: Scenario,
        _ handlers: [[RehearsedHandler]],
        cores: Double = 2,
        memory: ByteCount? = nil
    ) -> HonestTimeScale {
        HonestTimeScale(
            of: scenario,
            from: RehearsalFigures(handlers.flatMap(\.self)),
            on: RehearsalMachine(cores: cores, availableMemory: memory)
        )
    }

    private func isNear(_ value: Double, _ expected: Double) -> Bool {
        abs(value - expected) <= 1e-6 * expected
    }

    // MARK: - CPU

    @Test(
        "85 % of all cores are shared by the variants that run side by side, at the peak",
        arguments: [
            // 100/s × (30 + 4) µs = 3.4 ms of CPU a second.
            ("parallel", 2.0, 500.0), ("parallel", 1, 250), ("parallel", 0.5, 125),
            // One after the other, only the dearer one counts.
            ("sequential", 2, 1_700 / 3.0),
        ]
    )
    func processors(schedule: String, cores: Double, limit: Double) throws {
        let scenario = try TestScenario.make(["schedule=\(schedule)"])
        let scale = Self.scale(
            scenario,
            [
                Self.handler("per-event", in: scenario, cpuMicroseconds: 30),
                Self.handler("singleton", in: scenario, cpuMicroseconds: 4),
            ],
            cores: cores
        )
        #expect(isNear(scale.limit, limit))
        #expect(scale.reason.contains("30 µs"))
    }

    @Test("a dear handler counts with the rate of the time in which it runs")
    func handlerOverTime() throws {
        // At its step the ramp has reached 50/s.
        let scenario = try TestScenario.make(["variants.per-event.steps=[{at: 5s, handler: singleton}]"])
        let dear = Self.handler("per-event", in: scenario, cpuMicroseconds: 34)
        let cheap = Self.handler("singleton", in: scenario, cpuMicroseconds: 1)
        #expect(isNear(Self.scale(scenario, [dear, cheap]).limit, 1.7 / (50 * 35e-6)))
    }

    @Test(
        "the producer writes for all variants of a stage",
        arguments: [("parallel", 2.0), ("sequential", 1)]
    )
    func producer(schedule: String, copies: Double) throws {
        let scenario = try TestScenario.make(["schedule=\(schedule)"])
        let scale = Self.scale(
            scenario,
            [
                Self.handler("per-event", in: scenario, production: 2),
                Self.handler("singleton", in: scenario, production: 2),
            ],
            cores: 64
        )
        #expect(isNear(scale.limit, 0.9 / (100 * 2e-6 * copies)))
        #expect(scale.reason.contains("producer"))
    }

    @Test("where the work follows the time scale, only the producer sets a bound")
    func workThatFollows() throws {
        let scenario = try TestScenario.make([
            "incident=unbounded-workers",
            "variants=[{name: unbounded}, {name: pause-partitions, control: true}]",
        ])
        let costly = ["unbounded", "pause-partitions"].map { name in
            Self.handler(name, in: scenario, cpuMicroseconds: 16_000, production: 2, eventsPerSecond: 125)
        }
        let scale = Self.scale(scenario, costly)
        #expect(isNear(scale.limit, 0.9 / (100 * 2e-6 * 2)))
        #expect(scale.reason.contains("producer"))
    }

    // MARK: - Pods

    @Test("a pod's share of the peak stays below what it can handle", arguments: [1, 2, 4])
    func rate(replicas: Int) throws {
        let scenario = try TestScenario.make(["pods.replicas=\(replicas)"])
        let scale = Self.scale(
            scenario,
            [
                Self.handler("per-event", in: scenario, eventsPerSecond: 2_000),
                Self.handler("singleton", in: scenario, eventsPerSecond: 500_000),
            ]
        )
        #expect(isNear(scale.limit, 0.9 * 2_000 * Double(replicas) / 100))
        #expect(scale.reason.hasPrefix("a pod of per-event handles 2k events a second"))
    }

    @Test(
        "where pods are killed, a life lasts ten starts and ten sampling intervals",
        arguments: [
            // Room for 12 MiB, at 1 MiB of growth a second of incident time.
            (0.3, "100ms", "static", 4.0), (0.05, "100ms", "static", 12), (0.05, "400ms", "static", 3),
            (0.05, "100ms", "group", 0.2),
        ]
    )
    func lives(start: Double, interval: String, assignment: String, limit: Double) throws {
        let scenario = try TestScenario.make([
            "pods.memory=16MiB", "sampling.interval=\(interval)", "pods.assignment=\(assignment)",
            "workload.phases.peak.duration=10m",
        ])
        let leaking = Self.handler("per-event", in: scenario, resident: 0x1p20 / 100, start: start)
        let scale = Self.scale(scenario, [leaking, Self.handler("singleton", in: scenario, start: start)])
        #expect(isNear(scale.limit, limit))
        #expect(scale.reason.contains("has to live"))
    }

    @Test(
        "a handler that kills no pod has no lives to be too short",
        arguments: [
            ("pods.memory=none", 10_000.0, VariantRole.suspect),
            // 2,500 events fill 25 of 28 MiB.
            ("pods.memory=32MiB", 10_485, .suspect),
            // A fix whose caches fill.
            ("pods.memory=16MiB", 10_000, .fix),
        ]
    )
    func noLives(memory: String, resident: Double, role: VariantRole) throws {
        let scenario = try TestScenario.make([memory])
        let handler = Self.handler("per-event", in: scenario, resident: resident, start: 60, role: role)
        #expect(Self.scale(scenario, [handler]).limit > 1_000)
    }

    @Test(
        "a leak is what exceeds the noise, of a handler that is not expected to keep nothing",
        arguments: [
            (8_000.0, VariantRole.suspect, 8_000.0), (8_000, .mitigation, 8_000), (8_000, .fix, 0),
            // 40,000 events of 52 bytes are not quite two mebibytes.
            (52, .suspect, 0), (53, .suspect, 53), (nil, .suspect, 0),
        ] as [(Double?, VariantRole, Double)]
    )
    func leak(resident: Double?, role: VariantRole, leak: Double) throws {
        let scenario = try TestScenario.make([])
        let handler = Self.handler("per-event", in: scenario, resident: resident, role: role)[0]
        #expect(handler.leakedBytesPerEvent == leak)
    }

    // MARK: - Refusals

    @Test("a run at the limit may start, one above it is refused with the figure and what would help")
    func refusal() throws {
        let scenario = try TestScenario.make(["timeScale=60", "workload.phases.peak.duration=20m"])
        let scale = Self.scale(
            scenario,
            [
                Self.handler("per-event", in: scenario, eventsPerSecond: 1_666),
                Self.handler("singleton", in: scenario, cpuMicroseconds: 2),
            ]
        )
        #expect(scale.refusal(for: TimeScale(scale.limit)) == nil)
        let refusal = try #require(scale.refusal(for: scenario.timeScale))
        #expect(
            refusal.description
                == "timeScale: 60 is more than this machine can do honestly: at most 14.9, since a pod of per-event "
                + "handles 1.67k events a second and its share of the peak is 100"
        )
        #expect(
            refusal.hint
                == "Use --time-scale 14.9 or less, or --variant singleton to leave out per-event."
        )
        #expect(refusal.exitStatus == .invalidScenario)
        #expect("\(scale)".hasPrefix("14.9: a pod of per-event handles"))
    }

    @Test("what helps to leave out is named only if the rest can then run, and the control always does")
    func alternative() throws {
        let scenario = try TestScenario.make(["timeScale=60"])
        let slow = Self.handler("per-event", in: scenario, eventsPerSecond: 1_000)
        let slowControl = Self.handler("singleton", in: scenario, eventsPerSecond: 900)
        let fastControl = Self.handler("singleton", in: scenario)
        #expect(Self.scale(scenario, [slow, fastControl]).alternative != nil)
        #expect(Self.scale(scenario, [slow, slowControl]).alternative == nil)
        #expect(
            Self.scale(scenario, [Self.handler("per-event", in: scenario), slowControl]).alternative == nil
        )
    }

    @Test("without figures nothing sets a limit")
    func nothing() throws {
        let scenario = try TestScenario.make([])
        #expect(Self.scale(scenario, []).limit == .infinity)
        #expect(Self.scale(scenario, []).refusal(for: TimeScale(1e9)) == nil)
    }

    @Test("a better machine never allows less")
    func monotony() throws {
        let scenario = try TestScenario.make(["pods.memory=16MiB"])
        var random = SplitMix64(seed: 3)
        for _ in 0..<200 {
            let (cpu, rate, resident) = (
                random.nextUnit() * 100, 1 + random.nextUnit() * 1e5, random.nextUnit() * 2e4
            )
            let start = random.nextUnit()
            func limit(factor: Double, cores: Double) -> Double {
                let handlers = ["per-event", "singleton"].map {
                    Self.handler(
                        $0,
                        in: scenario,
                        cpuMicroseconds: cpu / factor,
                        eventsPerSecond: rate * factor,
                        resident: resident,
                        start: start / factor
                    )
                }
                return Self.scale(scenario, handlers, cores: cores).limit
            }
            let base = limit(factor: 1, cores: 2)
            #expect(base > 0)
            #expect(limit(factor: 1.5, cores: 2) >= base)
            #expect(limit(factor: 1, cores: 3) >= base)
        }
    }

    @Test(
        "a limit is written with three digits and never rounded up",
        arguments: [
            (14.376, "14.3"), (60, "60"), (59.999, "59.9"), (1_234.5, "1230"), (8.999, "8.99"),
            (0.0479, "0.047"),
            (1, "1"), (0.3, "0.3"), (2.1, "2.1"), (999.9, "999"), (100, "100"),
        ]
    )
    func text(value: Double, text: String) {
        #expect(HonestTimeScale.text(ofAtMost: value) == text)
    }

    // MARK: - Memory

    @Test(
        "a limit that an idle pod reaches, or nearly, is refused with the charge",
        arguments: [("4MiB", true), ("5MiB", true), ("7MiB", true), ("8MiB", false), ("none", false)]
    )
    func idle(memory: String, isRefused: Bool) throws {
        let scenario = try TestScenario.make(["pods.memory=\(memory)"])
        let charge = ByteCount(6_000_000)
        let figures = RehearsalFigures(Self.handler("singleton", in: scenario, idle: charge))
        let refusal = figures.idleRefusal(of: scenario)
        #expect((refusal != nil) == isRefused)
        if let refusal {
            #expect(refusal.description.hasPrefix("pods.memory: "))
            #expect(refusal.description.contains("singleton needs: 5.7 MiB charged"))
            #expect(refusal.hint?.contains("7.2 MiB") == true)
            #expect(refusal.exitStatus == .invalidScenario)
        }
        #expect(RehearsalFigures([]).idleRefusal(of: scenario) == nil)
        let unknown = RehearsalFigures(Self.handler("singleton", in: scenario, idle: nil))
        #expect(unknown.idleRefusal(of: scenario) == nil)
    }

    @Test("the limit of a step is looked at, too, with the handler that runs then")
    func idleInStep() throws {
        let scenario = try TestScenario.make([
            "variants.per-event.steps=[{at: 5s, name: squeeze, memory: 6MiB, handler: singleton}]"
        ])
        let small = Self.handler("per-event", in: scenario, idle: .mebibytes(8))
        #expect(RehearsalFigures(small).idleRefusal(of: scenario) == nil)
        let large = Self.handler("singleton", in: scenario, idle: .mebibytes(8))
        let refusal = try #require(RehearsalFigures(small + large).idleRefusal(of: scenario))
        #expect(refusal.description.hasPrefix("steps.squeeze.memory: 6.0 MiB "))
    }

    @Test(
        "a leak that does not fit into four fifths of the free memory is refused at any time scale",
        arguments: [
            // 2,500 events of 10,000 bytes are 25 MB; fixes leave nothing.
            (32.0, [], false), (31, [], true), (31, ["timeScale=60"], true),
            // No more than the limit, of each pod.
            (31, ["pods.memory=20MiB"], false), (31, ["pods.memory=13MiB", "pods.replicas=2"], true),
            (31, ["workload.phases.peak.duration=10s"], false),
            // The steps end what the pods before them have kept.
            (31, ["variants.per-event.steps=[{at: 15s, handler: singleton}]"], false),
            (31, ["variants.per-event.steps=[{at: 15s, scale: 2}]"], true),
        ] as [(Double, [String], Bool)]
    )
    func memory(megabytes: Double, assignments: [String], isRefused: Bool) throws {
        let scenario = try TestScenario.make(assignments)
        let figures = RehearsalFigures(
            Self.handler("per-event", in: scenario, resident: 10_000)
                + Self.handler("singleton", in: scenario, resident: 10_000)
        )
        let machine = RehearsalMachine(cores: 2, availableMemory: ByteCount(Int64(megabytes * 1e6)))
        let refusal = figures.memoryRefusal(of: scenario, on: machine)
        #expect((refusal != nil) == isRefused)
        if let refusal {
            #expect(refusal.description.contains("per-event would keep"))
            #expect(refusal.hint?.contains("pods.memory") == true)
        }
        let unknown = RehearsalMachine(cores: 2, availableMemory: nil)
        #expect(figures.memoryRefusal(of: scenario, on: unknown) == nil)
    }

    @Test(
        "a container's share of the processors is read from its cgroup",
        arguments: [
            ("200000 100000\n", 2.0), ("50000 100000", 0.5), ("max 100000\n", nil), ("-1\n 100000\n", nil),
            (" ", nil), ("200000", nil), ("200000 0", nil), ("x y", nil),
        ] as [(String, Double?)]
    )
    func quota(text: String, cores: Double?) {
        #expect(RehearsalMachine.quota(in: text) == cores)
    }
}
