import ArgumentParser
import Kafka
import LabCore
import LabEngine

/// Which broker to talk to, and how.
struct BrokerOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Use this broker instead of an embedded one [env: LEAKLAB_BOOTSTRAP_SERVERS].",
            valueName: "host:port,…"
        )
    )
    var bootstrapServers: String?

    @Option(
        name: .customLong("kafka-property"),
        parsing: .singleValue,
        help: ArgumentHelp("A librdkafka property for every client; may be repeated.", valueName: "key=value")
    )
    var kafkaProperties: [String] = []

    @Option(
        name: .customLong("kafka-properties"),
        help: ArgumentHelp(
            "File of such properties, key=value on each line [env: LEAKLAB_KAFKA_PROPERTIES].",
            valueName: "file"
        )
    )
    var propertiesFile: String?

    @Flag(help: "Allow a broker that is not on a loopback address.")
    var allowRemote = false

    /// What says where the brokers are, in the words of librdkafka and of its older releases.
    private static let addressProperties = ["bootstrap.servers", "metadata.broker.list"]

    /// The address from the flag, else from the environment, else from the file of properties.
    func address() throws(LabError) -> String? {
        for value in [bootstrapServers, Environment.value("LEAKLAB_BOOTSTRAP_SERVERS")] {
            if let value, !value.isEmpty { return value }
        }
        let named = try fileProperties().last { Self.addressProperties.contains($0.label) }
        return named.flatMap { $0.value.isEmpty ? nil : $0.value }
    }

    /// For every client: those of the file, then those of the command line, which win.
    /// - Throws: ``LabError`` for what is no property, or says where the brokers are.
    func properties() throws(LabError) -> [LabelledValue] {
        let file = try fileProperties().filter { !Self.addressProperties.contains($0.label) }
        var own: [LabelledValue] = []
        for text in kafkaProperties { own.append(try Self.property(text)) }
        return ClientProfile.merge(file, own)
    }

    private func fileProperties() throws(LabError) -> [LabelledValue] {
        let path = propertiesFile ?? Environment.value("LEAKLAB_KAFKA_PROPERTIES")
        guard let path, !path.isEmpty else { return [] }
        return try PropertiesFile.read(path)
    }

    private static func property(_ text: String) throws(LabError) -> LabelledValue {
        guard let separator = text.firstIndex(of: "="), separator != text.startIndex else {
            // Not the text itself, which may be a secret whose “=” was forgotten.
            throw LabError(
                "--kafka-property: not key=value",
                hint: "Write --kafka-property linger.ms=5, with one “=” and no space before it.",
                exitStatus: .usage
            )
        }
        let property = LabelledValue(
            String(text[..<separator]),
            String(text[text.index(after: separator)...])
        )
        guard !addressProperties.contains(property.label) else {
            throw LabError(
                "--kafka-property: “\(property.label)” says where the brokers are",
                hint: "Use --bootstrap-servers for that.",
                exitStatus: .usage
            )
        }
        return property
    }

    /// Before anything starts: load on somebody else's machine must be wanted, and the library must know all properties.
    func check() throws(LabError) {
        // Who names no address has left something out; an empty variable of the environment is as good as none.
        if let bootstrapServers, bootstrapServers.allSatisfy(\.isWhitespace) {
            throw LabError(
                "--bootstrap-servers: names no broker",
                hint: "Leave the option out for an embedded broker.",
                exitStatus: .usage
            )
        }
        if let address = try address(), !allowRemote { try BrokerAddress.checkLoopback(address) }
        var properties = ClientProperties()
        for property in try self.properties() { properties[property.label] = property.value }
        do throws(KafkaError) {
            try properties.checkWithLibrary()
        } catch {
            throw LabError(error)
        }
    }
}

extension BrokerOptions {
    /// For the verbs that have no broker of their own.
    func requiredAddress() throws(LabError) -> String {
        guard let address = try address() else {
            throw LabError(
                "--bootstrap-servers is missing",
                hint:
                    "Start a broker with “\(Program.name) broker”; LEAKLAB_BOOTSTRAP_SERVERS in the environment works too.",
                exitStatus: .usage
            )
        }
        return address
    }
}
