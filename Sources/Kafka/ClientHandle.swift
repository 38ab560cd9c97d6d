import CRdKafka

/// What librdkafka's callbacks of one client reach through their `opaque` pointer.
///
/// Safety: the base has immutable `Sendable` state only; each subclass states what guards its own.
class ClientContext: @unchecked Sendable {
    let log: ClientLog?

    init(log: ClientLog?) { self.log = log }

    /// Points the callbacks of a client to be made to this object.
    ///
    /// Subclasses add their own.
    func install(into configuration: borrowing ClientConfiguration) {
        rd_kafka_conf_set_opaque(configuration.pointer, Unmanaged.passUnretained(self).toOpaque())
        guard log != nil else {
            rd_kafka_conf_set_log_cb(configuration.pointer, nil)
            return
        }
        rd_kafka_conf_set_log_cb(configuration.pointer) { client, level, facility, text in
            guard let facility, let text else { return }
            let line = ClientLogLine(
                level: level,
                facility: String(cString: facility),
                text: String(cString: text)
            )
            withContext(rd_kafka_opaque(client), as: ClientContext.self) { $0.log?(line) }
        }
    }
}

/// Owns a `rd_kafka_t` and what its callbacks use.
///
/// A reference-counted object, other than the rest of the C objects here, for one reason: a message must be destroyed
/// before its client (`rd_kafka_destroy` in rdkafka.h), and batches of messages are values that may outlive the
/// consumer's. Each batch that holds messages holds the client as well.
///
/// Safety: the pointer never changes, and the object itself calls nothing but the destructor. Who calls what with the
/// pointer is ruled by the types that share the handle.
final class ClientHandle: @unchecked Sendable {
    let pointer: OpaquePointer
    private let context: ClientContext

    /// Makes the client; its callbacks find `context`, which lives at least as long.
    /// - Throws: ``KafkaError`` if librdkafka refuses a property or all of them together, or threads or sockets cannot
    ///   be had.
    init(_ type: rd_kafka_type_t, _ properties: ClientProperties, context: ClientContext) throws(KafkaError) {
        let configuration = try ClientConfiguration(properties)
        context.install(into: configuration)
        self.context = context
        do throws(KafkaError) {
            pointer = try configuration.makeClient(type)
        } catch {
            throw KafkaError(
                error.operation,
                code: error.code,
                detail: properties.hidingSecrets(in: error.detail)
            )
        }
    }

    deinit {
        // A consumer has been closed by its owner by now, or could not be in the time it had: never wait here.
        withExtendedLifetime(context) {
            rd_kafka_destroy_flags(pointer, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE)
        }
    }
}

extension ClientProperties {
    /// Has the library look at every property by itself, without making a client.
    /// - Throws: ``KafkaError`` for the first that it does not know or whose value it refuses.
    package func checkWithLibrary() throws(KafkaError) { _ = try ClientConfiguration(self) }
}

/// Owns a `rd_kafka_conf_t` until `rd_kafka_new` takes it.
struct ClientConfiguration: ~Copyable {
    let pointer: OpaquePointer

    /// - Throws: the first property that librdkafka does not know or whose value it refuses.
    init(_ properties: ClientProperties) throws(KafkaError) {
        pointer = promised(rd_kafka_conf_new(), by: "rd_kafka_conf_new")
        for entry in properties.entries { try set(entry) }
    }

    deinit { rd_kafka_conf_destroy(pointer) }

    private func set(_ entry: ClientProperties.Entry) throws(KafkaError) {
        let text = ErrorBuffer()
        let result = rd_kafka_conf_set(pointer, entry.key, entry.value, text.start, text.capacity)
        guard result != RD_KAFKA_CONF_OK else { return }
        let refusal =
            result == RD_KAFKA_CONF_UNKNOWN ? "there is no such property" : "the value is refused"
        let reason = entry.isSecret ? refusal : text.text
        throw KafkaError(
            .configure,
            code: .invalidArgument,
            detail: "“\(entry.printableKey)” = “\(entry.printableValue)”: \(reason)"
        )
    }

    /// - Throws: ``KafkaError`` if the properties do not fit together, or threads or sockets cannot be had.
    consuming func makeClient(_ type: rd_kafka_type_t) throws(KafkaError) -> OpaquePointer {
        let text = ErrorBuffer()
        guard let client = rd_kafka_new(type, pointer, text.start, text.capacity) else {
            let failure = KafkaError(.configure, code: rd_kafka_last_error(), detail: text.text)
            _ = consume self  // rd_kafka_new takes the configuration on success only
            throw failure
        }
        discard self
        return client
    }
}

/// Reaches the context behind a callback's `opaque` pointer without touching its reference count.
@inline(__always)
func withContext<Context: ClientContext>(
    _ opaque: UnsafeMutableRawPointer?,
    as type: Context.Type,
    _ body: (Context) -> Void
) {
    guard let opaque else { return }
    Unmanaged<Context>.fromOpaque(opaque)._withUnsafeGuaranteedRef(body)
}
