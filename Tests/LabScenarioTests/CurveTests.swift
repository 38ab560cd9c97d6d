import Foundation
import LabCore
import LabScenario
import Testing

/// Phases whose rate was recorded.
@Suite struct CurveTests {
    private static func text(_ phase: String) -> String {
        minimalScenario("verdict: {warmUp: 1s}").replacing("{duration: 60s, rate: 100/s}", with: phase)
    }

    /// With a file `rates` beside the scenario; what is read, or the report without the folder's name.
    private static func read(_ phase: String, rates: String) throws -> (phase: LoadPhase?, report: String) {
        let folder = NSTemporaryDirectory() + "leaklab-curve-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Data(rates.utf8).write(to: URL(fileURLWithPath: "\(folder)/rates"))
        do {
            let scenario = try Scenario.load(
                text: text(phase),
                path: "\(folder)/own.yaml",
                catalogue: .test
            )
            return (scenario.workload.phases.first, "")
        } catch {
            return (nil, error.report.replacing("\(folder)/", with: ""))
        }
    }

    private static func curve(_ points: [(Double, Double)]) -> LoadShape {
        .curve(RateCurve(points: points.map { RateCurve.Point(seconds: $0.0, rate: $0.1) }))
    }

    @Test(
        "Lines of seconds and rate are read, with or without a heading, from any second on",
        arguments: [
            "0,100\n10,250.5\n", "seconds,rate\r\n1700000000, 100\r\n1700000010,250.5",
            "5,0.1k\n15,250.5\n\n",
        ]
    )
    func lines(rates: String) throws {
        let phase = try #require(try Self.read("{curve: {file: rates}}", rates: rates).phase)
        #expect(phase.shape == Self.curve([(0, 100), (10, 250.5)]))
        #expect(phase.duration == .seconds(10) && phase.name == "phase-1")
    }

    @Test("What Prometheus answers to a range query is read, and multiplied")
    func prometheus() throws {
        let answer = """
            {"status":"success","data":{"resultType":"matrix","result":[{"metric":{"topic":"orders"},
             "values":[[1435781430.781,"100"],[1435781445.781,"2.5e1"],[1435781460.781,"0"]]}]}}
            """
        let phase = try #require(try Self.read("{curve: {file: rates, times: 10}}", rates: answer).phase)
        #expect(phase.shape == Self.curve([(0, 1_000), (15, 250), (30, 0)]))
    }

    @Test("A duration cuts the curve, and only that")
    func duration() throws {
        let rates = "0,100\n10,200\n"
        let phase = try #require(try Self.read("{curve: {file: rates}, duration: 5s}", rates: rates).phase)
        #expect(phase.duration == .seconds(5))
        let report = try Self.read("{curve: {file: rates}, duration: 11s}", rates: rates).report
        #expect(report.hasPrefix("own.yaml:4:40: “11s” is too large"), "\(report)")
    }

    @Test("An option that makes all phases longer is refused: a recorded curve has its length")
    func option() {
        let found = report(Self.text("{curve: {file: rates}}"), overrides: [.duration(.seconds(60))])
        #expect(found.contains("--duration: a recorded curve is as long as it is"))
    }

    @Test(
        "What cannot be is said with its place in the scenario, and in the file",
        arguments: [
            ("", "rates: a curve has two points at least\n  Write lines of seconds,rate."),
            ("1,2", "rates: a curve has two points at least"),
            ("1,2\n2", "rates, line 2: “2” is not seconds,rate"),
            ("1,2\n2,x", "rates, line 2: “2,x” is not seconds,rate"),
            ("a,b\nc,d", "rates, line 2: “c,d” is not seconds,rate"),
            ("1,2\n2,3,4", "rates, line 2: “2,3,4” is not seconds,rate"),
            ("1,2\n1,3", "rates, line 2: its time is not later than that of the point before"),
            ("1,2\n2,-3", "rates, line 2: a rate below zero"), ("0,0\n9,0", "the curve sends nothing"),
            ("0,1\n9,20M", "rates: 20M events a second are too many"),
            ("{}", "rates: is no answer of Prometheus to a range query"),
            (#"{"data":{"resultType":"vector","result":[]}}"#, "rates: is no answer of Prometheus"),
            (#"{"data":{"resultType":"matrix","result":[]}}"#, "rates: has 0 series, a curve is one"),
            (
                #"{"data":{"resultType":"matrix","result":[{"values":[[1,"NaN"]]}]}}"#,
                "rates, value 1: “NaN” is not a rate"
            ),
        ]
    )
    func problems(rates: String, problem: String) throws {
        let found = try Self.read("{curve: {file: rates}}", rates: rates).report
        #expect(found.hasPrefix("own.yaml:4:22: \(problem)"), "\(found)")
    }

    @Test("A curve excludes other rates, needs a file, and a factor within bounds")
    func conflicts() throws {
        let rates = "0,1\n9,2"
        for (phase, problem) in [
            ("{curve: {file: rates}, rate: 3/s}", "own.yaml:4:36: “rate” excludes a recorded curve"),
            ("{curve: {file: missing}}", "own.yaml:4:22: missing: cannot be read: No such file or directory"),
            ("{curve: {times: 2}}", "own.yaml:4:15: “file” is missing"),
            ("{curve: {file: rates, times: 0}}", "own.yaml:4:36: “0” is too small"),
            ("{curve: {file: rates, times: 101}}", "own.yaml:4:36: “101” is too large"),
        ] {
            let found = try Self.read(phase, rates: rates).report
            #expect(found.hasPrefix(problem), "\(found)")
        }
    }
}
