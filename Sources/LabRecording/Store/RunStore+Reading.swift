import Foundation
package import LabCore

extension RunStore {
    /// All runs, newest first.
    ///
    /// Folders that hold no readable run are listed too, with the reason; other files are ignored. A store that does
    /// not exist is empty.
    ///
    /// - Throws: ``LabError`` only if the store itself cannot be read.
    package func runs() throws -> [RunSummary] {
        try folders()
            .map { folder in
                do {
                    return try RunReader(checking: folder).summary()
                } catch {
                    return unreadable(folder, because: LabError(error, at: folder.path))
                }
            }
            .sorted { ($0.startedAt, $0.id) > ($1.startedAt, $1.id) }
    }

    /// Reads a run, whether it is finished, still recorded, or left by a lab that died.
    ///
    /// - Parameter idOrPrefix: A run's id, the start of one if no other run's id starts so, or `latest`.
    /// - Returns: What was recorded until now.
    /// - Throws: ``LabError`` for an unknown or ambiguous id, a file that is no recording, a damaged one, or one of
    ///   a newer leaklab.
    package func open(_ idOrPrefix: String) throws -> RecordedRun {
        try RunReader(folder(idOrPrefix)).recordedRun()
    }

    /// The outcome as it was told at the end of the run.
    ///
    /// - Parameter idOrPrefix: As of ``open(_:)``.
    /// - Returns: `nil` if the run came to no outcome.
    /// - Throws: As ``open(_:)``.
    package func result(of idOrPrefix: String) throws -> RunResult? {
        try RunReader(folder(idOrPrefix)).result()
    }

    /// Where a run is kept, and its logs.
    ///
    /// - Parameter idOrPrefix: As of ``open(_:)``.
    /// - Returns: A folder that exists, readable or not.
    /// - Throws: ``LabError`` for an unknown or ambiguous id.
    package func folder(_ idOrPrefix: String) throws -> RunFolder {
        if idOrPrefix == "latest" { return try latest() }
        let folders = try folders().filter { RunID.isValid($0.id) }
        if let exact = folders.first(where: { $0.id == idOrPrefix }) { return exact }
        let matches = idOrPrefix.isEmpty ? [] : folders.filter { $0.id.hasPrefix(idOrPrefix) }
        guard let match = matches.first else {
            throw LabError(
                "\(directory): no run “\(idOrPrefix)”",
                hint: "“\(Program.name) runs” lists them.",
                exitStatus: .usage
            )
        }
        guard matches.count == 1 else {
            throw LabError(
                "\(directory): \(matches.count) runs start with “\(idOrPrefix)”",
                hint: "They are: \(matches.map(\.id).sorted().joined(separator: ", ")).",
                exitStatus: .usage
            )
        }
        return match
    }

    /// Whether the lab of a run is alive and has not concluded it.
    package func goesOn(_ folder: RunFolder) -> Bool {
        if let maker = folder.maker { return maker.isAlive }
        return (try? RunReader(folder).recordingLab())?.isAlive ?? false
    }

    /// Folders of the store, whatever they hold, sorted by name.
    func folders() throws -> [RunFolder] {
        guard FileManager.default.fileExists(atPath: directory) else { return [] }
        do {
            return try FileManager.default.contentsOfDirectory(atPath: directory)
                .filter { !$0.hasPrefix(".") && isFolder($0) }
                .sorted()
                .map { RunFolder(id: $0, in: directory) }
        } catch {
            throw LabError(error, at: directory)
        }
    }

    private func isFolder(_ name: String) -> Bool {
        let attributes = try? FileManager.default.attributesOfItem(atPath: directory + "/" + name)
        return attributes?[.type] as? FileAttributeType == .typeDirectory
    }

    /// The readable run that started last.
    ///
    /// Ids sort by start to the second; only within one do the files need to be asked.
    private func latest() throws -> RunFolder {
        let secondLength = "yyyymmdd-hhmmss".count
        var newest: (folder: RunFolder, startedAt: Int64)?
        for folder in try folders().reversed() where RunID.isValid(folder.id) {
            if let newest, folder.id.prefix(secondLength) != newest.folder.id.prefix(secondLength) { break }
            guard let startedAt = try? RunReader(folder).summary().startedAt else { continue }
            if newest.map({ startedAt > $0.startedAt }) ?? true { newest = (folder, startedAt) }
        }
        guard let newest else {
            throw LabError(
                "\(directory): no runs yet",
                hint: "“\(Program.name) run NAME” records one.",
                exitStatus: .usage
            )
        }
        return newest.folder
    }

    private func unreadable(_ folder: RunFolder, because error: LabError) -> RunSummary {
        let attributes = try? FileManager.default.attributesOfItem(atPath: folder.path)
        let changed = attributes?[.modificationDate] as? Date ?? Date(timeIntervalSince1970: 0)
        let seconds = min(max(changed.timeIntervalSince1970, 0), 9e9)
        return RunSummary(
            id: folder.id,
            scenario: "",
            title: "",
            startedAt: Int64(seconds * 1e9),
            state: .unreadable(because: error.description),
            duration: nil,
            verdicts: [],
            sizeOnDisk: folder.sizeOnDisk()
        )
    }
}
