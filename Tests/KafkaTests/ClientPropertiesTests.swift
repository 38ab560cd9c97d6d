import Kafka
import Testing

@Suite("Client properties")
struct ClientPropertiesTests {
    @Test(
        "values of secret keys are never printed",
        arguments: [
            "sasl.password", "ssl.key.password", "ssl.keystore.password", "ssl.key.pem", "ssl.key.location",
            "sasl.oauthbearer.client.secret", "sasl.jaas.config",
        ]
    )
    func redaction(key: String) {
        let properties: ClientProperties = ["client.id": "lab", key: "hunter2"]
        var dumped = ""
        dump(properties, to: &dumped)
        #expect(properties.description == "client.id=lab, \(key)=•••")
        for text in [
            String(describing: properties), String(reflecting: properties), "\(properties.entries)", dumped,
        ] {
            #expect(!text.contains("hunter2"))
            #expect(text.contains("lab"))
        }
        #expect(properties[key] == "hunter2")
    }

    @Test(
        "key=value texts are read up to the first equals sign",
        arguments: [
            ("linger.ms=5", "linger.ms", "5"), ("linger.ms = 5 ", "linger.ms", "5"),
            ("client.id=", "client.id", ""),
            ("sasl.jaas.config=a b=\"c\"", "sasl.jaas.config", "a b=\"c\""),
        ]
    )
    func parsing(text: String, key: String, value: String) throws {
        let properties = try ClientProperties(parsing: [text])
        #expect(properties.entries == [ClientProperties.Entry(key: key, value: value)])
    }

    @Test(
        "texts that are not key=value are refused with the text in the error",
        arguments: ["", "linger.ms", "=5", " = 5"]
    )
    func malformed(text: String) {
        let error = #expect(throws: KafkaError.self) { try ClientProperties(parsing: [text]) }
        #expect(error?.operation == .configure)
        #expect(error?.description.contains("“\(text)”") == true)
    }

    @Test("a secret without its equals sign is not in the error")
    func malformedSecret() {
        let error = #expect(throws: KafkaError.self) {
            try ClientProperties(parsing: ["sasl.password hunter2"])
        }
        #expect(error?.description.contains("hunter2") == false)
    }

    @Test("properties keep their order, and the later of equal keys wins in the earlier's place")
    func order() throws {
        var properties = try ClientProperties(parsing: ["b=1", "a=2", "b=3"])
        #expect(properties.description == "b=3, a=2")
        properties["c"] = "4"
        properties["b"] = nil
        properties["absent"] = nil
        #expect(properties.description == "a=2, c=4")
    }

    @Test("merging lets the other's values win and keeps the rest")
    func merging() {
        let merged = ClientProperties(bootstrapServers: "a:1").merging([
            "bootstrap.servers": "b:2", "linger.ms": "5",
        ])
        #expect(merged.description == "bootstrap.servers=b:2, linger.ms=5")
    }

    @Test("the library says itself which properties it knows")
    func support() {
        #expect(KafkaLibrary.supports(property: "linger.ms"))
        #expect(KafkaLibrary.supports(property: "acks"))
        #expect(!KafkaLibrary.supports(property: "linger.mz"))
        let knowsBackOff = KafkaLibrary.versionNumber >= 0x0202_00ff
        #expect(KafkaLibrary.supports(property: "fetch.queue.backoff.ms") == knowsBackOff)
        #expect((KafkaLibrary.knownLimitation == nil) == knowsBackOff)
    }

    @Test("a property is set only if the library knows it")
    func setIfSupported() {
        var properties = ClientProperties()
        let known = properties.setIfSupported("linger.ms", to: "5")
        let unknown = properties.setIfSupported("linger.mz", to: "5")
        #expect(known && !unknown)
        #expect(properties.description == "linger.ms=5")
    }

    @Test("the library's version has at least the parts of its number")
    func version() {
        let number = KafkaLibrary.versionNumber
        #expect(
            KafkaLibrary.version.hasPrefix("\(number >> 24).\(number >> 16 & 0xff).\(number >> 8 & 0xff)")
        )
    }
}
