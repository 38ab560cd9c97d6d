/// What the name of a dump says of it: a pod that is killed leaves nothing else behind.
///
/// While it is written a dump is called `….part`, so that one that a kill cut off is known by its name.
package struct ProfileFileName: Hashable, Sendable {
    package var pod: String
    package var life: Int
    package var number: Int
    package var moment: HeapProfile.Moment
    /// That the life had handled.
    package var events: Int
    /// Wall time since the life could receive events.
    package var milliseconds: Int

    package static let suffix = ".heap"
    package static let partSuffix = ".heap.part"

    package init(
        pod: String,
        life: Int,
        number: Int,
        moment: HeapProfile.Moment,
        events: Int,
        milliseconds: Int
    ) {
        self.pod = pod
        self.life = life
        self.number = number
        self.moment = moment
        self.events = events
        self.milliseconds = milliseconds
    }

    /// - Returns: `nil` for a file that is no dump, or not whole.
    package init?(parsing name: String) {
        guard name.hasSuffix(Self.suffix) else { return nil }
        let words = name.dropLast(Self.suffix.count).split(separator: ".").map(String.init)
        guard words.count == 6, let life = Int(words[1]), let number = Int(words[2]),
            let moment = HeapProfile.Moment(rawValue: words[3]), let events = Int(words[4]),
            let milliseconds = Int(words[5]), [life, number, events, milliseconds].allSatisfy({ $0 >= 0 })
        else { return nil }
        self.init(
            pod: words[0],
            life: life,
            number: number,
            moment: moment,
            events: events,
            milliseconds: milliseconds
        )
    }

    /// Without a suffix.
    package var stem: String { "\(pod).\(life).\(number).\(moment.rawValue).\(events).\(milliseconds)" }

    /// Whose presence asks the pod for a profile.
    package static func request(of pod: String) -> String { "\(pod).request" }
}
