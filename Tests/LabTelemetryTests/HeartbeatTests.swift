import Foundation
import LabCore
import LabTelemetry
import Testing

@Suite("A heartbeat")
struct HeartbeatTests {
    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    @Test("is read as it was written last, by whoever opens its file")
    func readings() throws {
        let path = folder.file("beat")
        try Heartbeat.create(at: path)
        let reader = try Heartbeat.Reader(at: path)
        #expect(reader.latest == .none)
        let heartbeat = try Heartbeat.open(at: path)
        heartbeat.beat(at: 17)
        #expect(reader.latest == .beat(at: 17))
        heartbeat.beat()
        let before = MonotonicClock.nanoseconds
        guard case .beat(let time) = reader.latest else {
            Issue.record("no beat")
            return
        }
        #expect(time <= before && before - time < 1_000_000_000)
        heartbeat.finish()
        #expect(reader.latest == .finished)
    }

    @Test("says nothing once its file was cut short")
    func cutShort() throws {
        let path = folder.file("beat")
        try Heartbeat.create(at: path)
        try Heartbeat.open(at: path).beat()
        let reader = try Heartbeat.Reader(at: path)
        #expect(truncate(path, 0) == 0)
        #expect(reader.latest == .none)
    }

    @Test("that has no file is an error")
    func missing() {
        #expect(throws: LabError.self) { try Heartbeat.Reader(at: folder.file("nothing")) }
        #expect(throws: LabError.self) { try Heartbeat.open(at: folder.file("nothing")) }
    }
}
