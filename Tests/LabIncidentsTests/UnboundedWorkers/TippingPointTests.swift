import Testing

@testable import LabIncidents

@Suite struct TippingPointTests {
    /// A worker that starts a batch each second, on cores that do so many rows in one.
    private struct Model {
        var tipping = TippingPoint(cores: 2)
        var running = 0.0
        var time = 0.0
        let capacity: Double

        mutating func second(with arrivals: Int, disturbedBy rows: Double = 0) {
            let done = min(running, capacity)
            running -= done
            time += 1
            tipping.begin(
                TippingPoint.Batch(
                    time: time,
                    arrivals: arrivals,
                    leftOver: Int((running + rows).rounded(.up)),
                    ended: Int(done),
                    busy: done * 2 / capacity
                )
            )
            running += Double(arrivals)
        }
    }

    @Test("It is where the load passes what the cores can do", arguments: [60, 125, 180])
    func ramp(capacity: Int) throws {
        var model = Model(capacity: Double(capacity))
        for arrivals in 20..<capacity { model.second(with: arrivals) }
        #expect(model.tipping.load == nil)
        for arrivals in capacity...250 { model.second(with: arrivals) }
        let load = try #require(model.tipping.load)
        #expect(abs(load - Double(capacity)) <= 3)
        #expect(abs(try #require(model.tipping.predicted) - Double(capacity)) < 0.01 * Double(capacity))
    }

    @Test("Rows that are late once, or for some seconds, are no tipping point")
    func disturbance() throws {
        var model = Model(capacity: 125)
        for arrivals in 20..<120 {
            model.second(with: arrivals, disturbedBy: (40..<45).contains(arrivals) ? 7 : 0)
        }
        #expect(model.tipping.load == nil)
        for arrivals in 120...250 { model.second(with: arrivals) }
        #expect(try #require(model.tipping.load) > 120)
    }

    @Test("What overlapping rows cost is not used to predict")
    func overlapping() throws {
        var model = Model(capacity: 100)
        for _ in 0..<20 { model.second(with: 50) }
        let before = try #require(model.tipping.predicted)
        for _ in 0..<20 { model.second(with: 180) }
        #expect(model.tipping.predicted == before)
        #expect(before == 100)
    }

    @Test("Nothing is told before there is something to tell")
    func beginning() {
        var tipping = TippingPoint(cores: 2)
        #expect(tipping.load == nil && tipping.predicted == nil && tipping.presentLoad == nil)
        tipping.begin(TippingPoint.Batch(time: 1, arrivals: 5, leftOver: 0, ended: 0, busy: 0))
        #expect(tipping.load == nil && tipping.predicted == nil && tipping.presentLoad == nil)
        tipping.begin(TippingPoint.Batch(time: 2, arrivals: 8, leftOver: 0, ended: 5, busy: 0.1))
        #expect(tipping.predicted == 100 && tipping.presentLoad == 8)
    }
}
