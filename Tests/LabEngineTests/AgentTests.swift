import Foundation
import LabCluster
import LabCore
import LabPod
import LabTesting
import Synchronization
import Testing

@testable import LabEngine
@testable import LabTelemetry

@Suite("The agent in a pod", .serialized, .timeLimit(.minutes(1)))
struct AgentTests {
    /// A program with the agent in it, until `body` is over.
    private func beside(
        _ program: String,
        _ arguments: [String],
        profiled: Bool = false,
        in folder: ScratchFolder,
        _ body: @escaping @Sendable (_ page: String, _ pid: Int32) async throws -> Void
    ) async throws {
        let jemalloc = try #require(await Jemalloc.find())
        let agent = try #require(await AgentLibrary.find(beside: "/bin/true", in: folder.path, for: jemalloc))
        let page = folder.file("own.agent")
        try AgentPage.create(at: page)
        var environment = [
            "LD_PRELOAD": "\(jemalloc.path):\(agent.path)", AgentLibrary.pageVariable: page,
            AgentLibrary.dumpsVariable: folder.file("own.0"),
        ]
        if profiled { environment["MALLOC_CONF"] = "prof:true,lg_prof_sample:12" }
        let child = ChildProcess(
            executable: program,
            arguments: arguments,
            environment: environment,
            logPath: folder.file("log")
        )
        let (pids, started) = AsyncStream.makeStream(of: Int32.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                _ = try await child.run { started.yield($0) }
                started.finish()
            }
            var iterator = pids.makeAsyncIterator()
            let pid = try #require(await iterator.next())
            defer { group.cancelAll() }
            try await body(page, pid)
        }
        #expect(TextFile.contents(of: folder.file("log")) == "")
    }

    private static let sleeper = ("/bin/sleep", ["50"])

    @Test("It counts live objects by size and what the allocator holds", .enabled(if: Agents.canRun))
    func counts() async throws {
        let folder = try ScratchFolder()
        try await beside(Self.sleeper.0, Self.sleeper.1, in: folder) { page, pid in
            let names: [MetricName] = [.heap, .heapActive, .heapResident, .heapOutside, .agentTime]
            let reader = try await eventually("a reading of everything") {
                let reader = try TelemetryReader(openingPageAt: page)
                let read = reader.descriptors.indices.filter { reader.reading(of: $0) != nil }
                let found = Set(read.map { MetricName(reader.descriptors[$0].name) })
                return found.isSuperset(of: names) && found.contains { $0.sizeClass != nil } ? reader : nil
            }
            #expect(try AgentPage.open(at: page).owner == pid)
            #expect(!reader.hasNonsense)
            func value(_ name: MetricName) throws -> Int64 {
                let index = try #require(reader.index(of: name.rawValue, .timedGauge))
                return try #require(reader.reading(of: index)).value
            }
            #expect((1_000...8_000_000).contains(try value(.heap)))
            #expect(try value(.heapResident) >= value(.heapActive))
            let sizes = reader.descriptors.compactMap { MetricName($0.name).sizeClass }
            #expect(sizes.contains { $0 < 1_024 } && Set(sizes).count == sizes.count)
        }
    }

    @Test("It writes a heap profile when it is asked to, and says so", .enabled(if: Agents.canProfile))
    func profile() async throws {
        let folder = try ScratchFolder()
        try await beside(Self.sleeper.0, Self.sleeper.1, profiled: true, in: folder) { path, _ in
            let page = try AgentPage.open(at: path)
            try await eventually("the agent has found its page") { page.owner != nil }
            for number in 1...2 as ClosedRange<UInt64> {
                page.request(number)
                try await eventually("an answer") { page.answer?.request == number }
                #expect(page.answer?.error == 0)
                let dump = TextFile.contents(of: folder.file("own.0.\(number).heap.part"))
                #expect(dump?.hasPrefix("heap_v2/4096") == true)
            }
        }
    }

    @Test("A program without profiles answers with an error", .enabled(if: Agents.canRun))
    func refused() async throws {
        let folder = try ScratchFolder()
        try await beside(Self.sleeper.0, Self.sleeper.1, in: folder) { path, _ in
            let page = try AgentPage.open(at: path)
            page.request(1)
            try await eventually("an answer") { page.answer?.request == 1 }
            #expect(page.answer?.error != 0)
        }
    }

    @Test(
        "What a shell becomes goes on with its page, and what it starts has none",
        .enabled(if: Agents.canRun)
    )
    func children() async throws {
        let folder = try ScratchFolder()
        let script = "sleep 50 & sh -c 'exit 0'; (exit 0); exec sleep 50"
        try await beside("/bin/sh", ["-c", script], in: folder) { path, pid in
            try await eventually("the shell has become another program") {
                TextFile.contents(of: "/proc/\(pid)/comm") == "sleep\n"
            }
            let before = MonotonicClock.nanoseconds
            try await eventually("a reading of that program") {
                let reader = try TelemetryReader(openingPageAt: path)
                guard let index = reader.index(of: "agentTime", .timedGauge) else { return false }
                return (reader.reading(of: index)?.nanoseconds ?? 0) > before
            }
            #expect(try AgentPage.open(at: path).owner == pid)
            let reader = try TelemetryReader(openingPageAt: path)
            #expect(Set(reader.descriptors.map(\.name)).count == reader.descriptors.count)
        }
    }

    @Test("A page that is no page, is cut short or missing disturbs no program", .enabled(if: Agents.canRun))
    func nonsense() async throws {
        let folder = try ScratchFolder()
        let jemalloc = try #require(await Jemalloc.find())
        let agent = try #require(await AgentLibrary.find(beside: "/bin/true", in: folder.path, for: jemalloc))
        let full = folder.file("full.agent")
        try AgentPage.create(at: full)
        let whole = try TelemetryPage.open(at: full)
        let words = whole.file.words
        words[PageLayout.descriptorCountWord].store(.max, ordering: .relaxed)
        words[PageLayout.nextSlotWord].store(.max - 1, ordering: .relaxed)
        defer { withExtendedLifetime(whole) {} }
        try Data(count: 100).write(to: URL(fileURLWithPath: folder.file("short.agent")))
        try Data(repeating: 0xFF, count: 1 << 16).write(to: URL(fileURLWithPath: folder.file("ones.agent")))
        for page in ["full.agent", "short.agent", "ones.agent", "missing.agent", "."] {
            let output = await CommandText.run(
                "/bin/sh",
                ["-c", "sleep 0.1; echo fine"],
                environment: [
                    "LD_PRELOAD": "\(jemalloc.path):\(agent.path)",
                    AgentLibrary.pageVariable: folder.file(page),
                ]
            )
            #expect(output == "fine\n", "\(page)")
        }
    }

    // MARK: - Without an agent

    private func agent(_ page: String, in folder: ScratchFolder, warmUp: Double = 2) -> CommandAgent {
        CommandAgent(
            LifeName(pod: "own-0", life: 3),
            page: page,
            folder: folder.path,
            schedule: ProfileSchedule(warmUp: warmUp, every: nil, limit: 1_000)
        )
    }

    @Test("A program that no agent reports from is named once, and holds up nothing")
    func absent() throws {
        let folder = try ScratchFolder()
        try AgentPage.create(at: folder.file("p"))
        for page in [folder.file("p"), folder.file("missing")] {
            var agent = agent(page, in: folder)
            #expect(agent.look(at: 4, usage: nil, events: 0, isEnding: false) == nil)
            #expect(agent.look(at: 5, usage: nil, events: 0, isEnding: false) == .absent)
            #expect(agent.look(at: 6, usage: nil, events: 0, isEnding: false) == nil)
            #expect(!agent.hasEnd)
            #expect(agent.look(at: 7, usage: nil, events: 0, isEnding: true) == nil)
            #expect(agent.hasEnd)
        }
    }

    @Test("Profiles are asked for at the moments of any pod, and get their names when they are written")
    func moments() throws {
        let folder = try ScratchFolder()
        try AgentPage.create(at: folder.file("p"))
        let opened = try TelemetryPage.open(at: folder.file("p"))
        defer { withExtendedLifetime(opened) {} }
        let words = opened.file.words
        words[PageLayout.ownerWord].store(7, ordering: .relaxed)
        func answer(_ number: UInt64, error: UInt64 = 0) throws {
            #expect(words[PageLayout.requestWord].load(ordering: .relaxed) == number)
            if error == 0 {
                try Data("x".utf8).write(to: URL(fileURLWithPath: folder.file("own-0.3.\(number).heap.part")))
            }
            words[PageLayout.errorWord].store(error, ordering: .relaxed)
            words[PageLayout.answerWord].store(number, ordering: .releasing)
        }
        var agent = agent(folder.file("p"), in: folder)
        #expect(agent.look(at: 1, usage: 10, events: 5, isEnding: false) == nil)
        #expect(words[PageLayout.requestWord].load(ordering: .relaxed) == 0)
        #expect(agent.look(at: 2.5, usage: 10, events: 40, isEnding: false) == nil)
        try answer(1)
        #expect(agent.look(at: 2.6, usage: 10, events: 44, isEnding: false) == nil)
        #expect(FileManager.default.fileExists(atPath: folder.file("own-0.3.0.warm.40.2500.heap")))
        #expect(agent.look(at: 3, usage: 950, events: 60, isEnding: false) == nil)
        try answer(2)
        #expect(agent.look(at: 3.1, usage: 950, events: 60, isEnding: false) == nil)
        #expect(FileManager.default.fileExists(atPath: folder.file("own-0.3.1.lastWords.60.3000.heap")))
        try Data().write(to: URL(fileURLWithPath: folder.file("own-0.request")))
        #expect(agent.look(at: 4, usage: 950, events: 70, isEnding: false) == nil)
        #expect(!FileManager.default.fileExists(atPath: folder.file("own-0.request")))
        try answer(3, error: 2)
        #expect(
            agent.look(at: 4.1, usage: 950, events: 70, isEnding: false)
                == .noProfile("No such file or directory")
        )
        #expect(agent.look(at: 5, usage: 950, events: 80, isEnding: true) == nil)
        #expect(!agent.hasEnd)
        try answer(4)
        #expect(agent.look(at: 5.1, usage: 950, events: 80, isEnding: true) == nil)
        #expect(agent.hasEnd)
        #expect(FileManager.default.fileExists(atPath: folder.file("own-0.3.3.end.80.5000.heap")))
    }

    @Test("An agent that does not answer is given up")
    func silent() throws {
        let folder = try ScratchFolder()
        try AgentPage.create(at: folder.file("p"))
        let opened = try TelemetryPage.open(at: folder.file("p"))
        defer { withExtendedLifetime(opened) {} }
        opened.file.words[PageLayout.ownerWord].store(7, ordering: .relaxed)
        var agent = agent(folder.file("p"), in: folder)
        #expect(agent.look(at: 3, usage: nil, events: 0, isEnding: true) == nil)
        #expect(agent.look(at: 17, usage: nil, events: 0, isEnding: true) == nil)
        #expect(
            agent.look(at: 19, usage: nil, events: 0, isEnding: true)
                == .noProfile("its agent does not answer")
        )
        #expect(agent.hasEnd)
    }
}

@Suite("Into which programs a library can be preloaded")
struct PreloadingTests {
    /// The head of a 64-bit program with one entry in its table.
    private static func image(_ kind: UInt8, loader: String) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 200)
        bytes.replaceSubrange(0..<6, with: [0x7F, 0x45, 0x4C, 0x46, 2, 1])
        (bytes[32], bytes[54], bytes[56]) = (64, 56, 1)
        (bytes[64], bytes[72], bytes[96]) = (kind, 120, UInt8(loader.utf8.count + 1))
        bytes.replaceSubrange(120..<(120 + loader.utf8.count), with: Array(loader.utf8))
        return bytes
    }

    @Test("Its loader decides: none, musl's, or the system's")
    func loaders() {
        #expect(Preloading.obstacle(inImage: Self.image(3, loader: "/lib64/ld-linux-x86-64.so.2")) == nil)
        #expect(
            Preloading.obstacle(inImage: Self.image(3, loader: "/lib/ld-musl-x86_64.so.1"))?.contains("musl")
                == true
        )
        #expect(Preloading.obstacle(inImage: Self.image(1, loader: ""))?.contains("statically") == true)
        var other = Self.image(3, loader: "")
        other[4] = 1
        #expect(Preloading.obstacle(inImage: other)?.contains("another kind") == true)
    }

    @Test("Of a script it is the interpreter's, whatever stands before it")
    func scripts() throws {
        #expect(
            Preloading.interpreter(ofScript: Array("#! /usr/bin/env  python3\nx".utf8)) == [
                "/usr/bin/env", "python3",
            ]
        )
        #expect(Preloading.interpreter(ofScript: Array("#!\n".utf8)) == nil)
        #expect(Preloading.interpreter(ofScript: Array("x".utf8)) == nil)
        let folder = try ScratchFolder()
        let image = folder.file("program")
        try Data(Self.image(1, loader: "")).write(to: URL(fileURLWithPath: image))
        try Data("#!\(image) -x\n".utf8).write(to: URL(fileURLWithPath: folder.file("script")))
        #expect(Preloading.obstacle(in: folder.file("script"))?.contains("statically") == true)
        try Data("#!\(folder.file("loop"))\n".utf8).write(to: URL(fileURLWithPath: folder.file("loop")))
        #expect(Preloading.obstacle(in: folder.file("loop")) == nil)
        #expect(
            Preloading.obstacle(in: "/bin/sh") == nil && Preloading.obstacle(in: "/no/such/program") == nil
        )
    }

    @Test("Bytes that are cut or changed end in an answer")
    func damage() {
        let image = Self.image(3, loader: "/lib64/ld-linux-x86-64.so.2")
        var random = SplitMix64(seed: 4)
        for length in 0..<image.count { _ = Preloading.obstacle(inImage: Array(image.prefix(length))) }
        for _ in 0..<2_000 {
            var changed = image
            for _ in 0..<4 {
                changed[Int(random.next() % UInt64(changed.count))] = UInt8(truncatingIfNeeded: random.next())
            }
            _ = Preloading.obstacle(inImage: changed)
        }
    }
}

private enum Agents {
    static let library = [
        "/usr/lib/x86_64-linux-gnu/libjemalloc.so.2", "/usr/lib/aarch64-linux-gnu/libjemalloc.so.2",
    ]
    .first { FileManager.default.isReadableFile(atPath: $0) }
    static let canRun = library != nil && AgentLibrary.compiler != nil
    static let canProfile = canRun
}
