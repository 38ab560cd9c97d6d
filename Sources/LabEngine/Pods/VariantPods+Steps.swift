import LabCore
import LabScenario

extension VariantPods {
    /// Takes the variant's steps, each at its time, until the load is over and none is left, the run is stopped, or the task is
    /// cancelled.
    ///
    /// A step that comes while pods are still being changed waits for that.
    func follow(
        _ agenda: RunAgenda,
        of variant: VariantPlan,
        _ clock: RunClock,
        stop: StopSwitch,
        isOver: () -> Bool
    ) async {
        var taken = 0
        let timeScale = agenda.current.timeScale
        func due() -> VariantSegment? {
            let segments = agenda.segments(of: variant)
            guard taken + 1 < segments.count else { return nil }
            let next = segments[taken + 1]
            return timeScale.wall(next.at).inNanoseconds <= clock.now ? next : nil
        }
        while true {
            let goesOn = await stop.wait(atMost: .seconds(1_000_000)) {
                Task.isCancelled || due() != nil || isOver()
            }
            guard goesOn, !Task.isCancelled, let segment = due() else { return }
            taken += 1
            await advance(to: segment, number: taken)
        }
    }
}
