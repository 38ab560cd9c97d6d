import LabCore

/// What a page shows of one run at one instant, complete: whoever has the newest frame needs none before it.
///
/// The same whether the run goes on or is played again. Times are wall seconds since the run's zero. Keys are added,
/// never renamed.
package struct PageFrame: Sendable, Hashable, Encodable {
    package enum State: String, Sendable, Hashable, Encodable {
        case running
        /// A recording is played again, and is not at its end.
        case replaying
        case finished
        case interrupted
        case failed
        /// The lab ended without closing its books.
        case cutOff = "cut-off"
    }

    /// A stretch of time with a name.
    struct Band: Sendable, Hashable, Encodable {
        var name: String
        var start: Double
        var end: Double
    }

    struct Step: Sendable, Hashable, Encodable {
        var at: Double
        var text: String
        var style: Int?
    }

    struct Mark: Sendable, Hashable, Encodable {
        var at: Double
        var text: String
        var isKill: Bool
        var style: Int?
        var count: Int
    }

    struct Event: Sendable, Hashable, Encodable {
        var at: Double
        var isWarning: Bool
        var reason: String
        var object: String
        var message: String
    }

    struct Expectation: Sendable, Hashable, Encodable {
        var text: String
        var met: Bool
        var observed: String?
    }

    package var version = 1
    package var run: String
    package var title: String
    package var scenario: String
    package var state: State
    /// No frame of the run comes after this one.
    package var isFinal: Bool
    /// What the end of the run came to, in a sentence; `nil` before.
    package var ending: String?
    package var now: Double
    /// The right end of the time axis.
    package var end: Double
    /// How long the recording is; differs from `now` while it is played again.
    package var length: Double
    package var timeScale: Double
    package var phase: String
    /// What comes next, and when; `nil` if nothing is planned.
    var next: Step?
    package var rate: String
    package var warnings: [String]
    package var variants: [PageVariant]
    package var charts: [PageChart]
    var bands: [Band]
    var steps: [Step]
    var marks: [Mark]
    var events: [Event]
    var expectations: [Expectation]
}
