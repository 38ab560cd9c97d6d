import LabCore
import LabTelemetry

/// A client's connection to the front, and the one to the broker that belongs to it.
///
/// Answers leave in the order of the requests, as a real broker's do; the mock's may come in another one, since it
/// keeps a member that joins waiting and goes on. Belongs to the front's thread.
final class FrontSession {
    /// The embedded broker keeps 5 MiB of a partition; larger requests are nobody's honest ones.
    static let largestRequest = 32 << 20
    static let largestAnswer = 128 << 20
    /// Above it, whoever sends more has to wait.
    static let mostWaitingBytes = 4 << 20
    static let mostWaitingRequests = 1_000

    let client: LoopbackSocket
    let upstream: LoopbackSocket
    /// By socket: what came and is not yet read, and what is to go out.
    var fromClient = ByteQueue()
    var toClient = ByteQueue()
    var fromUpstream = ByteQueue()
    var toUpstream = ByteQueue()
    private var waiting: [WaitingAnswer] = []
    /// The connection stands still, in both directions, until the fault that did it is over.
    private(set) var isHalfOpen = false
    private(set) var isOver = false
    /// Half of an answer is on its way, and the last that the client gets.
    private var endsOnceSent = false
    /// Who waits for the mock's answer to JoinGroup or SyncGroup; a real broker reads no further meanwhile.
    private var turn: GroupMember?
    /// When a member that asks anew may, on the monotonic clock; `nil` if nobody has to wait.
    private var heldUntil: UInt64?
    /// Under a throttle, when the next bytes may go to the client; on the monotonic clock.
    private(set) var mayWriteAt: UInt64 = 0

    init(client: consuming LoopbackSocket, upstream: consuming LoopbackSocket) {
        self.client = client
        self.upstream = upstream
    }

    func end() { isOver = true }

    var unreadBytes: Int { fromClient.count + fromUpstream.count }
    var bufferedBytes: Int { fromClient.count + toClient.count + fromUpstream.count + toUpstream.count }
    var takesRequests: Bool {
        !isHalfOpen && !endsOnceSent && turn == nil && toUpstream.count < Self.mostWaitingBytes
            && waiting.count < Self.mostWaitingRequests
    }
    var takesAnswers: Bool { !isHalfOpen && !endsOnceSent && toClient.count < Self.mostWaitingBytes }

    // MARK: - Requests

    /// Takes all requests that are wholly there.
    func takeRequests(_ scene: FrontScene) {
        do {
            while takesRequests, !isOver {
                guard let length = try takeRequest(scene) else { return }
                fromClient.removeFirst(length)
            }
        } catch {
            end()
        }
    }

    /// - Returns: the length of the request, if one was there.
    private func takeRequest(_ scene: FrontScene) throws(WireError) -> Int? {
        guard let message = try fromClient.message(atMost: Self.largestRequest) else { return nil }
        var reader = WireReader(message.dropFirst(4))
        // An ApiVersions request of a future version has a head that nobody here can read to its end.
        let (key, version) = (KafkaRequest(rawValue: try reader.int16()), try reader.int16())
        let correlation = try reader.int32()
        guard key.isOffered(in: version, among: scene.offers) else {
            guard key == .apiVersions else {
                throw WireError(description: "request \(key.rawValue) in version \(version)")
            }
            let head = RequestHead(key, version: version, correlation: correlation)
            answer(head, ApiVersionsAnswer.bytes(to: head, scene.offers), AnswerTreatment())
            return message.count
        }
        reader = WireReader(message.dropFirst(4))
        let head = try RequestHead(&reader)
        if let member = try GroupMember.of(head, reader) {
            heldUntil = scene.turns.enter(member, on: self, at: MonotonicClock.nanoseconds)
            guard heldUntil == nil else { return nil }
        }
        scene.traffic.saw(key)
        guard !scene.faults.isEmpty else {
            try perform(head, reader, message, scene, AnswerTreatment())
            return message.count
        }
        try perform(head, reader, message, scene)
        return message.count
    }

    /// What faults make of a request.
    private func perform(
        _ head: RequestHead,
        _ reader: WireReader,
        _ message: ArraySlice<UInt8>,
        _ scene: FrontScene
    ) throws(WireError) {
        let places = scene.faults.asksForPlaces ? try RequestPlaces.of(head, reader) : nil
        let verdict = scene.faults.verdict(on: head.request, about: places, at: scene.faultTime)
        if verdict != FaultSchedule.Verdict() { scene.traffic.hit() }
        var treatment = AnswerTreatment(delay: verdict.delay)
        switch verdict.fate {
        case .pass:
            try perform(head, reader, message, scene, treatment)
        case .cut:
            end()
        case .halfOpen:
            isHalfOpen = true
        case .dropAnswer, .truncate, .flip:
            treatment.harm = verdict.fate.harm
            try perform(head, reader, message, scene, treatment)
        case .error(let code, let fault):
            let all = try RequestPlaces.of(head, reader) ?? []
            if head.request == .metadata {
                try ask(head, reader, scene, treatment, error: code)
            } else if let bytes = ErrorAnswer(
                head: head,
                code: code,
                places: all.map { ($0, fault.means($0)) }
            ).bytes {
                answer(head, bytes, treatment)
            } else {
                try perform(head, reader, message, scene, treatment)
            }
        }
    }

    /// Answers a request or hands it on.
    private func perform(
        _ head: RequestHead,
        _ reader: WireReader,
        _ message: ArraySlice<UInt8>,
        _ scene: FrontScene,
        _ treatment: AnswerTreatment
    ) throws(WireError) {
        if scene.topics.isSettling, let bytes = try Self.notYet(head, reader, scene.topics) {
            return answer(head, bytes, treatment)
        }
        var reader = reader
        switch head.request {
        case .apiVersions:
            answer(head, ApiVersionsAnswer.bytes(to: head, scene.offers), treatment)
        case .createTopics:
            answer(head, try TopicRequests.created(head, &reader, in: &scene.topics), treatment)
        case .deleteTopics:
            answer(head, try TopicRequests.deleted(head, &reader, in: &scene.topics), treatment)
        case .metadata:
            try ask(head, reader, scene, treatment, error: nil)
        case .produce where try Self.wantsNoAnswer(head, reader):
            // The mock answers all the same, and finds nobody who waits.
            toUpstream.append(message)
        case .findCoordinator:
            toUpstream.append(message)
            waiting.append(WaitingAnswer(head, as: .coordinator, treatment))
        case .joinGroup:
            try join(head, message, scene, treatment)
        case .heartbeat, .syncGroup:
            let member = try GroupMember.of(head, reader)
            scene.assignors.note(try reader.string(), at: MonotonicClock.nanoseconds)
            toUpstream.append(message)
            waiting.append(WaitingAnswer(head, as: .itself, treatment))
            if let member { begin(member, scene) }
        case .listOffsets where scene.topics.movesStarts, .offsetFetch where scene.topics.movesStarts:
            toUpstream.append(message)
            waiting.append(WaitingAnswer(head, as: .offsets, treatment))
        default:
            toUpstream.append(message)
            waiting.append(WaitingAnswer(head, as: .itself, treatment))
        }
    }

    /// The answer to a request about partitions of which any is not led yet; `nil` for all others.
    private static func notYet(
        _ head: RequestHead,
        _ reader: WireReader,
        _ topics: TopicRegistry
    ) throws(WireError) -> [UInt8]? {
        guard [.produce, .fetch, .listOffsets].contains(head.request) else { return nil }
        let places = try RequestPlaces.of(head, reader) ?? []
        guard let code = places.lazy.compactMap({ topics.hindrance(of: $0.topic) }).first else { return nil }
        return ErrorAnswer(
            head: head,
            code: code,
            places: places.map { ($0, topics.hindrance(of: $0.topic) != nil) }
        )
        .bytes
    }

    /// Lets a member into its group with the group's assignor.
    ///
    /// A member without an id is given one here. The mock's would be the address of its own notes of the member, which
    /// the next member has when this one has timed out: two would take themselves for the same.
    private func join(
        _ head: RequestHead,
        _ message: ArraySlice<UInt8>,
        _ scene: FrontScene,
        _ treatment: AnswerTreatment
    ) throws(WireError) {
        let request = try JoinRequest(message.dropFirst(4))
        var member = request.member
        if member.id.isEmpty { member = GroupMember(group: member.group, id: GroupMember.newID()) }
        switch scene.assignors.enter(request, at: MonotonicClock.nanoseconds) {
        case .agreed(let assignor): toUpstream.append(request.bytes(of: member.id, preferring: assignor))
        case .refused:
            let refusal = ErrorAnswer(head: head, code: Self.inconsistentProtocol, places: [])
            return answer(head, refusal.bytes ?? [], treatment)
        }
        waiting.append(WaitingAnswer(head, as: .itself, treatment))
        begin(member, scene)
    }

    private func begin(_ member: GroupMember, _ scene: FrontScene) {
        turn = member
        scene.turns.begin(member, on: self)
        upstream.breaksWhenClosed(true)
    }

    private func endTurn(_ head: RequestHead, _ scene: FrontScene) {
        guard let member = turn, head.request == .joinGroup || head.request == .syncGroup else { return }
        turn = nil
        scene.turns.end(member, on: self)
        upstream.breaksWhenClosed(false)
    }

    /// INCONSISTENT_GROUP_PROTOCOL.
    private static let inconsistentProtocol: Int16 = 23

    private static func wantsNoAnswer(_ head: RequestHead, _ reader: WireReader) throws(WireError) -> Bool {
        var reader = reader
        if head.version >= 3 { _ = try reader.nullableString() }
        return try reader.int16() == 0
    }

    private func answer(_ head: RequestHead, _ bytes: [UInt8], _ treatment: AnswerTreatment) {
        var ready = WaitingAnswer(head, as: .itself, treatment)
        ready.take(bytes)
        waiting.append(ready)
        settle()
    }

    /// Asks the mock for its topics in the client's place.
    private func ask(
        _ head: RequestHead,
        _ reader: WireReader,
        _ scene: FrontScene,
        _ treatment: AnswerTreatment,
        error: Int16?
    ) throws(WireError) {
        var reader = reader
        let question = try MetadataQuestion(head, &reader)
        var refused: [String: Int16] = [:]
        if question.createsMissing {
            for case .name(let name) in question.subjects ?? [] {
                if let code = scene.topics.ensure(name) { refused[name] = code }
            }
        }
        toUpstream.append(MetadataQuestion.ofAllTopics(head.correlation, in: scene.metadataVersion))
        waiting.append(
            WaitingAnswer(head, as: .metadata(question, refused: refused, error: error), treatment)
        )
    }

    // MARK: - Answers

    /// Takes all answers that are wholly there.
    func takeAnswers(_ scene: FrontScene) {
        do {
            while takesAnswers, !isOver {
                guard let length = try takeAnswer(scene) else { break }
                fromUpstream.removeFirst(length)
            }
        } catch {
            end()
        }
        settle()
    }

    /// - Returns: the length of the answer, if one was there.
    private func takeAnswer(_ scene: FrontScene) throws(WireError) -> Int? {
        guard let message = try fromUpstream.message(atMost: Self.largestAnswer) else { return nil }
        var reader = WireReader(message.dropFirst(4))
        let correlation = try reader.int32()
        guard let index = waiting.firstIndex(where: { $0.awaits(correlation) }) else { return message.count }
        let kind = waiting[index].kind
        endTurn(waiting[index].head, scene)
        if index == 0, case .itself = kind, waiting[0].treatment.isNone {
            waiting.removeFirst()
            toClient.append(message)
            return message.count
        }
        switch kind {
        case .itself:
            waiting[index].take(Array(message.dropFirst(4)))
        case .coordinator:
            let version = waiting[index].head.version
            waiting[index].take(
                try CoordinatorAnswer.bytes(from: message.dropFirst(4), version: version, ports: scene.ports)
            )
        case .offsets:
            let head = waiting[index].head
            waiting[index].take(
                try OffsetAnswer.bytes(from: message.dropFirst(4), to: head, in: scene.topics)
            )
        case .metadata(let question, let refused, let error):
            var view = try ClusterView(&reader, version: scene.metadataVersion)
            scene.topics.note(view)
            if scene.topics.isSettling { view.unseat(where: scene.topics.isLeaderless) }
            if let error { view.fail(with: error) }
            let answer = MetadataAnswer(
                head: waiting[index].head,
                question: question,
                view: view,
                ports: scene.ports,
                visiblePartitions: scene.topics.visiblePartitions,
                refused: refused
            )
            waiting[index].take(answer.bytes)
        }
        return message.count
    }

    /// Hands out what is ready and due, in the order of the requests.
    func settle() {
        while let first = waiting.first, let bytes = first.bytes, first.due <= MonotonicClock.nanoseconds {
            waiting.removeFirst()
            var length = WireWriter()
            length.int32(Int32(clamping: bytes.count))
            switch first.treatment.harm {
            case .none: send(length.bytes, bytes)
            case .lost: continue
            case .flip(let number): send(length.bytes, AnswerTreatment.turn(number, in: bytes))
            case .cut:
                send(length.bytes, Array(bytes[..<(bytes.count / 2)]))
                waiting.removeAll()
                endsOnceSent = true
            }
        }
    }

    private func send(_ length: [UInt8], _ bytes: [UInt8]) {
        toClient.append(length)
        toClient.append(bytes)
    }

    /// When the session wants to be looked at although nothing came; on the monotonic clock.
    func nextWake(isThrottled: Bool) -> UInt64? {
        guard !isHalfOpen else { return nil }
        let due = waiting.first.flatMap { $0.bytes == nil ? nil : $0.due }
        let write = isThrottled && !toClient.isEmpty ? mayWriteAt : nil
        return [due, write, heldUntil].compactMap { $0 }.min()
    }

    // MARK: - Sockets

    func write(throttle: Int?) {
        guard !isHalfOpen else { return }
        defer { if endsOnceSent, toClient.isEmpty { end() } }
        if !Self.write(&toUpstream, to: upstream) { end() }
        guard let rate = throttle else {
            if !Self.write(&toClient, to: client) { end() }
            return
        }
        let now = MonotonicClock.nanoseconds
        guard now >= mayWriteAt, !toClient.isEmpty else { return }
        // Twenty portions a second, one byte at least.
        let before = toClient.count
        if !Self.write(&toClient, to: client, atMost: max(1, rate / 20)) { end() }
        mayWriteAt = now + UInt64(before - toClient.count) * 1_000_000_000 / UInt64(rate)
    }

    /// - Returns: false if the connection is broken.
    private static func write(
        _ queue: inout ByteQueue,
        to socket: borrowing LoopbackSocket,
        atMost limit: Int = .max
    ) -> Bool {
        var left = limit
        while !queue.isEmpty, left > 0 {
            let outcome = queue.withReadable { bytes in
                socket.send(UnsafeRawBufferPointer(rebasing: bytes.prefix(left)))
            }
            switch outcome {
            case .bytes(let count):
                queue.removeFirst(count)
                left -= count
            case .later: return true
            case .ended: return false
            }
        }
        return true
    }
}

extension FaultSchedule.Verdict.Fate {
    /// What becomes of the bytes of an answer that the broker gives.
    fileprivate var harm: AnswerTreatment.Harm {
        switch self {
        case .pass, .cut, .halfOpen, .error: .none
        case .dropAnswer: .lost
        case .truncate: .cut
        case .flip(let number): .flip(number)
        }
    }
}
