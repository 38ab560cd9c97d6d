import LabBroker
import LabCore

/// One run of a fault campaign: what goes wrong between the run and its broker, and in which phase of the run.
package struct FaultCell: Sendable, Hashable, Codable {
    package enum Trouble: String, Sendable, Codable, CaseIterable {
        case delay, throttle, cut, truncate
        case flip = "flip-bits"
        case drop = "drop-answers"
        case halfOpen = "half-open"
    }

    package enum Phase: String, Sendable, Codable, CaseIterable {
        /// The lab connects and makes its topics.
        case start
        /// Pods of a group join it.
        case join
        case warmUp = "warm-up"
        case steady
        /// Pods change while the load goes on, and one is killed.
        case step
        /// The load is over; what is left is handled.
        case drain
        /// Pods are stopped, topics deleted.
        case end
    }

    package let trouble: Trouble
    package let phase: Phase

    /// How long it lasts, from the first moment of its phase: longer than what a cluster does while a leader moves.
    package static let span = Duration.milliseconds(1_500)
    private static let lateness = Duration.milliseconds(300)
    private static let bytesPerSecond = 4_000

    package init(_ trouble: Trouble, _ phase: Phase) {
        (self.trouble, self.phase) = (trouble, phase)
    }

    /// All of them, phase by phase.
    package static let all = Phase.allCases.flatMap { phase in Trouble.allCases.map { FaultCell($0, phase) } }

    /// Such as `cut@steady`.
    package var name: String { "\(trouble.rawValue)@\(phase.rawValue)" }

    /// Reads `all`, or several of `TROUBLE`, `PHASE` and `TROUBLE@PHASE` with commas between.
    /// - Returns: the cells in their order; `nil` if a word is none of these.
    package static func cells(in text: String) -> [FaultCell]? {
        let words = text.split(separator: ",", omittingEmptySubsequences: false)
        guard text != "all" else { return all }
        guard words.allSatisfy({ word in all.contains { $0.answers(to: word) } }) else { return nil }
        return all.filter { cell in words.contains { cell.answers(to: $0) } }
    }

    private func answers(to word: Substring) -> Bool {
        word == trouble.rawValue || word == phase.rawValue || word == name
    }

    var fault: BrokerFault {
        let effect: BrokerFault.Effect =
            switch trouble {
            case .delay: .delay(Self.lateness)
            case .throttle: .throttle(bytesPerSecond: Self.bytesPerSecond)
            case .cut: .cut
            case .truncate: .truncate
            case .flip: .flipBit(seed: UInt64(Self.all.firstIndex(of: self) ?? 0))
            case .drop: .dropAnswer
            case .halfOpen: .halfOpen
            }
        return BrokerFault(effect, requests: phase.requests)
    }
}

extension FaultCell.Phase {
    /// Those that are hit; empty: all.
    ///
    /// The first phases are known by what is asked in them, so that nothing else is hit however fast a run begins.
    var requests: Set<KafkaRequest> {
        switch self {
        case .start: [.apiVersions, .metadata, .createTopics]
        case .join: [.findCoordinator, .joinGroup, .syncGroup]
        case .warmUp, .steady, .step, .drain, .end: []
        }
    }

    /// Since the first events were sent, when the phase begins; `nil` for one that is known by its first request.
    var offset: Duration? {
        switch self {
        case .start, .join: nil
        case .warmUp: .zero
        case .steady: .seconds(2)
        case .step: FaultScenario.step - .milliseconds(200)
        case .drain: FaultScenario.load - .milliseconds(50)
        case .end: FaultScenario.load + .milliseconds(1_500)
        }
    }
}

/// When the fault of one run begins and ends, from what has come to the front: reads no clock, so that any course can be tried.
struct FaultCourse {
    private enum State: Hashable { case waiting, armed, over }

    private let cell: FaultCell
    private var state = State.waiting
    private var firstEvents: Duration?
    /// When the phase was seen to begin.
    private var began: Duration?

    init(_ cell: FaultCell) { self.cell = cell }

    /// - Parameters:
    ///   - time: since the run was started; it rises.
    ///   - counts: of the front by then.
    /// - Returns: faults that apply from now on; `nil` if nothing changes.
    mutating func faults(at time: Duration, _ counts: FrontCounts) -> [BrokerFault]? {
        if firstEvents == nil, counts.requests[.produce] != nil { firstEvents = time }
        switch state {
        case .over: return nil
        case .waiting:
            guard isDue(at: time) else { return nil }
            state = .armed
            note(time, counts)
            return [cell.fault]
        case .armed:
            note(time, counts)
            guard let began, time - began >= FaultCell.span else { return nil }
            state = .over
            return []
        }
    }

    private func isDue(at time: Duration) -> Bool {
        guard let offset = cell.phase.offset else { return true }
        return firstEvents.map { time - $0 >= offset } ?? false
    }

    private mutating func note(_ time: Duration, _ counts: FrontCounts) {
        guard began == nil else { return }
        let asked = cell.phase.requests
        if asked.isEmpty || asked.contains(where: { counts.requests[$0] != nil }) { began = time }
    }
}
