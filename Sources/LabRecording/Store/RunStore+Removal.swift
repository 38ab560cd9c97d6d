import Foundation
import LabCore

extension RunStore {
    /// Removes runs with all that their folders hold, or none if one of them must not be removed.
    ///
    /// - Parameters:
    ///   - ids: As of ``open(_:)``.
    ///   - force: Also those whose lab is alive, and unreadable ones, whose lab cannot be known.
    /// - Returns: The full ids.
    /// - Throws: ``LabError`` for an unknown or ambiguous id, and for a run that needs `force`.
    @discardableResult
    package func remove(_ ids: [String], force: Bool = false) throws -> [String] {
        let folders = try ids.map { try folder($0) }
        if !force {
            for folder in folders { try checkRemovable(folder) }
        }
        let unique = Set(folders).sorted { $0.id < $1.id }
        for folder in unique { try remove(folder) }
        return unique.map(\.id)
    }

    /// Removes old runs.
    ///
    /// Runs whose lab is alive and folders that cannot be read stay, and do not count.
    ///
    /// - Parameters:
    ///   - keep: The newest so many stay.
    ///   - age: Runs that started less than this ago stay. With both, a run goes only if neither keeps it; with
    ///     neither, all stay.
    ///   - now: Nanoseconds since 1970.
    /// - Returns: The ids of the removed runs, newest first.
    /// - Throws: ``LabError`` if the store cannot be read or a folder not be removed.
    package func prune(keep: Int? = nil, olderThan age: Duration? = nil, now: Int64) throws -> [String] {
        guard keep != nil || age != nil else { return [] }
        let ended = try runs().filter { run in
            switch run.state {
            case .recording, .unreadable: false
            case .abandoned, .finished, .interrupted, .failed: true
            }
        }
        let old = ended.dropFirst(max(0, keep ?? 0)).filter { run in
            age.map { .nanoseconds(now) - .nanoseconds(run.startedAt) > $0 } ?? true
        }
        for run in old { try remove(RunFolder(id: run.id, in: directory)) }
        return old.map(\.id)
    }

    private func checkRemovable(_ folder: RunFolder) throws {
        let hint = "Force the removal if you are sure."
        let lab: LabProcess?
        do {
            lab = try RunReader(folder).recordingLab()
        } catch {
            throw LabError("\(folder.id): cannot be read, so its lab may be alive (\(error))", hint: hint)
        }
        if let lab, lab.isAlive {
            throw LabError("\(folder.id): still being recorded by process \(lab.pid)", hint: hint)
        }
    }

    private func remove(_ folder: RunFolder) throws {
        do {
            try FileManager.default.removeItem(atPath: folder.path)
        } catch {
            throw LabError(error, at: folder.path)
        }
    }
}
