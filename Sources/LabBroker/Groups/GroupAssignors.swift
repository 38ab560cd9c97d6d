/// Which assignor each group has.
///
/// The mock takes the first member's first assignor for all members, and ends its process by an assertion if another
/// member prefers another one. A real broker takes one that all of them know.
struct GroupAssignors {
    /// Beyond it, the groups that were quiet longest are forgotten.
    static let mostGroups = 10_000

    private struct Group {
        let assignor: String
        var lasts: UInt64
        let timeout: UInt64
    }

    enum Entrance: Equatable {
        /// With this one before the member's others.
        case agreed(String)
        /// The member does not know the group's.
        case refused
    }

    private var groups: [String: Group] = [:]

    /// A member wants to join.
    ///
    /// `now`: nanoseconds on a monotonic clock.
    mutating func enter(_ request: JoinRequest, at now: UInt64) -> Entrance {
        guard let preferred = request.assignors.first else { return .refused }
        let timeout = UInt64(clamping: request.sessionTimeout) * 1_000_000
        guard let group = groups[request.group], group.lasts > now else {
            forgetQuiet(at: now)
            groups[request.group] = Group(assignor: preferred, lasts: now + 2 * timeout, timeout: timeout)
            return .agreed(preferred)
        }
        guard request.assignors.contains(group.assignor) else { return .refused }
        groups[request.group]?.lasts = max(group.lasts, now + 2 * timeout)
        return .agreed(group.assignor)
    }

    /// A member of the group is alive.
    ///
    /// The mock forgets it when its session is over.
    mutating func note(_ group: String, at now: UInt64) {
        guard let known = groups[group] else { return }
        groups[group]?.lasts = max(known.lasts, now + 2 * known.timeout)
    }

    private mutating func forgetQuiet(at now: UInt64) {
        guard groups.count >= Self.mostGroups else { return }
        groups = groups.filter { $0.value.lasts > now }
        if groups.count >= Self.mostGroups, let oldest = groups.min(by: { $0.value.lasts < $1.value.lasts }) {
            groups[oldest.key] = nil
        }
    }
}
