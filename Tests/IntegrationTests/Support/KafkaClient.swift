import Foundation
import LabCore
import LabTesting

/// A Kafka client library that is not the lab's own, with a small program that uses it.
///
/// What is found is used: `LEAKLAB_TEST_PYTHON` names an interpreter with kafka-python, aiokafka and confluent-kafka, such
/// as one of a virtual environment; `LEAKLAB_TEST_JARS` a folder with `kafka-clients` and what it needs.
struct KafkaClient: Sendable {
    let name: String
    /// Why it cannot be used here; `nil` if it can.
    let missing: String?
    /// The program and its first arguments; servers, topic, group and so on follow.
    let command: [String]
    /// A program in Go that is to be compiled first.
    var source: String?

    static let all = [
        java, python("kafka-python", "kafka"), python("aiokafka", "aiokafka"), confluent, debian, sarama,
    ]

    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent()
        .appending(path: "Clients").path

    private static let java: KafkaClient = {
        let jars = ProcessInfo.processInfo.environment["LEAKLAB_TEST_JARS"]
        let hasJava = succeeds("java", "-version") && succeeds("javac", "-version")
        let missing =
            jars == nil ? "LEAKLAB_TEST_JARS is not set" : hasJava ? nil : "java or javac is missing"
        // A source file is compiled in memory as it starts.
        let command = ["java", "-cp", "\(jars ?? "")/*", "\(folder)/JavaClient.java"]
        return KafkaClient(name: "kafka-clients", missing: missing, command: command)
    }()

    private static let interpreter = ProcessInfo.processInfo.environment["LEAKLAB_TEST_PYTHON"]

    private static let confluent = python("confluent-kafka", "confluent_kafka")

    private static func python(_ library: String, _ module: String) -> KafkaClient {
        let missing: String? =
            if let interpreter {
                succeeds(interpreter, "-c", "import \(module)")
                    ? nil : "\(interpreter) cannot import \(module)"
            } else {
                "LEAKLAB_TEST_PYTHON is not set"
            }
        let command = [interpreter ?? "python3", "\(folder)/kafka_clients.py", library]
        return KafkaClient(name: library, missing: missing, command: command)
    }

    /// The system's own, which scripts/install-clients installs.
    private static let debian = KafkaClient(
        name: "confluent-kafka-of-the-system",
        missing: succeeds("/usr/bin/python3", "-c", "import confluent_kafka")
            ? nil : "/usr/bin/python3 cannot import confluent_kafka",
        command: ["/usr/bin/python3", "\(folder)/kafka_clients.py", "confluent-kafka"]
    )

    private static let sarama: KafkaClient = {
        let hasLibrary = FileManager.default.fileExists(atPath: "\(goPath)/src/github.com/Shopify/sarama")
        return KafkaClient(
            name: "sarama",
            missing: !succeeds("go", "version")
                ? "go is missing" : hasLibrary ? nil : "golang-github-shopify-sarama-dev is missing",
            command: [],
            source: "\(folder)/sarama_client.go"
        )
    }()

    private static let goPath = "/usr/share/gocode"

    /// Compiles the program if it has to be.
    /// - Returns: the words that it is started with.
    func prepare(in lab: LabFixture) async throws -> [String] {
        guard let source else { return command }
        let program = "\(lab.folder)/\(name)"
        let end = try await lab.run(
            "go",
            ["build", "-o", program, source],
            environment: [
                "GO111MODULE": "off", "GOPATH": Self.goPath, "GOCACHE": "\(lab.folder)/go",
            ]
        )
        guard end.status == 0 else { throw LabError("\(name): \(end.account)") }
        return [program]
    }

    private static func succeeds(_ words: String...) -> Bool {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = words
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}
