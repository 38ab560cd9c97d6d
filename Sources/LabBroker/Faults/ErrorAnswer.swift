/// Answers with an error in the place of the broker's, for requests that it then never sees.
struct ErrorAnswer {
    let head: RequestHead
    let code: Int16
    /// What the request is about, and whether each is meant; empty for requests that name no topics.
    let places: [(place: RequestPlace, isMeant: Bool)]

    /// The whole answer, without its length; `nil` if this kind of request cannot be answered with an error.
    var bytes: [UInt8]? {
        var answer = head.answer
        let version = head.version
        switch head.request {
        case .produce: writeProduce(&answer)
        case .fetch: writeFetch(&answer)
        case .listOffsets: writeListOffsets(&answer)
        case .offsetCommit:
            if version >= 3 { answer.int32(0) }
            writePlaces(&answer) { answer, code in answer.int16(code) }
        case .offsetFetch: writeOffsetFetch(&answer)
        case .findCoordinator:
            if version >= 1 { answer.int32(0) }
            answer.int16(code)
            if version >= 1 { answer.string(nil) }
            answer.int32(-1)
            answer.string("")
            answer.int32(-1)
        case .joinGroup:
            if version >= 2 { answer.int32(0) }
            answer.int16(code)
            answer.int32(-1)
            for _ in 0..<3 { answer.string("") }
            answer.count(0)
        case .syncGroup:
            if version >= 1 { answer.int32(0) }
            answer.int16(code)
            answer.int32(0)
        case .heartbeat, .leaveGroup:
            if version >= 1 { answer.int32(0) }
            answer.int16(code)
        case .initProducerID:
            answer.int32(0)
            answer.int16(code)
            answer.int64(-1)
            answer.int16(-1)
        default: return nil
        }
        return answer.bytes
    }

    /// Partitions that are not meant have an error as well, since their events were not written: whoever is told that
    /// the broker is busy sends them again.
    private func writeProduce(_ answer: inout WireWriter) {
        writePlaces(&answer, others: code) { answer, code in
            answer.int16(code)
            answer.int64(-1)
            if head.version >= 2 { answer.int64(-1) }
            if head.version >= 5 { answer.int64(-1) }
        }
        if head.version >= 1 { answer.int32(0) }
    }

    /// Partitions that are not meant have nothing new.
    private func writeFetch(_ answer: inout WireWriter) {
        let version = head.version
        if version >= 1 { answer.int32(0) }
        if version >= 7 {
            answer.int16(0)
            answer.int32(0)
        }
        writePlaces(&answer) { answer, code in
            answer.int16(code)
            answer.int64(-1)
            if version >= 4 { answer.int64(-1) }
            if version >= 5 { answer.int64(-1) }
            if version >= 4 { answer.int32(-1) }
            if version >= 11 { answer.int32(-1) }
            answer.int32(0)
        }
    }

    private func writeListOffsets(_ answer: inout WireWriter) {
        let version = head.version
        if version >= 2 { answer.int32(0) }
        writePlaces(&answer, others: code) { answer, code in
            answer.int16(code)
            if version == 0 {
                answer.count(0)
            } else {
                answer.int64(-1)
                answer.int64(-1)
            }
            if version >= 4 { answer.int32(-1) }
        }
    }

    private func writeOffsetFetch(_ answer: inout WireWriter) {
        let version = head.version
        if version >= 3 { answer.int32(0) }
        writePlaces(&answer, others: code) { answer, code in
            answer.int64(-1)
            if version >= 5 { answer.int32(-1) }
            answer.string("")
            answer.int16(code)
        }
        if version >= 2 { answer.int16(code) }
    }

    /// `others`: the code of partitions that are not meant.
    private func writePlaces(
        _ answer: inout WireWriter,
        others: Int16 = 0,
        _ write: (inout WireWriter, Int16) -> Void
    ) {
        var topics: [String] = []
        for (place, _) in places where !topics.contains(place.topic) { topics.append(place.topic) }
        answer.array(topics) { answer, topic in
            answer.string(topic)
            answer.array(places.filter { $0.place.topic == topic }) { answer, entry in
                answer.int32(entry.place.partition ?? 0)
                write(&answer, entry.isMeant ? code : others)
            }
        }
    }
}
