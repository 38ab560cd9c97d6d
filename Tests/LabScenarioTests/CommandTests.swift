import Foundation
import LabCore
import LabScenario
import Testing

/// Variants that are programs of the user's own.
@Suite struct CommandTests {
    private func text(_ variant: String, incident: String = "") -> String {
        """
        \(incident)
        workload:
          phases:
            - {duration: 60s, rate: 10/s}
        variants:
          - {name: control, control: true, command: [sh, -c, "exec true"]}
        \(variant)
        """
    }

    private func command(_ variant: String) throws -> ScenarioCommand {
        let scenario = try load(text(variant))
        return try #require(scenario.variants.last?.command)
    }

    @Test("A scenario of commands alone needs no incident")
    func alone() throws {
        let scenario = try load(text("  - {name: other, command: [sh, -c, 'true']}"))
        #expect(scenario.incident == nil)
        #expect(scenario.withHandlersOnly == nil)
        #expect(scenario.variants.map(\.handler) == ["command", "command"])
        #expect(scenario.variants.allSatisfy { $0.pods.assignment == .group && $0.role == .fix })
        #expect(scenario.variants.last?.summary == "sh -c true")
    }

    @Test("A handler and a command can be variants of one scenario, however few partitions there are")
    func mixed() throws {
        let scenario = try load(
            text(
                """
                  - {name: per-event}
                  - {name: own, command: [sh, -c, 'true'], pods: {replicas: 3}}
                """,
                incident: "incident: service-per-event"
            )
        )
        #expect(scenario.withHandlersOnly?.variants.map(\.name) == ["per-event"])
        #expect(scenario.variants.last?.pods.replicas == 3)
    }

    @Test(
        "Words and environment are templates, a bare program is looked up, a folder is relative to the file"
    )
    func everything() throws {
        let command = try command(
            """
              - name: own
                command: [sh, consumer, --at, "{{bootstrapServers}}/{{ topic }}", "{single}"]
                environment: {GROUP: "{{group}}-{{ordinal}}", PORT: "{{port}}"}
                workingDirectory: /
                startup: 2s
                metrics: "http://127.0.0.1:{{ port }}/metrics?of={{pod}}"
                metricNames: [go_goroutines, "a:b"]
                tasks: go_goroutines
            """
        )
        #expect(command.program.hasSuffix("/sh") && command.program.hasPrefix("/"))
        let values: [CommandTemplate.Placeholder: String] = [
            .bootstrapServers: "h:1", .topic: "t", .group: "g", .ordinal: "7", .pod: "own-7",
        ]
        let arguments = command.arguments.map { $0.filled(values) }
        #expect(arguments == ["consumer", "--at", "h:1/t", "{single}"])
        #expect(command.environment["GROUP"]?.filled(values) == "g-7")
        #expect(command.workingDirectory == "/" && command.startup == .seconds(2))
        let metrics = try #require(command.metrics)
        #expect(metrics.endpoint.port == nil && metrics.names == ["go_goroutines", "a:b"])
        #expect(
            metrics.endpoint.path.filled(values) == "/metrics?of=own-7"
                && metrics.tasks?.description == "go_goroutines"
        )
    }

    @Test(
        "What is wrong has its place, line and column",
        arguments: [
            ("command: []", "outage.yaml:7:41: “command” names no program"),
            ("command: sh", "outage.yaml:7:41: “command” takes a list, not “sh”"),
            ("command: [[sh]]", "outage.yaml:7:42: “command” takes texts, not a list"),
            ("command: [sh, '{{topics}}']", "outage.yaml:7:47: unknown placeholder “{{topics}}”"),
            ("command: [sh, 'a{{topic']", "outage.yaml:7:48: a placeholder without its end"),
            ("command: [sh, 'a{{nobody}}']", "outage.yaml:7:48: unknown placeholder “{{nobody}}”"),
            ("command: ['{{topic}}']", "outage.yaml:7:42: a program's name has no placeholders"),
            (
                "command: [no-such-program-anywhere]",
                "no program “no-such-program-anywhere” on the search path"
            ),
            ("command: [/no/such/program]", "there is no program “/no/such/program”"),
            ("command: [/etc/passwd]", "“/etc/passwd” is not executable"),
            ("command: [/tmp/]", "is not executable"),
            ("command: [sh], workingDirectory: /no/folder", "there is no folder “/no/folder”"),
            ("command: [sh], handler: singleton", "“handler” and “command” exclude each other"),
            ("command: [sh], pods: {concurrency: 4}", "“concurrency” has no effect on a command"),
            ("command: [sh], environment: [a]", "“environment” is a mapping of names to values, not a list"),
            ("command: [sh], environment: {A: '{{x}}'}", "unknown placeholder “{{x}}”"),
            ("command: [sh], startup: 1d", "“1d” is too large"),
            ("command: [sh], metricNames: [a]", "“metricNames” goes with “metrics” only"),
            (
                "command: [sh], metrics: http://10.0.0.1:80/, metricNames: [a]",
                "is not an address of 127.0.0.1"
            ),
            ("command: [sh], metrics: http://localhost:0/, metricNames: [a]", "“0” is no port"),
            ("command: [sh], metrics: http://localhost:80/", "“metricNames” is missing"),
            (
                "command: [sh], metrics: 'http://localhost:{{port}}/', metricNames: [a]",
                "nothing passes the port to the command"
            ),
            (
                "command: [sh], metrics: http://localhost:80/, metricNames: [rss]",
                "“rss” is not a metric's name"
            ),
            ("command: [sh], metrics: http://localhost:80/, metricNames: [a, a]", "“a” stands twice"),
            (
                "command: [sh], metrics: http://localhost:80/, metricNames: [a], tasks: b",
                "“b” is not among “metricNames”"
            ),
            (
                "command: [sh], pods: {replicas: 2}, metrics: http://localhost:80/, metricNames: [a]",
                "2 pods cannot answer at one port"
            ),
            (
                "command: [sh], steps: [{at: 1s, handler: x}]",
                "a step cannot put a handler in the place of a command"
            ),
            ("handler: singleton, startup: 1s", "“startup” goes with “command” only"),
            ("handler: singleton, pprof: http://localhost:80", "“pprof” goes with “command” only"),
            ("command: [sh], heap: live_bytes", "“heap” goes with “metrics” only"),
            ("command: [sh], scrape: 1s", "“scrape” goes with “metrics” only"),
            (
                "command: [sh], metrics: http://localhost:80/, metricNames: ['a{b=c}']",
                "“a{b=c}” is not a metric's name"
            ),
            (
                "command: [sh], metrics: http://localhost:80/, latency: took_bucket",
                "“took_bucket” is one bucket and no histogram"
            ),
            ("command: [sh], metrics: http://localhost:80/, heap: a, scrape: 10ms", "“10ms” is too small"),
            ("command: [sh], runtime: rust", "“rust” is not one of native, go, jvm, python, node, dotnet"),
            (
                "command: [sh], collect: SIGKILL",
                "“SIGKILL” is not one of false, true, SIGHUP, SIGUSR1, SIGUSR2"
            ),
            ("command: [sh], collectEvery: 1ms", "“1ms” is too small"),
            ("command: [sh], pprof: http://10.0.0.1/", "is not an address of 127.0.0.1"),
            ("command: [sh], pprof: 'http://localhost:{{port}}'", "nothing passes the port to the command"),
            (
                "command: [sh], runtime: jvm, pprof: http://localhost:80",
                "“pprof” goes with “runtime: go” only"
            ),
        ]
    )
    func mistakes(_ variant: String, _ problem: String) {
        let said = report(
            text("  - {name: own, role: suspect, \(variant)}", incident: "incident: service-per-event")
        )
        #expect(said.contains(problem), "\(said)")
    }

    @Test("What its metrics mean, and how its runtime collects, is said by name")
    func meanings() throws {
        let command = try command(
            """
              - name: own
                command: [sh, "{{port}}"]
                metrics: "http://127.0.0.1:{{port}}"
                metricNames: ['requests_total{ code = "500" , method="GET"}']
                heap: live_bytes
                handled: events_total
                latency: handle_seconds
                scrape: 250ms
                runtime: go
                pprof: "http://127.0.0.1:{{port}}"
                collectEvery: 3s
            """
        )
        let metrics = try #require(command.metrics)
        #expect(
            metrics.names == [#"requests_total{code="500",method="GET"}"#, "live_bytes", "events_total"]
        )
        #expect(metrics.latency?.description == "handle_seconds" && metrics.interval == .milliseconds(250))
        #expect(metrics.endpoint.path.filled([:]) == "/metrics")
        #expect(command.runtime.runtime == .go && command.runtime.collection == .yes)
        #expect(
            command.runtime.pprof?.path.filled([:]) == "/debug/pprof" && command.runtime.every == .seconds(3)
        )
    }

    @Test("Nothing is collected unless it is asked for")
    func noCollection() throws {
        let command = try command("  - {name: own, command: [sh, -c, 'true'], runtime: jvm}")
        #expect(
            command.runtime.collection == .no && command.runtime.runtime == .jvm && command.metrics == nil
        )
    }

    @Test("A misspelt placeholder is shown how it is written")
    func suggestion() {
        let said = report(text("  - {name: own, command: [sh, '{{bootstrapServer}}']}"))
        #expect(said.contains("Did you mean “bootstrapServers”?"))
        #expect(said.contains("{{bootstrapServers}}, {{topic}}, {{group}}"))
    }

    @Test(
        "A step rolls out another command, with the environment, the folder and the metrics of the variant's"
    )
    func steps() throws {
        let scenario = try load(
            text(
                """
                  - name: own
                    command: [sh, -c, 'exec old "$PORT"']
                    environment: {PORT: "{{port}}"}
                    metrics: http://127.0.0.1:{{port}}/metrics
                    metricNames: [sessions]
                    steps:
                      - {at: 10s, scale: 2}
                      - {name: release, at: 20s, command: [sh, -c, 'exec new', "{{topic}}"]}
                """
            )
        )
        let variant = try #require(scenario.variants.last)
        let (old, new) = (try #require(variant.command), try #require(variant.steps.last?.command))
        #expect(new.program == old.program && new.text == "sh -c exec new {{topic}}")
        #expect(new.arguments.last?.filled([.topic: "t"]) == "t")
        #expect(new.environment == old.environment && new.metrics == old.metrics)
        #expect(variant.segments.map(\.command) == [old, old, new])
        #expect(variant.segments.map(\.handler) == [old.text, old.text, new.text])
        #expect(variant.segments.map(\.replicas) == [1, 2, 2])
    }

    @Test("A variant whose steps leave its command alone is called as it was")
    func stepsWithoutCommand() throws {
        let scenario = try load(
            text("  - {name: own, command: [sh, -c, 'true'], steps: [{at: 10s, scale: 2}]}")
        )
        #expect(scenario.variants.last?.segments.map(\.handler) == ["command", "command"])
    }

    @Test(
        "A step's command is checked as a variant's is",
        arguments: [
            ("{at: 5s, command: []}", "“command” names no program"),
            ("{at: 5s, command: [./nothing]}", "there is no program"),
            ("{at: 5s, command: [sh, '{{topics}}']}", "unknown placeholder “{{topics}}”"),
            ("{at: 5s, command: sh}", "“command” takes a list, not “sh”"),
            ("{at: 5s, handler: singleton}", "a step cannot put a handler in the place of a command"),
        ]
    )
    func wrongSteps(step: String, problem: String) {
        let found = report(text("  - {name: own, command: [sh, -c, 'true'], steps: [\(step)]}"))
        #expect(found.contains(problem), "\(found)")
    }

    @Test("A handler stays a handler, and a command with a port for its metrics keeps one")
    func misplacedSteps() {
        let handler = text(
            "  - {name: per-event, steps: [{at: 5s, command: [sh]}]}",
            incident: "incident: service-per-event"
        )
        #expect(report(handler).contains("a step cannot put a command in the place of a handler"))
        let port = text(
            """
              - name: own
                command: [sh, "{{port}}"]
                metrics: http://127.0.0.1:{{port}}/metrics
                metricNames: [sessions]
                steps: [{at: 5s, command: [sh, -c, 'true']}]
            """
        )
        #expect(report(port).contains("nothing passes the port to the command of the step"))
    }
}
