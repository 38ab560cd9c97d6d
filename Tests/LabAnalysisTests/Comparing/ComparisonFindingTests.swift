import LabCore
import Testing

@testable import LabAnalysis

@Suite("A comparison of what failed and of what was found")
struct ComparisonFindingTests {
    /// One run of a suspect and of what could replace it, all alike but for what a test changes.
    private static func run(
        _ names: [(String, VariantRole)] = [("old", .suspect), ("new", .fix)],
        _ change: (inout [VariantMeasures]) -> Void
    ) -> RunMeasures {
        let sides = names.map { name, role in
            var side = ComparisonModel.Side()
            (side.name, side.role) = (name, role)
            return side
        }
        var run = ComparisonModel.measures(sides)
        change(&run.variants)
        return run
    }

    private static func compare(
        _ names: [(String, VariantRole)] = [("old", .suspect), ("new", .fix)],
        _ change: (inout [VariantMeasures]) -> Void
    ) throws -> ComparisonResult {
        let run = run(names, change)
        return try ComparisonModel.compare(run, run)
    }

    private static func stampede(_ value: Double, limit: Double? = 8) -> Finding {
        Finding(kind: .stampede, metric: "refreshesInFlight", value: value, limit: limit)
    }

    private static let stampede = ComparedMetric.finding("stampede-of-refreshesInFlight")

    @Test("Who fails all events is not recommended, however little it keeps")
    func brokenFix() throws {
        let result = try Self.compare { variants in
            (variants[0].verdict, variants[0].flagged) = (.leaking, true)
            variants[1].failed = variants[1].processed
        }
        #expect(result.ship == nil)
        #expect(result.exitStatus == ExitStatus.expectationsNotMet.rawValue)
        #expect(result.line(.failed)?.outcome == .worse)
        #expect(result.headline.contains("failed events 0 →"), "\(result.headline)")
    }

    @Test(
        "Failed events are compared by their share, with an exact interval",
        arguments: [
            (0, 0, ComparisonOutcome.same), (300, 300, .same), (300, 306, .same), (50, 60, .unknown),
            (2_000, 2_010, .same),
            (300, 600, .worse), (600, 300, .better), (0, 1, .worse), (1, 0, .better),
        ]
    )
    func failures(base: Int, candidate: Int, expected: ComparisonOutcome) throws {
        let result = try Self.compare { variants in
            (variants[0].failed, variants[1].failed) = (base, candidate)
        }
        let line = try #require(result.line(.failed))
        #expect(line.outcome == expected, "\(line)")
        #expect((line.base, line.candidate) == (Double(base), Double(candidate)))
        #expect(line.decides == (candidate > base))
    }

    @Test("A cost that was read in too few windows keeps its figures, and the tolerance for them")
    func fewWindows() throws {
        let result = try Self.compare { variants in
            for index in variants.indices {
                variants[index].windows.p99Millis = []
                variants[index].p99Millis = index == 0 ? 10_600 : 120
            }
        }
        let line = try #require(result.line(.latencyP99))
        #expect(line.outcome == .unknown && line.baseText == "10600.0 ms" && line.candidateText == "120.0 ms")
        #expect(line.toleranceText == "−20 to +25 %")
    }

    @Test("What the load makes all variants fail holds nobody up")
    func load() throws {
        let result = try Self.compare { variants in
            (variants[0].verdict, variants[0].flagged) = (.leaking, true)
            (variants[0].failed, variants[1].failed) = (300, 300)
        }
        #expect(result.ship == "new", "\(result.headline)")
    }

    @Test("A remedy that fails events where the fix fails none is no choice, though the suspect fails more")
    func halfRemedy() throws {
        let names: [(String, VariantRole)] = [
            ("pinned", .suspect), ("reconnect", .mitigation), ("per-request", .fix),
        ]
        let result = try Self.compare(names) { variants in
            variants[0].flagged = true
            variants[0].findings = [Finding(kind: .imbalance, metric: "requests", value: 2, limit: 1.5)]
            variants[1].findings = [Finding(kind: .imbalance, metric: "requests", value: 1.2, limit: 1.5)]
            variants[2].findings = [Finding(kind: .imbalance, metric: "requests", value: 1, limit: 1.5)]
            (variants[0].failed, variants[1].failed, variants[2].failed) = (4_023, 700, 0)
        }
        #expect(result.ship == "per-request", "\(result.headline)")
        let lines = try #require(result.pairs.first?.lines)
        #expect(lines.first { $0.metric == .finding("imbalance-of-requests") }?.outcome == .better)
        #expect(lines.first { $0.metric == .failed }?.outcome == .better)
        #expect(result.exitStatus == 0)
    }

    @Test("A fix comes before a mitigation, though that one is better in more")
    func ranks() throws {
        let names: [(String, VariantRole)] = [("old", .suspect), ("more-memory", .mitigation), ("new", .fix)]
        let result = try Self.compare(names) { variants in
            (variants[0].verdict, variants[0].flagged) = (.leaking, true)
            variants[1].windows.p99Millis = variants[1].windows.p99Millis.map { $0.map { $0 / 4 } }
            variants[1].p99Millis = variants[1].p99Millis.map { $0 / 4 }
        }
        #expect(result.ship == "new", "\(result.headline)")
        #expect(result.headline.contains("more-memory, a mitigation, could be shipped as well."))
    }

    @Test(
        "From flagged to not flagged with nothing worse can be shipped, though how much less it keeps is unknown"
    )
    func unflagged() throws {
        let result = try Self.compare { variants in
            variants[0].flagged = true
            variants[0].findings = [Self.stampede(26)]
            variants[1].findings = [Self.stampede(1)]
            // Memory that swings so much that no difference can be told.
            variants[0].windows.heap.bytes = variants[0].windows.heap.bytes.enumerated().map { index, bytes in
                bytes.map { $0 + Double(index * 7 % 5) * 30e6 }
            }
        }
        #expect(result.line(.heap)?.outcome == .unknown)
        #expect(result.outcome == .better && result.exitStatus == 0, "\(result.headline)")
        #expect(result.ship == "new")
        #expect(
            result.headline.contains("old is flagged (stampede of refreshesInFlight 26, limit 8)"),
            "\(result.headline)"
        )
    }

    @Test("A leak of what cannot be told apart from the candidate's leaves the whole open")
    func doubtfulLeak() throws {
        func compare(_ reason: String) throws -> ComparisonResult {
            try Self.compare { variants in
                (variants[0].verdict, variants[0].flagged) = (.leaking, true)
                variants[0].leaking = [reason]
                variants[0].windows.heap.bytes = variants[0].windows.heap.bytes.enumerated().map {
                    index,
                    bytes in
                    bytes.map { $0 + Double(index * 7 % 5) * 30e6 }
                }
            }
        }
        #expect(try compare("heap").outcome == .unknown)
        #expect(try compare("descriptors").outcome == .better)
    }

    @Test("What is flagged is bad, whatever its verdict")
    func flaggedWithoutVerdict() throws {
        let result = try Self.compare { variants in
            (variants[0].verdict, variants[0].flagged) = (.inconclusive, true)
        }
        #expect(result.pairs.first?.verdict == .better)
        #expect(result.ship == "new")
    }

    @Test(
        "A finding is judged by its limit, and how far it goes where both are beyond",
        arguments: [
            (26, 1, ComparisonOutcome.better), (1, 26, .worse), (26, 25, .same), (100, 26, .better),
            (26, 100, .worse),
            (2, 5, .same), (nil, 26, .worse), (26, nil, .better), (nil, 2, .same),
        ] as [(Double?, Double?, ComparisonOutcome)]
    )
    func findings(base: Double?, candidate: Double?, expected: ComparisonOutcome) throws {
        let result = try Self.compare { variants in
            variants[0].findings = base.map { [Self.stampede($0)] } ?? []
            variants[1].findings = candidate.map { [Self.stampede($0)] } ?? []
        }
        let line = try #require(result.line(Self.stampede))
        #expect(line.outcome == expected, "\(line)")
        #expect(line.metric.rawValue == "findings.stampede-of-refreshesInFlight.value")
    }

    @Test("A finding without a limit has a line and is not held against anybody")
    func withoutLimit() throws {
        let result = try Self.compare { $0[1].findings = [Self.stampede(26, limit: nil)] }
        #expect(result.line(Self.stampede)?.outcome == .shown)
        #expect(result.outcome == .same)
    }

    @Test(
        "Kills and restarts have a line where there are any",
        arguments: [
            (0, 0, nil), (14, 0, ComparisonOutcome.better), (0, 3, .worse), (40, 40, .same), (40, 3, .better),
            (3, 4, .unknown),
        ]
    )
    func kills(base: Int, candidate: Int, expected: ComparisonOutcome?) throws {
        let result = try Self.compare { variants in
            (variants[0].oomKills, variants[1].oomKills) = (base, candidate)
            (variants[0].restarts, variants[1].restarts) = (base + 1, candidate + 1)
        }
        #expect(result.line(.oomKills)?.outcome == expected)
        #expect(result.line(.restarts) != nil)
    }

    @Test("A resource is judged by its verdict, and named as the reason of a leak")
    func resources() throws {
        func resource(_ perEvent: Double, _ verdict: Verdict) -> VariantResult.Resource {
            .init(
                name: "descriptors",
                peak: 4_000,
                end: 9,
                perEvent: Estimate(estimate: perEvent, low: perEvent, high: perEvent),
                verdict: verdict
            )
        }
        let result = try Self.compare { variants in
            (variants[0].verdict, variants[0].flagged) = (.leaking, true)
            variants[0].leaking = ["descriptors"]
            variants[0].resources = [resource(0.9812, .leaking)]
            variants[0].heap?.bytesPerEvent = Estimate(estimate: 0.04, low: -1, high: 1)
            variants[1].resources = [resource(0.0001, .bounded)]
        }
        let line = try #require(result.line(.resource("descriptors")))
        #expect(line.outcome == .better && line.effectText == "−0.981")
        #expect(result.ship == "new")
        #expect(result.headline.contains("old leaks 0.981 descriptors per event"), "\(result.headline)")
        #expect(!result.headline.contains("of heap"))
    }

    @Test("A leak that rests on what has no amount is told by the verdict's first reason")
    func otherReason() throws {
        let result = try Self.compare { variants in
            (variants[0].verdict, variants[0].flagged) = (.leaking, true)
            (variants[0].leaking, variants[0].because) = (["instances"], ["2.000 instances live per event"])
            (variants[0].tasks, variants[0].heap) = (nil, nil)
        }
        #expect(result.headline.contains("old leaks (2.000 instances live per event)"), "\(result.headline)")
    }

    @Test("Tasks that become fewer less quickly are no regression")
    func fewerTasks() throws {
        let result = try Self.compare { variants in
            for (index, rate) in [-0.006, -0.003].enumerated() {
                variants[index].tasks?.perEvent = Estimate(estimate: rate, low: rate, high: rate)
            }
        }
        #expect(result.line(.tasks)?.outcome == .same)
    }

    @Test("Several runs have their failures added up, and findings and resources by what most of them show")
    func repeated() throws {
        func runs(_ name: String, failed: Int, _ found: [Double?]) throws -> RunMeasures {
            let all = found.enumerated().map { index, value in
                var run = ComparisonModel.measures([ComparisonModel.Side()], run: "\(name)\(index)")
                run.variants[0].failed = failed
                run.variants[0].findings = value.map { [Self.stampede($0)] } ?? []
                return run
            }
            return try RunMeasures.merging(all, as: name)
        }
        let base = try runs("a", failed: 0, [26, 24, nil])
        #expect(base.variants[0].findings.map(\.value) == [24])
        let candidate = try runs("b", failed: 5, [1, nil, nil])
        #expect(candidate.variants[0].findings.isEmpty && candidate.variants[0].failed == 15)
        let result = try ComparisonModel.compare(base, candidate)
        #expect(result.line(.failed)?.outcome == .worse)
        #expect(result.line(Self.stampede)?.outcome == .better)
        #expect(
            result.line(.resource("threads"))?.outcome == .same || result.line(.resource("threads")) == nil
        )
    }
}
