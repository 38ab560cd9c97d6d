import Foundation
package import LabCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Schedules that take the place of the producer's while it produces: files `PATH.1`, `PATH.2` and so on, each of which
/// appears whole.
///
/// A schedule is complete, from its zero on, and asks for the same as the one before up to a moment that is a little
/// later than its file.
package struct RevisedSchedules: Sendable {
    private let path: String?
    /// The number of the last one that was read.
    package private(set) var taken = 0

    package init(at path: String?) { self.path = path }

    /// The file of a schedule, by its number from 1.
    package static func file(_ number: Int, at path: String) -> String { "\(path).\(number)" }

    /// The newest one that has come since the last call; `nil` if none has, which costs a look at the file system.
    package mutating func newest() -> LoadProfile? {
        guard let path else { return nil }
        var newest: LoadProfile?
        while access(Self.file(taken + 1, at: path), R_OK) == 0 {
            taken += 1
            let file = URL(fileURLWithPath: Self.file(taken, at: path))
            do {
                newest = try JSONDecoder().decode(LoadProfile.self, from: try Data(contentsOf: file))
            } catch {
                ProcessLog.write("producer: schedule \(taken) cannot be read: \(error)")
            }
        }
        return newest
    }
}
