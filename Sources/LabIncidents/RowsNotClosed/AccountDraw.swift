import LabCore
import LabTelemetry

/// Says which account an event is about, and with that which events fail.
///
/// The same for an event in every variant and every life: drawn from the seed and the event's place.
struct AccountDraw: Sendable {
    let seed: UInt64
    /// Of events that meet a damaged account; what a phase says.
    let share: WorldShare
    /// The same where the phase says nothing.
    let usualShare: Double

    /// - Throws: ``LabError`` if the payload is no JSON object with a player.
    func account(of event: borrowing Event) throws -> Int64 {
        let player = try event.withPayload { payload throws(LabError) in
            try JSONObject.plainText(named: "player", in: payload)
        }
        let hash = FNV1a.hash(player.utf8)
        typealias Accounts = PurchaseDatabase
        guard isDamaged(partition: event.partition, offset: event.offset) else {
            return 1 + Int64(hash % UInt64(Accounts.soundAccounts))
        }
        return Accounts.soundAccounts + 1 + Int64(hash % UInt64(Accounts.damagedAccounts))
    }

    /// Whether the event at that place meets a damaged account.
    func isDamaged(partition: Int32, offset: Int64) -> Bool {
        let stated = share.value
        let place = UInt64(bitPattern: offset) ^ UInt64(UInt32(bitPattern: partition)) << 40
        var random = SplitMix64(seed: seed ^ place)
        return random.nextUnit() < (stated > 0 ? stated : usualShare)
    }
}
