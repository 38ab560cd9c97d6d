import LabCluster
import LabCore
import Testing

@Suite("Restarts follow the kubelet's rules")
struct RestartPolicyTests {
    @Test(
        "a policy says whether a pod begins another life",
        arguments: [
            (RestartPolicy.Condition.always, ChildProcess.End.exited(0), true),
            (.always, .exited(1), true),
            (.always, .signaled(9), true),
            (.onFailure, .exited(0), false),
            (.onFailure, .exited(3), true),
            (.onFailure, .signaled(15), true),
            (.never, .exited(0), false),
            (.never, .signaled(9), false),
        ]
    )
    func condition(condition: RestartPolicy.Condition, end: ChildProcess.End, restarts: Bool) {
        var backOff = BackOff(RestartPolicy(condition: condition))
        #expect((backOff.delay(after: end, lifeOf: .seconds(1)) != nil) == restarts)
    }

    @Test("each delay is twice the last one, up to five minutes")
    func doubling() {
        var backOff = BackOff(RestartPolicy(condition: .always))
        let delays = (0..<8).map { _ in backOff.delay(after: .exited(1), lifeOf: .seconds(5)) }
        #expect(delays == [10, 20, 40, 80, 160, 300, 300, 300].map { Duration.seconds($0) })
    }

    @Test("a life of ten minutes starts the doubling anew")
    func reset() {
        var backOff = BackOff(RestartPolicy(condition: .always))
        for _ in 0..<4 { _ = backOff.delay(after: .exited(1), lifeOf: .seconds(1)) }
        #expect(backOff.delay(after: .exited(1), lifeOf: .seconds(599)) == .seconds(160))
        #expect(backOff.delay(after: .exited(1), lifeOf: .seconds(600)) == .seconds(10))
        #expect(backOff.delay(after: .exited(1), lifeOf: .seconds(1)) == .seconds(20))
    }

    @Test("a pod that does not fail costs an on-failure policy no patience")
    func successes() {
        var backOff = BackOff(RestartPolicy(condition: .onFailure))
        #expect(backOff.delay(after: .exited(0), lifeOf: .seconds(1)) == nil)
        #expect(backOff.delay(after: .exited(1), lifeOf: .seconds(1)) == .seconds(10))
    }
}
