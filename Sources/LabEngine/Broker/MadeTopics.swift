import Foundation
import LabCluster
import LabCore
package import LabRecording

/// The topics that a run has made on an external broker and still has to delete, written down in the run's folder.
///
/// Their names hold no run's id, so that a topic can be made beforehand: which of them are a dead run's is known from here
/// alone.
package struct MadeTopics: Codable, Hashable, Sendable {
    package var run: String
    package var bootstrapServers: String
    package var topics: [String]

    static let fileName = "topics.json"

    init(run: String, bootstrapServers: String, topics: [String]) {
        (self.run, self.bootstrapServers, self.topics) = (run, bootstrapServers, topics)
    }

    /// Writes it down in a run's folder; nothing where there is no topic.
    /// - Throws: ``LabError``.
    func save(in folder: String) throws(LabError) {
        let path = "\(folder)/\(Self.fileName)"
        guard !topics.isEmpty else {
            Folder.remove(path)
            return
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        let text = (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? ""
        let error = TextFile.put(text, to: path, creating: true)
        guard error == 0 else { throw LabError("\(path): cannot be written: \(SystemError.words(error))") }
    }

    /// What the folder of a run says; `nil` if it says nothing, or something of another run.
    static func read(in folder: String, of run: String) -> MadeTopics? {
        guard let text = TextFile.contents(of: "\(folder)/\(fileName)"),
            let made = try? JSONDecoder().decode(MadeTopics.self, from: Data(text.utf8)), made.run == run
        else { return nil }
        return made
    }

    /// Of all runs in a store that have topics to delete on this cluster.
    static func all(in store: RunStore, on servers: String) -> [(folder: String, made: MadeTopics)] {
        Folder.entries(of: store.directory).filter(RunID.isValid).sorted().compactMap { id in
            let folder = "\(store.directory)/\(id)"
            guard let made = read(in: folder, of: id), isSame(made.bootstrapServers, servers) else {
                return nil
            }
            return (folder, made)
        }
    }

    /// Of runs whose lab is dead.
    package static func abandoned(in store: RunStore, on servers: String) -> [MadeTopics] {
        let all = all(in: store, on: servers).map(\.made)
        guard !all.isEmpty else { return [] }
        let marks = MarkedProcess.all().map(\.mark)
        let living = all.filter { Scratch.isInUse(run: $0.run, marks: marks) }
        let inUse = Set(living.flatMap(\.topics))
        return all.filter { !living.contains($0) }.map { made in
            var made = made
            made.topics.removeAll(where: inUse.contains)
            return made
        }
        .filter { !$0.topics.isEmpty }
    }

    /// Topics that were made anew are nobody else's any more.
    static func forget(_ topics: [String], in store: RunStore, on servers: String) {
        for (folder, made) in all(in: store, on: servers) {
            var rest = made
            rest.topics.removeAll(where: topics.contains)
            if rest != made { try? rest.save(in: folder) }
        }
    }

    /// Deletes them, and notes what is left.
    /// - Returns: those that are still there.
    package func delete(_ cluster: ExternalTopics, in store: RunStore) -> [String] {
        var rest = self
        rest.topics = cluster.delete(topics)
        try? rest.save(in: "\(store.directory)/\(run)")
        return rest.topics
    }

    private static func isSame(_ servers: String, _ others: String) -> Bool {
        func set(_ text: String) -> Set<Substring> { Set(text.filter { $0 != " " }.split(separator: ",")) }
        return set(servers) == set(others)
    }
}
