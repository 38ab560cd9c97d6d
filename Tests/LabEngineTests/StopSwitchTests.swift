import LabCore
import Testing

@testable import LabEngine

@Suite("Stop switch", .timeLimit(.minutes(1)))
struct StopSwitchTests {
    @Test("the first reason stands")
    func firstReason() {
        let stop = StopSwitch()
        #expect(stop.reason == nil)
        stop.stop(.invalid)
        stop.stop(.interrupted)
        #expect(stop.reason == .invalid)
    }

    @Test("all who wait are woken")
    func waiters() async {
        let stop = StopSwitch()
        await withTaskGroup { group in
            for _ in 0..<50 { group.addTask { await stop.wait() } }
            for _ in 0..<20 { await Task.yield() }
            stop.stop(.interrupted)
            await group.waitForAll()
        }
        #expect(stop.reason == .interrupted)
    }

    @Test("who waits for a switch that is thrown already does not wait")
    func thrownBefore() async {
        let stop = StopSwitch()
        stop.stop(.invalid)
        await stop.wait()
    }

    @Test(
        "a cancelled task does not wait, whether it is cancelled before or meanwhile",
        arguments: [0, 1, 30]
    )
    func cancellation(yields: Int) async {
        let stop = StopSwitch()
        await withTaskGroup { group in
            for _ in 0..<50 { group.addTask { await stop.wait() } }
            for _ in 0..<yields { await Task.yield() }
            group.cancelAll()
            await group.waitForAll()
        }
        #expect(stop.reason == nil)
    }

    @Test(
        "throwing the switch and cancelling at the same time wakes everybody exactly once",
        arguments: 0..<50
    )
    func race(round: Int) async {
        let stop = StopSwitch()
        await withTaskGroup { group in
            for _ in 0..<10 { group.addTask { await stop.wait() } }
            group.addTask {
                for _ in 0..<(round % 7) { await Task.yield() }
                stop.stop(.interrupted)
            }
            for _ in 0..<(round % 5) { await Task.yield() }
            group.cancelAll()
        }
        #expect(stop.reason == .interrupted)
    }

    @Test("waiting for a condition ends with it, with the switch, or with the time")
    func condition() async {
        let stop = StopSwitch()
        var looks = 0
        let came = await stop.wait(atMost: .seconds(30), every: .zero) {
            looks += 1
            return looks == 5
        }
        #expect(came && looks == 5)
        let inTime = await stop.wait(atMost: .zero, every: .zero) { false }
        #expect(!inTime)
        let afterThrow = await stop.wait(atMost: .seconds(3_600), every: .zero) {
            looks += 1
            if looks == 10 { stop.stop(.invalid) }
            return false
        }
        #expect(!afterThrow && looks == 10)
        // What holds already counts, even if the switch is thrown.
        #expect(await stop.wait(atMost: .zero) { true })
    }
}

@Suite("Run faults")
struct RunFaultsTests {
    @Test("each reason is told once, in order, and stops the run unless it says otherwise")
    func reasons() {
        let stop = StopSwitch()
        let faults = RunFaults(stop: stop)
        faults.report("the broker is slow", stopping: false)
        #expect(stop.reason == nil)
        faults.report("the broker ended")
        faults.report("the broker is slow")
        #expect(faults.reasons == ["the broker is slow", "the broker ended"])
        #expect(stop.reason == .invalid && faults.failure == nil)
    }

    @Test("the first failure decides the exit status, all of them are reasons")
    func failures() {
        let stop = StopSwitch()
        let faults = RunFaults(stop: stop)
        faults.fail(LabError("disk full", exitStatus: .labFailed))
        faults.fail(LabError("broker gone", exitStatus: .brokerUnavailable))
        #expect(faults.failure?.description == "disk full")
        #expect(faults.reasons == ["disk full", "broker gone"])
        #expect(stop.reason == .invalid)
    }
}
