import Kafka
import Testing

@Suite("Client properties")
struct ClientPropertiesTests {
    @Test(
        "values of keys that are not known to be harmless are never printed",
        arguments: [
            "sasl.password", "ssl.key.password", "ssl.keystore.password", "ssl.key.pem", "ssl.key.location",
            "sasl.oauthbearer.client.secret", "sasl.jaas.config", "sasl.username", "sasl.oauthbearer.config",
            "sasl.pasword", "ssl.ca.pem", "client.idd", "of.a.later.release",
        ]
    )
    func redaction(key: String) {
        let properties: ClientProperties = ["client.id": "lab", key: "hunter2"]
        var dumped = ""
        dump(properties, to: &dumped)
        #expect(properties.description == "client.id=lab, \(key)=(hidden)")
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
        "texts that are not key=value are refused, and are not in the error",
        arguments: ["linger.ms", "=555", " = 555", "sasl.password hunter2", "sasl.pasword:hunter2"]
    )
    func malformed(text: String) {
        let error = #expect(throws: KafkaError.self) { try ClientProperties(parsing: [text]) }
        #expect(error?.operation == .configure)
        #expect(error?.description.contains(text) == false)
    }

    @Test(
        "a property that the library refuses is named without its value",
        arguments: [
            ("sasl.pasword", "hunter2", "sasl.pasword"), ("sasl.password hunter2", "x", "(hidden)"),
        ]
    )
    func refused(key: String, value: String, named: String) {
        let properties: ClientProperties = ["bootstrap.servers": "127.0.0.1:1", key: value]
        let error = #expect(throws: KafkaError.self) { _ = try AdminClient(properties) }
        #expect(error?.description.contains("hunter2") == false)
        #expect(error?.description.contains("“\(named)” = “(hidden)”") == true)
    }

    @Test("a text of the library's does not quote what may be a secret")
    func hiding() {
        let properties: ClientProperties = [
            "client.id": "lab", "sasl.oauthbearer.config": "principal=admin secret=hunter2",
            "sasl.username": "me",
        ]
        #expect(
            properties.hidingSecrets(in: "lab: unrecognized config beginning at: secret=hunter2, me")
                == "lab: unrecognized config beginning at: (hidden)=(hidden), me"
        )
    }

    @Test("properties keep their order, and the later of equal keys wins in the earlier's place")
    func order() throws {
        var properties = try ClientProperties(parsing: ["retries=1", "acks=2", "retries=3"])
        #expect(properties.description == "retries=3, acks=2")
        properties["linger.ms"] = "4"
        properties["retries"] = nil
        properties["absent"] = nil
        #expect(properties.description == "acks=2, linger.ms=4")
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
