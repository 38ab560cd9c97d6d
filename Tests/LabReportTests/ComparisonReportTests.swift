import LabAnalysis
import LabCore
import LabReport
import Testing

/// Comparisons of synthetic runs, as every report shows them.
enum ComparisonFixture {
    /// The reference incident's variants: the fixed code is compared with the code of that night.
    static let reference = compare(measures)

    /// The code of that night in place of its own fix: what a gate refuses.
    static let regression: ComparisonResult? = {
        let base = ComparisonPlan.Choice(measures, variant: "singleton", place: "a")
        let candidate = ComparisonPlan.Choice(measures, variant: "per-event", place: "a")
        return (try? ComparisonPlan(base: base, candidate: candidate)).map {
            RunComparison().result(base: measures, candidate: measures, plan: $0)
        }
    }()

    static let measures: RunMeasures = {
        var recording = Fixture.reference.recording
        for index in recording.variants.indices {
            // Everything was handled as soon as it was due.
            let handled = recording.variants[index].pods[0].lives[0].series[.processed]
            recording.variants[index].series[.scheduled] = handled
            for pod in recording.variants[index].pods.indices {
                addService(to: &recording.variants[index].pods[pod].lives[0], variant: index)
            }
        }
        return RunMeasures(of: recording, result: RunAnalysis().result(of: recording))
    }()

    /// CPU time and latencies: what a service that is built anew costs.
    private static func addService(to life: inout RecordedLife, variant: Int) {
        guard let handled = life.series[.processed] else { return }
        let microseconds = [32.0, 38, 13][variant]
        life.series[.cpu] = Series(
            times: handled.times,
            values: handled.values.map { 0.05 + $0 * microseconds * 1e-6 }
        )
        for second in 1...100 {
            let time = Int64(second) * 1_000_000_000
            let wave = Double(second % 7) / 10
            life.series[.latencyP50, default: Series()].append(20 + wave, at: time)
            life.series[.latencyP99, default: Series()].append(31 + 2 * wave, at: time)
        }
    }

    private static func compare(_ run: RunMeasures) -> ComparisonResult? {
        let choice = ComparisonPlan.Choice(run, variant: nil, place: run.run)
        return (try? ComparisonPlan(base: choice, candidate: choice)).map {
            RunComparison().result(base: run, candidate: run, plan: $0)
        }
    }
}

@Suite("A comparison's report")
struct ComparisonReportTests {
    @Test("reads like a release decision, as Markdown and on a terminal")
    func decision() throws {
        let comparison = try #require(ComparisonFixture.reference)
        expectGolden(comparison.markdown, named: "comparison.md")
        expectGolden(comparison.text(width: 120), named: "comparison-120.txt")
        expectGolden(comparison.json, named: "comparison.json")
    }

    @Test("says what speaks against a release, where a gate shows it")
    func regression() throws {
        let comparison = try #require(ComparisonFixture.regression)
        expectGolden(comparison.markdown, named: "comparison-regression.md")
        expectGolden(comparison.github, named: "comparison-regression.github.txt")
        expectGolden(comparison.junit, named: "comparison-regression.junit.xml")
    }

    @Test("lets no name end an annotation or begin another command")
    func hostileNames() throws {
        var comparison = try #require(ComparisonFixture.regression)
        comparison.headline = "100 %\r\n::warning title=x::y"
        comparison.pairs[0].candidate.variant = "a,b:c\n::error::d"
        let lines = comparison.github.split(separator: "\n")
        let commands = ["::error title=", "::warning title=", "::notice title="]
        #expect(lines.allSatisfy { line in commands.contains { line.hasPrefix($0) } })
        #expect(lines.first?.hasSuffix("::100 %25%0A::warning title=x::y") == true, "\(lines.first ?? "")")
        #expect(lines.contains { $0.contains("title=a%2Cb%3Ac%0A%3A%3Aerror%3A%3Ad") }, "\(lines)")
    }

    @Test("annotates what a run did not meet")
    func annotations() {
        var report = Fixture.reference
        report.result.exitStatus = 2
        report.result.expectations[0].met = false
        let text = report.github
        #expect(text.hasPrefix("::error title=leaklab%3A service-per-event::"))
        #expect(
            text.contains(
                "::error title=leaklab%3A expectation not met::per-event.verdict == leaking (observed: leaking)\n"
            )
        )
        #expect(Fixture.reference.github.hasPrefix("::notice title="))
    }
}

@Suite("A baseline file")
struct BaselineTests {
    @Test("gives back the measures it was made from, and so the same comparison")
    func roundTrip() throws {
        let measures = ComparisonFixture.measures
        let text = try BaselineDocument.text(of: measures)
        #expect(try BaselineDocument.measures(from: text, path: "f") == measures)
        #expect(try BaselineDocument.text(of: BaselineDocument.measures(from: text, path: "f")) == text)
    }

    @Test("is small, and changes by few lines")
    func size() throws {
        let text = try BaselineDocument.text(of: ComparisonFixture.measures)
        #expect(text.utf8.count < 20_000)
        #expect(text.split(separator: "\n").contains { $0.contains("\"handled\" : [null, ") }, "\(text)")
    }

    @Test(
        "that is none, or of another schema, is refused with the difference",
        arguments: [
            ("", "f: not a JSON document"),
            ("[]", "f: not a JSON document"),
            ("{}", "f: not a baseline: its key “kind” says nothing, not “leaklab-baseline”"),
            (
                #"{"kind": "leaklab-comparison", "schema": 1}"#,
                "f: not a baseline: its key “kind” says “leaklab-comparison”, not “leaklab-baseline”"
            ),
            (
                #"{"kind": "leaklab-baseline", "schema": 2}"#,
                "f: a baseline of schema 2, and this leaklab reads schema 1"
            ),
            (
                #"{"kind": "leaklab-baseline"}"#,
                "f: a baseline of schema unknown, and this leaklab reads schema 1"
            ),
            (
                #"{"kind": "leaklab-baseline", "schema": 1}"#,
                "f: a damaged baseline: the document has no key “run”"
            ),
        ]
    )
    func refused(text: String, complaint: String) {
        let error = #expect(throws: LabError.self) { try BaselineDocument.measures(from: text, path: "f") }
        #expect(error?.description == complaint)
        #expect(error?.exitStatus == .usage)
        #expect(error?.hint?.hasSuffix(".") == true)
    }

    @Test("that is damaged anywhere is refused or read, and never fails otherwise")
    func damaged() throws {
        let text = try BaselineDocument.text(of: ComparisonFixture.measures)
        var random = SplitMix64(seed: 5)
        for _ in 0..<60 {
            var bytes = Array(text.utf8)
            bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
            let damaged = String(decoding: bytes, as: UTF8.self)
            do {
                let read = try BaselineDocument.measures(from: damaged, path: "f")
                let base = ComparisonPlan.Choice(read, variant: nil, place: "f", isBaseline: true)
                let candidate = ComparisonPlan.Choice(ComparisonFixture.measures, variant: nil, place: "r")
                let plan = try ComparisonPlan(base: base, candidate: candidate)
                let result = RunComparison().result(base: read, candidate: candidate.run, plan: plan)
                #expect(!result.text().isEmpty)
            } catch {
                #expect(error.exitStatus == .usage)
            }
        }
    }
}
