import Foundation
import LabCore
import LabLoad
import LabScenario
import Synchronization

/// Hands another schedule to a producer that is at work.
final class LoadSteering: Sendable {
    private let path: String
    private let telemetryPath: String
    private let handed = Mutex(0)

    /// `path` is that of the producer's configuration, `telemetryPath` its page.
    init(path: String, telemetryPath: String) {
        self.path = path
        self.telemetryPath = telemetryPath
    }

    /// - Returns: the number of the schedule.
    /// - Throws: ``LabError`` if its file cannot be written.
    func hand(over profile: LoadProfile) throws(LabError) -> Int {
        do {
            let data = try JSONEncoder().encode(profile)
            return try handed.withLock { handed in
                let file = URL(fileURLWithPath: RevisedSchedules.file(handed + 1, at: path))
                try data.write(to: file, options: .atomic)
                handed += 1
                return handed
            }
        } catch {
            throw .act("the schedule cannot be handed to the producer: \(SystemError.words(error))")
        }
    }

    /// Whether the producer follows the schedule of this number, or a later one.
    func isFollowed(_ number: Int) -> Bool {
        PageContents(path: telemetryPath).scheduleRevision >= number
    }
}
