import Foundation
import Kafka
import LabCluster
import LabCore
import LabRecording
import Synchronization
import Testing

@testable import LabEngine

@Suite("Topics that dead runs have left")
struct MadeTopicsTests {
    private static let servers = "127.0.0.1:9092,127.0.0.1:9093"

    /// A store with a folder for each run, and what each of them has made.
    private final class Store: Sendable {
        let folder: ScratchFolder
        let runs: RunStore

        init(_ made: MadeTopics...) throws {
            folder = try ScratchFolder()
            runs = RunStore(directory: folder.path)
            for made in made {
                let path = folder.file(made.run)
                try Folder.make(path)
                try made.save(in: path)
            }
        }

        var left: [String] { MadeTopics.abandoned(in: runs, on: MadeTopicsTests.servers).flatMap(\.topics) }
    }

    private static func made(
        _ topics: [String],
        run: String = "20261121-100100-aaaa",
        on servers: String = servers
    ) -> MadeTopics {
        MadeTopics(run: run, bootstrapServers: servers, topics: topics)
    }

    @Test("are those that its folder names, on the same cluster and no other")
    func found() throws {
        let store = try Store(
            Self.made(["a", "b"]),
            Self.made(["c"], run: "20261121-100200-bbbb", on: "127.0.0.1:9093, 127.0.0.1:9092"),
            Self.made(["d"], run: "20261121-100300-cccc", on: "127.0.0.1:1")
        )
        #expect(store.left == ["a", "b", "c"])
    }

    @Test("are not those of a run whose lab is alive, whoever else names them")
    func alive() throws {
        let run = RunID.make(now: 0)
        let scratch = try Scratch.make(run: run, root: nil, needing: ByteCount(1))
        defer { scratch.remove() }
        let store = try Store(Self.made(["a", "b"]), Self.made(["b", "c"], run: run))
        #expect(store.left == ["a"])
    }

    @Test("are not those that another run has made since")
    func madeAgain() throws {
        let store = try Store(Self.made(["a", "b"]))
        MadeTopics.forget(["b"], in: store.runs, on: Self.servers)
        #expect(store.left == ["a"])
        MadeTopics.forget(["a"], in: store.runs, on: Self.servers)
        #expect(store.left.isEmpty && Folder.entries(of: store.folder.file("20261121-100100-aaaa")).isEmpty)
    }

    @Test("are deleted and nothing else, and what stays is said and kept in mind")
    func deleted() throws {
        let store = try Store(Self.made(["a", "b"]))
        let cluster = ScriptedCluster { $0.topics = ["a": 1, "b": 1, "theirs": 1] }
        cluster.state.withLock { $0.errors[.deletion] = [.topicAuthorizationFailed] }
        let made = try #require(MadeTopics.abandoned(in: store.runs, on: Self.servers).first)
        #expect(made.delete(cluster.topics, in: store.runs) == ["a"])
        #expect(cluster.state.withLock { $0.topics.keys.sorted() } == ["a", "theirs"])
        #expect(store.left == ["a"])
        #expect(made.delete(cluster.topics, in: store.runs).isEmpty)
        #expect(store.left.isEmpty)
    }

    @Test("that are gone already are none")
    func gone() throws {
        let store = try Store(Self.made(["a"]))
        let made = try #require(MadeTopics.abandoned(in: store.runs, on: Self.servers).first)
        #expect(made.delete(ScriptedCluster().topics, in: store.runs).isEmpty)
        #expect(store.left.isEmpty)
    }
}
