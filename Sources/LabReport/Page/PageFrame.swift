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
        var notApplicable: String?
    }

    /// What can be done to the run; there is none where nothing can.
    package struct Controls: Sendable, Hashable, Encodable {
        package struct Variant: Sendable, Hashable, Encodable {
            package var name: String
            package var pods: Int
            /// As an act has it: `256 MiB` or `none`.
            package var limit: String
            package var handler: String
            /// Others of the incident among them; empty for a command.
            package var handlers: [String]
            /// That can be asked for heap profiles.
            package var isProfiled: Bool

            package init(
                name: String,
                pods: Int,
                limit: String,
                handler: String,
                handlers: [String],
                isProfiled: Bool
            ) {
                self.name = name
                self.pods = pods
                self.limit = limit
                self.handler = handler
                self.handlers = handlers
                self.isProfiled = isProfiled
            }
        }

        /// Of the world, by name, with what it is now and what it can be.
        package struct Variable: Sendable, Hashable, Encodable {
            package var name: String
            package var condition: String
            package var choices: [String]

            package init(name: String, condition: String, choices: [String]) {
                self.name = name
                self.condition = condition
                self.choices = choices
            }
        }

        package var variants: [Variant]
        package var world: [Variable]
        package var isPaused: Bool
        /// Of the present phase, as the scenario has it: `7.23M/h`.
        package var rate: String
        /// Numbers of pods that share the partitions evenly; empty where any does.
        package var podCounts: [Int]

        package init(
            variants: [Variant],
            world: [Variable],
            isPaused: Bool,
            rate: String,
            podCounts: [Int]
        ) {
            self.variants = variants
            self.world = world
            self.isPaused = isPaused
            self.rate = rate
            self.podCounts = podCounts
        }
    }

    /// What was done to the run.
    struct Act: Sendable, Hashable, Encodable {
        var number: Int
        /// Wall seconds.
        var at: Double
        var text: String
        var afterMilliseconds: Double
    }

    package var version = 1
    package var run: String
    package var title: String
    package var scenario: String
    package var state: State
    /// No frame of the run comes after this one.
    package var isFinal: Bool
    /// Another run comes after this one, under the same address; the key is not there otherwise.
    package var isFollowed: Bool?
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
    var acts: [Act]
    /// Of a run that goes on in the process that is asked; the key is not there for others.
    package var controls: Controls?
}
