import LabCore
import LabScenario
import Testing

/// What happens when a pod ends or a handler throws.
@Suite struct RestartTests {
    private static func restart(
        _ condition: PodSettings.RestartCondition,
        _ backOff: Duration = .seconds(10),
        _ longest: Duration = .seconds(300),
        _ resetAfter: Duration = .seconds(600)
    ) -> PodSettings.Restart {
        var restart = PodSettings.Restart()
        restart.condition = condition
        restart.backOff = backOff
        restart.longestBackOff = longest
        restart.resetAfter = resetAfter
        return restart
    }

    @Test(
        "A word is short for a policy with the kubelet's times",
        arguments: [
            ("never", restart(.never)), ("on-failure", restart(.onFailure)), ("always", restart(.always)),
            ("{policy: always}", restart(.always)),
            (
                "{policy: on-failure, backOff: 1ms, longestBackOff: 1ms}",
                restart(.onFailure, .milliseconds(1), .milliseconds(1))
            ),
            (
                "{policy: always, backOff: 5s, longestBackOff: 1d, resetAfter: 0}",
                restart(.always, .seconds(5), .seconds(86_400), .zero)
            ),
        ]
    )
    func policies(_ value: String, _ expected: PodSettings.Restart) throws {
        let scenario = try load(minimalScenario("pods: {restart: \(value)}"))
        #expect(scenario.variants.map(\.pods.restart) == [expected, expected])
    }

    @Test(
        "A variant tells only what it changes",
        arguments: [
            ("always", "{backOff: 2s}", restart(.always, .seconds(2))),
            (
                "{policy: always, backOff: 5s}", "{longestBackOff: 5s}",
                restart(.always, .seconds(5), .seconds(5))
            ),
            ("{policy: always, backOff: 5s}", "on-failure", restart(.onFailure, .seconds(5))),
            ("{policy: always, backOff: 5s}", "{policy: never}", restart(.never, .seconds(5))),
            (
                "on-failure", "{policy: always, resetAfter: 1m}",
                restart(.always, .seconds(10), .seconds(300), .seconds(60))
            ),
        ]
    )
    func merging(_ shared: String, _ own: String, _ expected: PodSettings.Restart) throws {
        let text = minimalScenario("pods: {restart: \(shared)}")
            .replacing("{name: per-event}", with: "{name: per-event, pods: {restart: \(own)}}")
        #expect(try load(text).variants[0].pods.restart == expected)
    }

    @Test("An option sets a time beside a policy that is written as a word")
    func option() throws {
        let text = minimalScenario("pods: {restart: always}")
        let scenario = try load(text, overrides: [.set("pods.restart.backOff=3s")])
        #expect(scenario.variants[0].pods.restart == Self.restart(.always, .seconds(3)))
        let word = try load(text, overrides: [.set("pods.restart=never")])
        #expect(word.variants[0].pods.restart == Self.restart(.never))
        #expect(
            report(minimalScenario(), overrides: [.set("pods.restart.backOff=3s")]) == """
                --set pods.restart.backOff: “policy” is missing
                  “policy” takes never, on-failure or always.
                """
        )
    }

    @Test(
        "Back-offs that shrink are refused where the nearer of both is written",
        arguments: [
            ("{policy: always, backOff: 6m}", "{}", "outage.yaml:8:43: a longest back-off of 5 m"),
            ("{policy: always, longestBackOff: 9s}", "{}", "outage.yaml:8:50: a longest back-off of 9 s"),
            (
                "{policy: always, longestBackOff: 20s}", "{restart: {backOff: 30s}}",
                "outage.yaml:6:49: a longest back-off of 20 s"
            ),
        ]
    )
    func order(_ shared: String, _ own: String, _ start: String) {
        let text = minimalScenario("pods: {restart: \(shared)}")
            .replacing("{name: per-event}", with: "{name: per-event, pods: \(own)}")
        #expect(report(text).hasPrefix(start))
    }

    @Test(
        "What to do with an event whose handler throws is a word or a number of retries",
        arguments: [
            ("skip", .skip), ("stop", .stop), ("{retry: 1}", .retry(limit: 1)),
            ("{retry: 1k}", .retry(limit: 1_000)),
        ] as [(String, HandlerErrorPolicy)]
    )
    func errors(_ value: String, _ expected: HandlerErrorPolicy) throws {
        #expect(try load(minimalScenario("pods: {errors: \(value)}")).variants[0].pods.errors == expected)
        let own = minimalScenario("pods: {errors: {retry: 9}}")
            .replacing("{name: per-event}", with: "{name: per-event, pods: {errors: \(value)}}")
        #expect(try load(own).variants.map(\.pods.errors) == [expected, .retry(limit: 9)])
    }

    @Test("Nothing said, an event is skipped") func standard() throws {
        #expect(try load(minimalScenario()).variants[0].pods.errors == .skip)
    }
}
