package import LabCore
package import LabReport

/// Makes the frames of one run, whether it goes on, is over, or is played again.
///
/// Called on one thread, one call at a time.
package protocol FrameSource: Sendable {
    /// The run as it is now; `nil` before there is anything to show.
    /// - Throws: what keeps the run from being shown; no frame comes after it.
    func frame() throws -> PageFrame?

    /// How long to rest after a frame that took so long.
    func rest(after work: Duration) -> Duration
}

/// A run that a page lists.
package struct PageRun: Sendable, Hashable, Encodable {
    package struct Variant: Sendable, Hashable, Encodable {
        package var name: String
        package var verdict: String
        package var flagged: Bool

        package init(name: String, verdict: String, flagged: Bool) {
            self.name = name
            self.verdict = verdict
            self.flagged = flagged
        }
    }

    package var run: String
    package var title: String
    package var scenario: String
    /// As `runs` has it: `recording`, `finished`, `interrupted`, `failed`, `abandoned`, `unreadable`.
    package var state: String
    package var duration: String
    /// Milliseconds since 1970.
    package var startedAt: Double
    package var variants: [Variant]

    package init(
        run: String,
        title: String,
        scenario: String,
        state: String,
        duration: String,
        startedAt: Double,
        variants: [Variant]
    ) {
        self.run = run
        self.title = title
        self.scenario = scenario
        self.state = state
        self.duration = duration
        self.startedAt = startedAt
        self.variants = variants
    }
}

/// From which moment and how fast a recording is played again.
package struct Replay: Sendable, Hashable {
    /// Wall seconds of the recording.
    package var from: Double
    /// Times as fast as it was recorded; at 0 the one frame of that moment.
    package var speed: Double

    package init(from: Double, speed: Double) {
        self.from = from
        self.speed = speed
    }
}

/// The runs that a server has; all but acts are called on threads that may wait for files.
package protocol PageRuns: Sendable {
    /// Newest first.
    func list() throws -> [PageRun]

    /// - Parameters:
    ///   - id: of a run, its beginning, or `latest`.
    ///   - replay: `nil` for the run as it is.
    /// - Returns: what makes its frames.
    /// - Throws: ``PageProblem`` or ``LabError`` if there is no such run.
    func source(of id: String, replay: Replay?) throws -> any FrameSource

    /// Does something to a run that goes on.
    /// - Parameters:
    ///   - act: the body of the request: at most 64 KiB, not looked at yet.
    ///   - id: as in ``source(of:replay:)``.
    /// - Returns: what was done.
    /// - Throws: ``PageProblem`` if it cannot be done; the run goes on.
    func act(_ act: [UInt8], on id: String) async throws -> ActDone
}

/// Why a request gets no more than words.
package struct PageProblem: Error, Sendable, Hashable {
    /// Of HTTP: 400 to 503.
    package var status: Int
    /// A sentence, and what to do about it.
    package var text: String

    package init(_ status: Int, _ text: String) {
        self.status = status
        self.text = text
    }
}
