import Kafka
import LabCore
import LabScenario
import Testing

@testable import LabEngine

@Suite("Client profiles")
struct ClientProfileTests {
    private let base = [LabelledValue("a", "1"), LabelledValue("b", "2")]

    @Test(
        "overrides take the place of equal keys, others come after them, the last one of a key wins",
        arguments: [
            ([], "a=1 b=2"), ([LabelledValue("a", "9")], "a=9 b=2"),
            ([LabelledValue("c", "3")], "a=1 b=2 c=3"),
            ([LabelledValue("c", "3"), LabelledValue("b", ""), LabelledValue("c", "4")], "a=1 b= c=4"),
        ]
    )
    func merging(overrides: [LabelledValue], expected: String) {
        let merged = ClientProfile.merge(base, overrides)
        #expect(merged.map { "\($0.label)=\($0.value)" }.joined(separator: " ") == expected)
    }

    @Test("librdkafka takes the producer's properties, and the overrides are among them")
    func producer() throws {
        let properties = ClientProfile.producer(
            bootstrapServers: "127.0.0.1:1",
            overrides: [LabelledValue("linger.ms", "7")]
        )
        #expect(properties["linger.ms"] == "7")
        #expect(properties["enable.idempotence"] == "true" && properties["acks"] == "all")
        #expect(properties.filter { !KafkaLibrary.supports(property: $0.label) }.isEmpty)
    }

    @Test(
        "a scenario may ask for every codec that librdkafka was built with",
        arguments: Compression.allCases
    )
    func compression(_ compression: Compression) throws {
        #expect(KafkaLibrary.features.contains("lz4"))
        guard IncidentCatalogue.library.compressions.contains(compression) else { return }
        let properties = ClientProfile.producer(
            bootstrapServers: "127.0.0.1:1",
            compression: compression,
            overrides: []
        )
        #expect(properties["compression.codec"] == compression.rawValue)
        var client = ClientProperties()
        for property in properties { client[property.label] = property.value }
        #expect(throws: Never.self) { try AdminClient(client).isStarted }
    }

    @Test(
        "librdkafka takes the consumer's properties, however much a pod may fetch ahead",
        arguments: [
            .productionDefaults, .bounded(messages: 1, bytes: ByteCount(1)),
            .bounded(messages: .max, bytes: ByteCount(.max)),
            .pinned(peakPerPod: .zero, payload: ByteCount(0)),
            .pinned(peakPerPod: EventRate(perSecond: 2_008), payload: PayloadSize.largest),
            .pinned(peakPerPod: EventRate(perSecond: 1e300), payload: PayloadSize.largest),
        ] as [ClientProfile.Prefetch]
    )
    func consumer(prefetch: ClientProfile.Prefetch) throws {
        let properties = ClientProfile.consumer(
            bootstrapServers: "127.0.0.1:1",
            group: "pods",
            prefetch: prefetch,
            offsetReset: "error",
            overrides: [LabelledValue("client.id", "mine")]
        )
        #expect(properties["check.crcs"] == "true")
        #expect(properties["client.id"] == "mine" && properties["fetch.wait.max.ms"] == "10")
        var client = ClientProperties()
        for property in properties { client[property.label] = property.value }
        #expect(throws: Never.self) { try AdminClient(client).isStarted }
    }

    @Test(
        "a pinned prefetch holds two seconds of the pod's peak, and never less than 2,000 events",
        arguments: [(0.0, 2_000), (999, 2_000), (1_000.5, 2_001), (5_000, 10_000)]
    )
    func pinned(perSecond: Double, messages: Int) {
        let prefetch = ClientProfile.Prefetch.pinned(
            peakPerPod: EventRate(perSecond: perSecond),
            payload: ByteCount(300)
        )
        #expect(prefetch == .bounded(messages: messages, bytes: ByteCount(Int64(messages) * 400)))
    }

    @Test("what a pod may fetch ahead is told in words")
    func text() {
        let prefetch = ClientProfile.Prefetch.bounded(messages: 4_016, bytes: ByteCount(2 << 20))
        #expect(prefetch.text == "4,016 messages, 2.0 MiB")
        #expect(ClientProfile.Prefetch.productionDefaults.text.contains("64 MiB"))
    }
}

extension [LabelledValue] {
    fileprivate subscript(label: String) -> String? { first { $0.label == label }?.value }
}

extension AdminClient {
    /// Lets an expression that only makes a client have a value that can be copied.
    fileprivate var isStarted: Bool { true }
}
