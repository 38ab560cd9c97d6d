import ArgumentParser
import Kafka
import LabCore

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

    @Flag(help: "Allow a broker that is not on a loopback address.")
    var allowRemote = false

    /// The address from the flag, else from the environment.
    var address: String? {
        let value = bootstrapServers ?? Environment.value("LEAKLAB_BOOTSTRAP_SERVERS")
        return value?.isEmpty == false ? value : nil
    }

    func properties() throws -> [LabelledValue] {
        try kafkaProperties.map { text in
            guard let separator = text.firstIndex(of: "="), separator != text.startIndex else {
                // Not the text itself, which may be a secret whose “=” was forgotten.
                throw LabError(
                    "--kafka-property: not key=value",
                    hint: "Write --kafka-property linger.ms=5, with one “=” and no space before it.",
                    exitStatus: .usage
                )
            }
            return LabelledValue(String(text[..<separator]), String(text[text.index(after: separator)...]))
        }
    }

    /// Load on somebody else's machine must be wanted.
    func checkAddress() throws {
        guard let address, !allowRemote else { return }
        for server in address.split(separator: ",") where !Self.isLoopback(server) {
            throw LabError(
                "--bootstrap-servers: “\(server)” is not a loopback address",
                hint: "Add --allow-remote if load on that machine is wanted.",
                exitStatus: .usage
            )
        }
    }

    /// Of addresses only what is written as one counts: `127.0.0.1.example.com` is anybody's name.
    static func isLoopback(_ server: some StringProtocol) -> Bool {
        var host = String(server.split(separator: "://", maxSplits: 1).last ?? "").filter { $0 != " " }
        if host.hasPrefix("[") {
            host = String(host.dropFirst().prefix { $0 != "]" })
        } else if host.filter({ $0 == ":" }).count == 1 {
            host = String(host.prefix { $0 != ":" })
        }
        if host == "localhost" || host == "::1" { return true }
        let bytes = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        return bytes.count == 4 && bytes[0] == 127 && !bytes.contains(nil)
    }
}

extension BrokerOptions {
    /// For the verbs that have no broker of their own.
    func requiredAddress() throws(LabError) -> String {
        guard let address else {
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
