import LabCore
import LabScenario
import Testing

/// What the topics of a run are called and made with.
@Suite struct TopicTests {
    private static func workload(_ topic: String) -> String {
        minimalScenario().replacing("workload:\n", with: "workload:\n  topic: \(topic)\n")
    }

    @Test("A text is the name, and leaves the rest to the broker")
    func text() throws {
        let workload = try load(Self.workload("orders")).workload
        #expect(workload.topic == "orders" && workload.topicSettings == TopicSettings())
    }

    @Test("A mapping has name, replicas and settings, each of them as it is needed")
    func mapping() throws {
        let full = try load(
            Self.workload(
                "{name: orders, replication: 3, config: {min.insync.replicas: 2, cleanup.policy: delete}}"
            )
        )
        .workload
        #expect(full.topic == "orders")
        #expect(
            full.topicSettings
                == TopicSettings(
                    replication: 3,
                    config: [
                        LabelledValue("min.insync.replicas", "2"), LabelledValue("cleanup.policy", "delete"),
                    ]
                )
        )
        let some = try load(Self.workload("{replication: 1}")).workload
        #expect(some.topic == "outage")
        #expect(some.topicSettings == TopicSettings(replication: 1))
    }

    @Test("An option sets a value beside a name that is written short")
    func option() throws {
        let scenario = try load(
            Self.workload("orders"),
            overrides: [.set("workload.topic.replication=2")]
        )
        #expect(scenario.workload.topic == "orders" && scenario.workload.topicSettings.replication == 2)
    }

    @Test(
        "What cannot be is said with its place",
        arguments: [
            ("{name: a b}", "“a b” is not a topic name"), ("{replicas: 3}", "unknown key “replicas”"),
            ("{replication: 0}", "“0” is too small"), ("{replication: all}", "“all” is not a whole number"),
            ("{config: 3}", "“config” is a mapping"), ("{config: {a b: 1}}", "“a b” cannot be the name"),
            ("{config: {retention.ms: [1]}}", "“retention.ms” takes a single value"),
        ]
    )
    func problems(topic: String, problem: String) {
        #expect(report(Self.workload(topic)).contains(problem))
    }
}
