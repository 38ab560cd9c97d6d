import Testing

@testable import LabIncidents

@Suite("The shapes of the zoo") struct ZooShapeTests {
    /// Leaks of 90 s, with an event in each second that may leak.
    private func seconds(of leak: ZooLeak, partition: Int32 = 0) -> [Int] {
        (0..<90).filter { leak.mayLeak(at: Double($0), partition: partition) }
    }

    @Test("A leak begins and ends where it is asked to, as shares of the run")
    func window() {
        #expect(seconds(of: ZooLeak(every: 1)) == Array(0..<90))
        #expect(seconds(of: ZooLeak(every: 1, from: 0.6)) == Array(54..<90))
        #expect(seconds(of: ZooLeak(every: 1, from: 0.5, until: 0.7)) == Array(45..<63))
        #expect(seconds(of: .none).isEmpty)
        // What comes after the planned end still leaks, unless an end was asked for.
        #expect(ZooLeak(every: 1).mayLeak(at: 95, partition: 0))
        #expect(!ZooLeak(every: 1, until: 0.9).mayLeak(at: 95, partition: 0))
    }

    @Test("Bursts are counted from the begin of the leak")
    func bursts() {
        let leak = ZooLeak(every: 1, from: 0.1, until: 0.5, period: 15, burst: 3)
        #expect(seconds(of: leak) == [9, 10, 11, 24, 25, 26, 39, 40, 41])
    }

    @Test("A leak of one partition leaves the others alone")
    func partition() {
        let leak = ZooLeak(every: 1, partition: 2)
        #expect(seconds(of: leak, partition: 2).count == 90)
        #expect(seconds(of: leak, partition: 1).isEmpty)
    }

    @Test("Every so many of the events that may leak is kept")
    func every() {
        let leak = ZooLeak(every: 100)
        #expect((1...1_000).filter { leak.keeps($0) } == Array(stride(from: 100, through: 1_000, by: 100)))
        #expect(!(0...10).contains { ZooLeak.none.keeps($0) })
    }

    /// What a level of 100 units holds at each of the times.
    private func held(
        _ shape: ZooLevel.Shape,
        at: Double = 0.5,
        period: Double = 5,
        _ times: [Double]
    ) -> [Int] {
        let level = ZooLevel(shape: shape, units: 100, at: at, period: period)
        return times.map { level.held(at: $0, busy: $0) }
    }

    @Test("Levels follow their formula")
    func levels() {
        #expect(held(.none, [0, 45]) == [0, 0])
        #expect(held(.fill, at: 0.8, [0, 36, 72, 89, 300]) == [0, 50, 100, 100, 100])
        #expect(held(.fill, at: 0, [0]) == [100])
        #expect(held(.emptied, at: 0.8, [0, 36, 71.9, 72, 90]) == [0, 50, 99, 0, 25])
        #expect(held(.capped, at: 0.5, [0, 22.5, 45, 80, 81, 90]) == [0, 50, 100, 100, 50, 50])
        #expect(held(.saw, period: 8, [0, 4, 7.9, 8, 12]) == [0, 50, 98, 0, 50])
        #expect(held(.startup, [0, 4.9, 5, 60]) == [100, 100, 0, 0])
        #expect(held(.transient, [0, 44.9, 45, 49.9, 50]) == [0, 0, 100, 100, 0])
        #expect(held(.table, [0, 44.9, 45, 90]) == [0, 0, 100, 100])
        #expect(held(.creep, [0, 30, 60, 90]) == [0, 69, 109, 138])
        #expect(held(.backlog, period: 10, [44, 45, 50, 55, 60, 65, 70]) == [0, 0, 50, 100, 50, 0, 0])
    }

    @Test("Only a start-up is held before the first event")
    func before() {
        for shape in ZooLevel.Shape.allCases {
            let level = ZooLevel(shape: shape, units: 100)
            #expect(level.held(at: nil, busy: nil) == (shape == .startup ? 100 : 0))
        }
    }

    @Test("What is given back at rest grows from the end of the latest rest on")
    func rest() {
        let level = ZooLevel(shape: .rest, units: 100)
        #expect(level.held(at: 45, busy: 45) == 50)
        #expect(level.held(at: 46, busy: nil) == 0)
        #expect(level.held(at: 60, busy: 9) == 10)
    }
}
