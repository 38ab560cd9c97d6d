import CRdKafka

/// Says when the client's threads are to be woken, so that they fetch again.
///
/// Before librdkafka 2.2.0 a broker's thread that finds the prefetch queue full goes to sleep for up to a second
/// (`rd_kafka_toppar_fetch_decide` in rdkafka_partition.c gives no time to come back at), and taking messages from the
/// queue does not wake it: a backlog was read at one queue a second. Later releases come back by themselves, after
/// `fetch.queue.backoff.ms`.
///
/// A value without a clock.
struct PrefetchRefill: Sendable {
    /// What fills the queue: `queued.min.messages`, and `queued.max.messages.kbytes` in bytes.
    private let limits: (messages: Int, bytes: Int)
    private var taken = (messages: 0, bytes: 0)
    private var last: ContinuousClock.Instant?

    /// Between two wake-ups.
    private static let interval = Duration.milliseconds(10)

    /// With librdkafka's own defaults where the properties have none.
    init(_ properties: ClientProperties) {
        let messages = properties["queued.min.messages"].flatMap(Int.init) ?? 100_000
        let kilobytes = properties["queued.max.messages.kbytes"].flatMap(Int.init) ?? 65_536
        limits = (messages, kilobytes * 1_024)
    }

    mutating func took(messages: Int, bytes: Int) {
        taken.messages += messages
        taken.bytes += bytes
    }

    /// The queue is empty, and who polls is about to wait.
    /// - Returns: whether it can have been full since it was empty last; half full counts, as sizes are told in
    ///   different ways.
    mutating func ranEmpty(at now: ContinuousClock.Instant) -> Bool {
        let wasFull = taken.messages >= limits.messages / 2 || taken.bytes >= limits.bytes / 2
        if wasFull, let last, now - last < Self.interval { return false }
        taken = (0, 0)
        if wasFull { last = now }
        return wasFull
    }
}

/// Wakes a client's threads without a request to any broker.
///
/// `rd_kafka_sasl_set_credentials` wakes the threads of all brokers (`rd_kafka_all_brokers_wakeup`); it is given the
/// credentials that the client has, which are none without SASL.
struct ClientWake: Sendable {
    private let user: String
    private let password: String

    /// - Returns: `nil` if the library needs no waking, or the client's credentials are of a kind that has no name and
    ///   password.
    init?(_ properties: ClientProperties) {
        guard !KafkaLibrary.supports(property: "fetch.queue.backoff.ms") else { return nil }
        let usesSASL = properties["security.protocol"]?.lowercased().hasPrefix("sasl") == true
        let user = properties["sasl.username"]
        let password = properties["sasl.password"]
        guard !usesSASL || (user != nil && password != nil) else { return nil }
        self.user = user ?? ""
        self.password = password ?? ""
    }

    func perform(_ client: OpaquePointer) {
        if let error = rd_kafka_sasl_set_credentials(client, user, password) {
            rd_kafka_error_destroy(error)
        }
    }
}
