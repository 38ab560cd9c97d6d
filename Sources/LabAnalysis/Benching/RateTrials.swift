import LabCore

/// How the measurements at one rate came out.
struct RateTrials: Sendable, Hashable {
    /// What they make of the rate.
    enum Standing: Sendable, Hashable {
        case sustained
        case failed
        /// As many one way as the other: another measurement decides.
        case open
        /// It goes on coming out both ways: the rate lies where the system is neither in time nor late.
        case unsteady
        /// Nobody can say, however often it is tried.
        case unknown
    }

    private(set) var sustained = 0
    private(set) var failed = 0
    private(set) var unreached = 0
    private(set) var unknown = 0

    /// Measurements that could not be judged are tried again so often.
    private static let mostUnknown = 2

    mutating func add(_ outcome: StepOutcome) {
        switch outcome {
        case .sustained: sustained += 1
        case .failed: failed += 1
        case .unreached: unreached += 1
        case .unknown: unknown += 1
        }
    }

    /// The ones that say something.
    var judged: Int { sustained + failed + unreached }

    /// By how many measurements the rate counts as sustained, or, below zero, as not sustained.
    var lead: Int { sustained - failed - unreached }

    var isForWantOfLoad: Bool { unreached > failed }

    /// Whether one outcome leads by as many measurements as was asked.
    func isVerified(_ verifications: Int) -> Bool { abs(lead) >= verifications }

    /// Another measurement of it could still tell something.
    func isUndecided(_ verifications: Int) -> Bool {
        !isVerified(verifications) && judged < 2 * verifications + 1
    }

    func standing(_ verifications: Int) -> Standing {
        if unknown >= Self.mostUnknown { return .unknown }
        if !isVerified(verifications), !isUndecided(verifications) { return .unsteady }
        return lead > 0 ? .sustained : lead < 0 ? .failed : .open
    }
}
