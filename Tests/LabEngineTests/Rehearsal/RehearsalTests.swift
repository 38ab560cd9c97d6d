import Foundation
import LabCore
import LabPod
import LabScenario
import Synchronization
import Testing

@testable import LabEngine

@Suite("Rehearsal")
struct RehearsalTests {
    @Test("every handler of variants and steps is rehearsed, each once")
    func subjects() throws {
        let scenario = try TestScenario.make([
            "variants.per-event.steps=[{at: 5s, scale: 2}, {at: 9s, handler: per-event-stopped}, {at: 12s, handler: singleton}]"
        ])
        #expect(scenario.rehearsalSubjects.map(\.handler) == ["per-event", "per-event-stopped", "singleton"])
        let concurrent = try TestScenario.make(["variants.singleton.pods.concurrency=8"])
        #expect(concurrent.rehearsalSubjects.map(\.concurrency) == [1, 8])
    }

    @Test(
        "a run needs a rehearsal if it compresses time or limits memory",
        arguments: [
            ("timeScale=1", false), ("timeScale=0.5", false), ("timeScale=2", true),
            ("pods.memory=1GiB", true),
            ("variants.per-event.steps=[{at: 5s, memory: 1GiB}]", true),
        ]
    )
    func need(assignment: String, isNeeded: Bool) throws {
        #expect(Rehearsal.isNeeded(for: try TestScenario.make([assignment])) == isNeeded)
    }

    @Test(
        "no more events are rehearsed than the embedded broker keeps",
        arguments: ["300B", "64B", "50kB", "900kB"],
        [1, 4, 64]
    )
    func events(payload: String, partitions: Int) throws {
        let scenario = try TestScenario.make([
            "workload.payload.size=\(payload)", "workload.partitions=\(partitions)",
        ])
        let workload = Rehearsal.workload(of: scenario)
        let events = Rehearsal.events(of: workload)
        #expect(1...40_000 ~= events)
        var bytes = [Double](repeating: 0, count: workload.partitions)
        for event in 0..<UInt64(events) {
            bytes[workload.partition(ofEvent: event)] += workload.payload.mean
        }
        #expect(bytes.allSatisfy { $0 <= Double(BrokerCapacity.retainedBytesPerPartition) })
    }

    // MARK: - From instants to figures

    private func mark(
        _ time: Double,
        events: Int,
        cpu: Double,
        waited: Double = 0,
        resident: Double? = nil,
        heap: Double? = nil
    ) -> RehearsalMark {
        RehearsalMark(
            events: events,
            reading: RehearsalMeter.Reading(time: time, cpu: cpu, waited: waited, resident: resident),
            heap: heap
        )
    }

    @Test("fetching is shared by all events, handling by those that were handled")
    func cost() {
        let course = RehearsalCourse(
            start: mark(10, events: 0, cpu: 1),
            firstEvent: 10.25,
            opened: mark(10.5, events: 0, cpu: 1.25),
            warm: mark(10.75, events: 100, cpu: 1.5, waited: 0.25),
            end: mark(11.5, events: 500, cpu: 2.25, waited: 0.5)
        )
        let cost = course.cost(fetched: 1_000, productionCPUSeconds: 0.125)
        #expect(cost.events == 500)
        #expect(cost.handlingCPUSeconds == 0.25 / 1_000 + 1.0 / 500)
        #expect(cost.cpuSecondsPerEvent == 0.125 + cost.handlingCPUSeconds)
        // Of the 0.75 s after the warm-up the loop waited 0.25 s for a processor.
        #expect(cost.secondsPerEvent == 0.5 / 400)
        #expect(cost.firstEventSeconds == 0.25)
        #expect(cost.residentBytesPerEvent == nil)
    }

    @Test(
        "what an event keeps is its growth and the room that it frees, and no more than the heap has",
        arguments: [
            // Fetched: 400 B an event. Kept: 8,000 B resident of 20,000 B.
            (3_800_000.0, 9_800_000.0, 8_000.0),
            // All that is freed stays resident, and nothing is kept.
            (0, -200_000, 0), (-200_000, -200_000, 0),
            // What is kept takes no more than what is freed.
            (0, -50_000, 300),
        ]
    )
    func memory(resident: Double, heap: Double, kept: Double) throws {
        let course = RehearsalCourse(
            start: mark(0, events: 0, cpu: 0, resident: 1e6, heap: 5e5),
            firstEvent: 0,
            opened: mark(0, events: 0, cpu: 0, resident: 1.4e6, heap: 9e5),
            warm: mark(0, events: 0, cpu: 0),
            end: mark(1, events: 500, cpu: 0, resident: 1.4e6 + resident, heap: 9e5 + heap)
        )
        #expect(course.cost(fetched: 1_000, productionCPUSeconds: 0).residentBytesPerEvent == kept)
    }

    @Test("instants without events give figures that are numbers")
    func degenerate() {
        let instant = mark(1, events: 0, cpu: 1, resident: 0, heap: 0)
        let course = RehearsalCourse(
            start: instant,
            firstEvent: 0,
            opened: instant,
            warm: instant,
            end: instant
        )
        let cost = course.cost(fetched: 0, productionCPUSeconds: 0)
        #expect(cost.secondsPerEvent > 0 && cost.secondsPerEvent.isFinite)
        #expect(cost.cpuSecondsPerEvent == 0)
        #expect(cost.firstEventSeconds == 0)
    }

    // MARK: - For real

    /// Counts, and fails every fourth event.
    private final class CountingHandler: EventHandler {
        let handled = Atomic(0)

        func handle(_ event: borrowing Event) async throws {
            let count = handled.add(1, ordering: .relaxed).newValue
            if count % 4 == 0 { throw LabError("every fourth") }
        }
    }

    private func configuration(
        _ folder: ScratchFolder,
        concurrency: Int = 1
    ) throws -> RehearsalConfiguration {
        RehearsalConfiguration(
            pod: PodConfiguration(
                name: "rehearsal",
                incident: "none",
                handler: "none",
                seed: 1,
                timeScale: .realTime,
                properties: [],
                topic: "",
                assignment: .fixed(partitions: []),
                concurrency: concurrency,
                commitInterval: 1,
                heapInterval: 1,
                telemetryPath: folder.file("page"),
                ledgerPath: folder.file("ledger")
            ),
            workload: try TestScenario.make([]).workload,
            events: 2_000,
            limit: .seconds(10),
            growthLimit: .mebibytes(1_000)
        )
    }

    @Test("events go all the way, and have their price", .timeLimit(.minutes(1)), arguments: [1, 4])
    func measurement(concurrency: Int) async throws {
        let folder = try ScratchFolder()
        let handler = CountingHandler()
        let cost = try await RehearsalMeasurement(try configuration(folder, concurrency: concurrency))
            .run {
                nil
            } makeHandler: { _ in
                handler
            }
        #expect(handler.handled.load(ordering: .relaxed) == 2_000)
        #expect(cost.events == 2_000)
        #expect(cost.productionCPUSeconds > 0)
        #expect(cost.handlingCPUSeconds > 0)
        // Whatever else this process does meanwhile.
        #expect(cost.cpuSecondsPerEvent < 0.01)
        #expect(0..<0.01 ~= cost.secondsPerEvent)
        #expect(0..<4 ~= cost.firstEventSeconds)
    }

    @Test("what cannot be measured is an error", .timeLimit(.minutes(1)))
    func failure() async throws {
        let folder = try ScratchFolder()
        var configuration = try configuration(folder)
        configuration.pod.ledgerPath = nil
        let measurement = RehearsalMeasurement(configuration)
        await #expect(throws: LabError.self) {
            try await measurement.run(heapBytes: { nil }, makeHandler: { _ in CountingHandler() })
        }
    }

    @Test("a rehearsing process is understood, whatever else it says")
    func output() throws {
        let folder = try ScratchFolder()
        let cost = RehearsedCost(
            events: 3,
            productionCPUSeconds: 1e-6,
            handlingCPUSeconds: 2e-6,
            secondsPerEvent: 3e-6,
            residentBytesPerEvent: nil,
            firstEventSeconds: 0.25
        )
        let line = try RehearsalOutput.line(of: cost)
        for (name, text) in [
            ("alone", line), ("between", "librdkafka: {\n\(line)consumer: gone\n"), ("odd", "{}\n{\n\(line)"),
        ] {
            try text.write(toFile: folder.file(name), atomically: true, encoding: .utf8)
            #expect(RehearsalOutput.read(from: folder.file(name)) == cost)
        }
        #expect(RehearsalOutput.read(from: folder.file("none")) == nil)
    }
}
