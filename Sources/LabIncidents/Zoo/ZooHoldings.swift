import LabCore
import LabTelemetry
import Synchronization

/// A leak and a level, and the units of both.
final class ZooHoldings: Sendable {
    /// Between two looks at the level; incident time.
    static let tick = Duration.milliseconds(200)
    /// Seconds without an event after which the pod is at rest.
    private static let rest = 1.0

    private struct State {
        var start: Double?
        var lastEvent = 0.0
        /// `nil` while at rest.
        var busySince: Double?
        var mayLeakCount = 0
        var digest: UInt8 = 0
        var levelUnits = 0
        var leaked: any ZooMedium & Sendable
        var held: any ZooMedium & Sendable
    }

    private let leak: ZooLeak
    private let level: ZooLevel
    private let clock: IncidentClock
    private let leakBytes: UInt64
    private let levelBytes: UInt64
    private let leakedUnits: Counter
    private let leakedBytes: Counter
    private let heldUnits: Counter
    private let heldBytes: Counter
    private let state: Mutex<State>

    init(_ context: IncidentContext, leak: ZooLeak, level: ZooLevel) {
        typealias Parameters = ZooParameters
        let leakMedium = context[Parameters.leakMedium]
        let levelMedium = context[Parameters.levelMedium]
        let sizes = (leak: context[Parameters.leakBytes], level: context[Parameters.levelBytes])
        self.leak = leak
        self.level = level
        clock = context.clock
        leakBytes = leakMedium.hasBytes ? UInt64(sizes.leak) : 0
        levelBytes = levelMedium.hasBytes ? UInt64(sizes.level) : 0
        leakedUnits = context.page.counter("leakedUnits", class: .incident)
        leakedBytes = context.page.counter("leakedBytes", unit: .bytes, class: .incident)
        heldUnits = context.page.gauge("heldUnits", class: .incident)
        heldBytes = context.page.gauge("heldBytes", unit: .bytes, class: .incident)
        state = Mutex(
            State(
                leaked: leakMedium.make(bytes: sizes.leak, isForGood: true),
                held: levelMedium.make(bytes: sizes.level, isForGood: false)
            )
        )
        tick()
    }

    /// One event more.
    func handled(partition: Int32, digest: UInt8) {
        let now = clock.now.elapsed.inSeconds
        state.withLock { state in
            let start = state.start ?? now
            state.start = start
            state.busySince = state.busySince ?? now
            state.lastEvent = now
            state.digest ^= digest
            if leak.mayLeak(at: now - start, partition: partition) {
                state.mayLeakCount += 1
                if leak.keeps(state.mayLeakCount) { keep(&state) }
            }
            settle(&state, at: now)
        }
    }

    /// Brings the level to where it should be now.
    func tick() {
        let now = clock.now.elapsed.inSeconds
        state.withLock { state in
            if now - state.lastEvent >= Self.rest { state.busySince = nil }
            settle(&state, at: now)
        }
    }

    /// Gives the level back; what has leaked has leaked.
    func end() {
        state.withLock { move(&$0, to: 0) }
    }

    private func keep(_ state: inout State) {
        guard state.leaked.take() else { return }
        leakedUnits.add()
        leakedBytes.add(leakBytes)
        heldUnits.add()
        heldBytes.add(leakBytes)
    }

    private func settle(_ state: inout State, at now: Double) {
        let seconds = state.start.map { now - $0 }
        move(&state, to: level.held(at: seconds, busy: state.busySince.map { now - $0 }))
    }

    private func move(_ state: inout State, to units: Int) {
        while state.levelUnits < units, state.held.take() {
            state.levelUnits += 1
            heldUnits.add()
            heldBytes.add(levelBytes)
        }
        while state.levelUnits > units {
            state.held.giveBack()
            state.levelUnits -= 1
            heldUnits.subtract()
            heldBytes.subtract(levelBytes)
        }
    }
}
