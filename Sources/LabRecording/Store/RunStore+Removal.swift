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
    /// Runs whose lab is alive and folders that cannot be read stay, and do not count. Folders of labs that died before
    /// they could begin to record hold nothing but logs: none is kept for being among the newest.
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
        let runs = try runs()
        let ended = runs.filter { run in
            switch run.state {
            case .recording, .unreadable: false
            case .abandoned, .finished, .interrupted, .failed: true
            }
        }
        let excess = Set(ended.dropFirst(max(0, keep ?? 0)).map(\.id))
        let old = runs.filter { run in
            let age = age ?? Duration.nanoseconds(Int64.min)
            guard .nanoseconds(now) - .nanoseconds(run.startedAt) > age else { return false }
            return excess.contains(run.id) || isLeftUnbegun(run, now: now)
        }
        for run in old { try remove(RunFolder(id: run.id, in: directory)) }
        return old.map(\.id)
    }

    /// Whether the lab of a folder died before it could begin to record.
    ///
    /// Of a folder that names no lab, and has no recording, that is taken for granted after an hour.
    private func isLeftUnbegun(_ run: RunSummary, now: Int64) -> Bool {
        guard case .unreadable = run.state, RunID.isValid(run.id) else { return false }
        let folder = RunFolder(id: run.id, in: directory)
        if let maker = folder.maker { return !maker.isAlive }
        let isOld = .nanoseconds(now) - .nanoseconds(run.startedAt) > Duration.seconds(3_600)
        return isOld && StoreFile.isRegular(folder.databasePath) == nil
    }

    private func checkRemovable(_ folder: RunFolder) throws {
        let hint = "Force the removal if you are sure."
        let lab: LabProcess?
        do {
            lab = try RunReader(folder).recordingLab()
        } catch {
            if let maker = folder.maker, !maker.isAlive { return }
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
