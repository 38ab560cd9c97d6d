/// Which members wait for an answer to JoinGroup or SyncGroup, and on which connection.
///
/// The mock of librdkafka 2.0.2 ends its process by an assertion if a member asks anew while it waits
/// (`rd_kafka_mock_cgrp_member_add` in rdkafka_mock_cgrp.c). It does not see either that a connection is closed on
/// which it owes such an answer, since it does not read from it: so a member whose connection breaks and that joins
/// again is enough. A real broker lets the newer request take the place of the older one.
struct GroupTurns {
    /// From the end of the older connection until the mock has certainly seen it, nanoseconds.
    static let patience: UInt64 = 50_000_000
    /// Beyond it, those are forgotten whose connections have gone.
    private static let mostForgotten = 1_000

    private struct Turn {
        weak var session: FrontSession?
        /// When the member may ask anew, once its older connection has been ended.
        var clears: UInt64?
    }

    private var turns: [GroupMember: Turn] = [:]

    /// A member wants to ask; if it waits on another connection, that is ended.
    ///
    /// `now`: nanoseconds on a monotonic clock.
    /// - Returns: when it may; `nil` for at once.
    mutating func enter(_ member: GroupMember, on session: FrontSession, at now: UInt64) -> UInt64? {
        guard !member.id.isEmpty, let turn = turns[member], turn.session !== session else { return nil }
        let clears = turn.clears ?? now + Self.patience
        guard now < clears else {
            turns[member] = nil
            return nil
        }
        if turn.clears == nil {
            turn.session?.end()
            turns[member]?.clears = clears
        }
        return clears
    }

    /// The mock has been asked.
    mutating func begin(_ member: GroupMember, on session: FrontSession) {
        if turns.count > Self.mostForgotten { turns = turns.filter { $0.value.session != nil } }
        turns[member] = Turn(session: session)
    }

    /// The mock has answered on this connection.
    mutating func end(_ member: GroupMember, on session: FrontSession) {
        if turns[member]?.session === session { turns[member] = nil }
    }
}
