import ArgumentParser
import LabCore
import LabEngine
import LabReport
import LabScenario
import Testing

@testable import LabCommands

@Suite("The command line")
struct ArgumentTests {
    private func scenario(_ arguments: String...) throws -> ScenarioOptions {
        try ScenarioOptions.parse(arguments)
    }

    @Test("is kept as given, for the report")
    func asGiven() throws {
        let options = try scenario(
            "service-per-event",
            "--quick",
            "--set",
            "workload.partitions=8",
            "--set",
            "title=x y",
            "--variant",
            "per-event",
            "--duration",
            "30s",
            "--seed",
            "7",
            "--time-scale",
            "2"
        )
        #expect(
            options.asGiven == [
                "--quick", "--set workload.partitions=8", "--set title=x y", "--variant per-event",
                "--duration 30s",
                "--seed 7",
                "--time-scale 2.0",
            ]
        )
        #expect(try scenario("service-per-event").asGiven == [])
    }

    @Test("changes the scenario")
    func overrides() throws {
        let scenario = try scenario(
            "service-per-event",
            "--set",
            "workload.partitions=8",
            "--variant",
            "per-event",
            "--duration",
            "30s",
            "--seed",
            "7",
            "--time-scale",
            "2"
        )
        .load()
        #expect(scenario.workload.partitions == 8)
        #expect(scenario.variants.map(\.name) == ["per-event", "singleton"])
        #expect(scenario.seed == 7)
        #expect(scenario.timeScale == TimeScale(2))
        let seconds = scenario.workload.phases.reduce(0) { $0 + $1.duration.inSeconds }
        #expect(abs(seconds - 30) < 1e-6)
    }

    @Test(
        "tells a loopback address from others",
        arguments: [
            ("localhost", true), ("localhost:9092", true), ("127.0.0.1:9092", true), ("127.1.2.3", true),
            ("[::1]:9092", true), ("[::1]", true), ("::1", true), ("PLAINTEXT://localhost:9092", true),
            ("SASL_SSL://127.0.0.1:9093", true), ("kafka.example.com:9092", false), ("10.0.0.7:9092", false),
            ("192.168.1.1", false), ("[2001:db8::1]:9092", false), ("localhost.example.com:9092", false),
            ("127.0.0.1.example.com:9092", false), ("127.example.com", false), ("", false),
            ("0.0.0.0:9092", false),
            ("PLAINTEXT://kafka:9092", false),
        ]
    )
    func loopback(server: String, isLoopback: Bool) {
        #expect(BrokerAddress.isLoopback(server) == isLoopback)
    }

    @Test("refuses a list of brokers if one of them is elsewhere, unless that is allowed")
    func remote() throws {
        let mixed = try BrokerOptions.parse(["--bootstrap-servers", "localhost:9092,kafka:9092"])
        let refusal = #expect(throws: LabError.self) { try mixed.check() }
        #expect(refusal?.description == "--bootstrap-servers: “kafka:9092” is not a loopback address")
        #expect(refusal?.exitStatus == .usage)
        try BrokerOptions.parse(["--bootstrap-servers", "kafka:9092", "--allow-remote"]).check()
        try BrokerOptions.parse(["--bootstrap-servers", "localhost:9092, [::1]:9093"]).check()
    }

    @Test("takes properties for every client, their values whole")
    func properties() throws {
        let options = try BrokerOptions.parse([
            "--kafka-property", "linger.ms=5", "--kafka-property", "sasl.jaas.config=a=b=c",
            "--kafka-property", "client.id=",
        ])
        #expect(
            try options.properties() == [
                LabelledValue("linger.ms", "5"), LabelledValue("sasl.jaas.config", "a=b=c"),
                LabelledValue("client.id", ""),
            ]
        )
    }

    @Test(
        "refuses properties that say where the brokers are, since that is checked",
        arguments: ["bootstrap.servers=kafka:9092", "metadata.broker.list=127.0.0.1:1"]
    )
    func addressProperties(text: String) throws {
        let options = try BrokerOptions.parse(["--kafka-property", text])
        let error = #expect(throws: LabError.self) { try options.check() }
        #expect(error?.description.contains("says where the brokers are") == true)
        #expect(error?.hint == "Use --bootstrap-servers for that." && error?.exitStatus == .usage)
    }

    @Test(
        "refuses properties that the library does not know, and values that it does not take",
        arguments: ["no.such.property=hunter2", "linger.ms=soon", "sasl.passwort=hunter2"]
    )
    func unknownProperties(text: String) throws {
        let options = try BrokerOptions.parse(["--kafka-property", text])
        let error = try #require(#expect(throws: LabError.self) { try options.check() })
        #expect(error.exitStatus == .usage && !Complaint.text(of: error).contains("hunter2"))
    }

    @Test("takes properties from a file, the address with them, and lets the command line win")
    func propertiesFile() throws {
        let file = try ScratchFile(
            """
            # of the team
            bootstrap.servers=127.0.0.1:9
            linger.ms=7
            sasl.password=pass\\
              word
            """
        )
        let options = try BrokerOptions.parse([
            "--kafka-properties", file.path, "--kafka-property", "linger.ms=5",
        ])
        #expect(try options.address() == "127.0.0.1:9")
        #expect(
            try options.properties() == [
                LabelledValue("linger.ms", "5"), LabelledValue("sasl.password", "password"),
            ]
        )
        let named = try BrokerOptions.parse([
            "--kafka-properties", file.path, "--bootstrap-servers", "localhost:1",
        ])
        #expect(try named.address() == "localhost:1")
    }

    @Test("refuses a file that sends the clients elsewhere, or that is not there")
    func wrongFile() throws {
        let file = try ScratchFile("bootstrap.servers=kafka.example.com:9092")
        let remote = try BrokerOptions.parse(["--kafka-properties", file.path])
        let refusal = #expect(throws: LabError.self) { try remote.check() }
        #expect(refusal?.description.contains("is not a loopback address") == true)
        let missing = try BrokerOptions.parse(["--kafka-properties", file.path + ".no"])
        let error = #expect(throws: LabError.self) { try missing.check() }
        #expect(error?.description == "\(file.path).no: cannot be read" && error?.exitStatus == .usage)
    }

    @Test(
        "refuses properties that are none, without a word of them",
        arguments: ["linger.ms", "=5", "", "sasl.password hunter2"]
    )
    func wrongProperties(text: String) throws {
        let options = try BrokerOptions.parse(["--kafka-property", text])
        let error = #expect(throws: LabError.self) { _ = try options.properties() }
        #expect(error?.description == "--kafka-property: not key=value")
        #expect(error?.hint?.contains("hunter2") == false)
        #expect(error?.exitStatus == .usage)
    }

    @Test("colours follow the choice, and the terminal only if nothing was chosen")
    func colors() {
        #expect(ColorChoice.always.style(isTerminal: false) == .colored)
        #expect(ColorChoice.never.style(isTerminal: true) == .plain)
        #expect(ColorChoice.auto.style(isTerminal: false) == .plain)
    }

    @Test(
        "that is wrong ends with the usage status",
        arguments: [
            ["run"], ["run", "x", "--format", "pdf"], ["frobnicate"], ["runs", "prune"], ["runs", "rm"],
            ["consume", "--concurrency", "0"], ["consume", "--interval", "soon"],
            ["run", "x", "--seed", "-1"],
            ["runs", "prune", "--older-than", "yesterday"], ["runs", "prune", "--keep", "-1"],
        ]
    )
    func usage(arguments: [String]) {
        let error = #expect(throws: (any Error).self) { _ = try LeakLabCommand.parseAsRoot(arguments) }
        if let error {
            #expect(LeakLabCommand.exitCode(for: error).rawValue == LabCore.ExitStatus.usage.rawValue)
        }
    }
}
