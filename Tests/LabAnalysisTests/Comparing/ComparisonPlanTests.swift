import LabCore
import Testing

@testable import LabAnalysis

@Suite("Which variants are compared")
struct ComparisonPlanTests {
    typealias Choice = ComparisonPlan.Choice

    static func run(_ id: String, _ names: String...) -> RunMeasures {
        ComparisonModel.measures(
            names.map { name in
                var side = ComparisonModel.Side()
                side.name = name
                side.role = name == "old" ? .suspect : .fix
                return side
            },
            run: id
        )
    }

    static let one = run("a", "old", "new", "newer")
    static let other = run("b", "old", "new", "other")
    static let alone = run("c", "mine")

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let base: Choice
        let candidate: Choice
        let pairs: [[String]]
        var isChoice = false
    }

    static let cases = [
        Case(
            testDescription: "one run: the suspect against all others",
            base: Choice(one, variant: nil, place: "a"),
            candidate: Choice(one, variant: nil, place: "a"),
            pairs: [["old", "new"], ["old", "newer"]],
            isChoice: true
        ),
        Case(
            testDescription: "one run: the suspect against one",
            base: Choice(one, variant: nil, place: "a"),
            candidate: Choice(one, variant: "newer", place: "a"),
            pairs: [["old", "newer"]]
        ),
        Case(
            testDescription: "one run: two that are named",
            base: Choice(one, variant: "new", place: "a"),
            candidate: Choice(one, variant: "newer", place: "a"),
            pairs: [["new", "newer"]]
        ),
        Case(
            testDescription: "two runs: each variant that both have",
            base: Choice(one, variant: nil, place: "a"),
            candidate: Choice(other, variant: nil, place: "b"),
            pairs: [["old", "old"], ["new", "new"]]
        ),
        Case(
            testDescription: "two runs: the other side has the same name unless told otherwise",
            base: Choice(one, variant: nil, place: "a"),
            candidate: Choice(other, variant: "new", place: "b"),
            pairs: [["new", "new"]]
        ),
        Case(
            testDescription: "two runs: the only variant there is",
            base: Choice(alone, variant: nil, place: "c"),
            candidate: Choice(one, variant: "new", place: "a"),
            pairs: [["mine", "new"]]
        ),
        Case(
            testDescription: "a baseline of the very run: each variant with itself",
            base: Choice(one, variant: nil, place: "f", isBaseline: true),
            candidate: Choice(one, variant: nil, place: "a"),
            pairs: [["old", "old"], ["new", "new"], ["newer", "newer"]]
        ),
    ]

    @Test("follows from what was named", arguments: cases)
    func pairs(of given: Case) throws {
        let plan = try ComparisonPlan(base: given.base, candidate: given.candidate)
        #expect(plan.pairs.map { [$0.base.name, $0.candidate.name] } == given.pairs)
        #expect(plan.isChoice == given.isChoice)
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let base: Choice
        let candidate: Choice
    }

    static func changed(_ change: (inout RunMeasures) -> Void) -> Choice {
        var run = other
        change(&run)
        return Choice(run, variant: nil, place: "b")
    }

    static let refusals = [
        Refusal(
            testDescription: "a: of scenario “s”, but b is of “t”",
            base: Choice(one, variant: nil, place: "a"),
            candidate: changed { $0.scenario = "t" }
        ),
        Refusal(
            testDescription: "a: of another load than b: timeScale is 1 there and 10 here",
            base: Choice(one, variant: nil, place: "a"),
            candidate: changed { $0.load[1] = LabelledValue("timeScale", "10") }
        ),
        Refusal(
            testDescription: "a: of another load than b: workload.partitions is nothing there and 8 here",
            base: Choice(one, variant: nil, place: "a"),
            candidate: changed { $0.load.append(LabelledValue("workload.partitions", "8")) }
        ),
        Refusal(
            testDescription: "b: there is no variant “nobody”",
            base: Choice(one, variant: nil, place: "a"),
            candidate: Choice(other, variant: "nobody", place: "b")
        ),
        Refusal(
            testDescription: "a: it is not clear which variant is meant",
            base: Choice(one, variant: nil, place: "a"),
            candidate: Choice(other, variant: "other", place: "b")
        ),
        Refusal(
            testDescription: "c: the run has no suspect that its other variants could replace",
            base: Choice(alone, variant: nil, place: "c"),
            candidate: Choice(alone, variant: nil, place: "c")
        ),
        Refusal(
            testDescription: "a: no variant to compare with one of c",
            base: Choice(alone, variant: nil, place: "c"),
            candidate: Choice(one, variant: nil, place: "a")
        ),
        Refusal(
            testDescription: "a: no variant to compare with one of a",
            base: Choice(one, variant: "new", place: "a"),
            candidate: Choice(one, variant: "new", place: "a")
        ),
    ]

    @Test("is refused where the load differs or it is not clear, with the difference", arguments: refusals)
    func refused(given: Refusal) {
        let error = #expect(throws: LabError.self) {
            try ComparisonPlan(base: given.base, candidate: given.candidate)
        }
        #expect(error?.description == given.testDescription)
        #expect(error?.exitStatus == .usage)
        #expect(error?.hint?.hasSuffix(".") == true)
    }

    @Test("leads to one that can be shipped, the others told beside it")
    func choice() throws {
        var sides = ["old", "dear", "cheap"].map { name in
            var side = ComparisonModel.Side()
            side.name = name
            return side
        }
        sides[0].role = .suspect
        sides[0].life.bytesPerEvent = 20_000
        sides[1].cpuMicroseconds = 24
        sides[2].cpuMicroseconds = 10
        let run = ComparisonModel.measures(sides)
        let result = try ComparisonModel.compare(run, run)
        #expect(result.ship == "cheap")
        #expect(result.pairs.map(\.candidate.variant) == ["cheap", "dear"])
        #expect(result.headline.hasPrefix("Ship cheap: old leaks"), "\(result.headline)")
        #expect(result.headline.hasSuffix("dear leaks nothing either, but is worse in CPU/event."))
        #expect(result.exitStatus == 0)
    }

    @Test("leads to none where every candidate leaks")
    func noChoice() throws {
        var sides = ["old", "new", "newer"].map { name in
            var side = ComparisonModel.Side()
            (side.name, side.life.bytesPerEvent) = (name, 20_000)
            return side
        }
        sides[0].role = .suspect
        let run = ComparisonModel.measures(sides)
        let result = try ComparisonModel.compare(run, run)
        #expect(result.ship == nil)
        #expect(result.headline.hasPrefix("No candidate can be shipped. "))
        #expect(result.exitStatus == ExitStatus.expectationsNotMet.rawValue)
    }
}
