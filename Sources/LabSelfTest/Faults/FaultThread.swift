package import LabBroker
import LabEngine
import LabTelemetry

/// Applies the fault of a cell to a front in its phase, on a thread of its own.
package final class FaultThread: Sendable {
    /// Between two looks at what has come to the front.
    private static let interval = Duration.milliseconds(10)

    private let thread = PeriodicThread("faults", every: FaultThread.interval)

    /// Begins at once: a fault of the first phase is there before anybody can connect.
    /// - Parameters:
    ///   - name: of a cell, such as `cut@steady`; `nil` comes of one that there is not.
    ///   - front: that is at fault.
    ///   - countPath: the file that has how many requests were hit so far; `nil` for none.
    package init?(_ name: String, front: BrokerFront, countPath: String?) {
        guard let cell = FaultCell.all.first(where: { $0.name == name }) else { return nil }
        var first = FaultCourse(cell)
        if let faults = first.faults(at: .zero, front.counts) { front.apply(faults) }
        let start = ContinuousClock.now
        let begun = first
        thread.start { thread in
            var (course, struck) = (begun, -1)
            repeat {
                let counts = front.counts
                if let faults = course.faults(at: ContinuousClock.now - start, counts) { front.apply(faults) }
                guard let countPath, counts.struck != struck else { continue }
                struck = counts.struck
                try? Announcement.write("\(struck)", to: countPath)
            } while thread.rest()
        }
    }

    /// Ends the thread.
    package func stop() {
        thread.stop()
        thread.join()
    }
}
