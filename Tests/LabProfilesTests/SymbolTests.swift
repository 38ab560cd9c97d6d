import Foundation
import LabCore
import Synchronization
import Testing

@testable import LabProfiles

@Suite("Names of functions")
struct SwiftNameTests {
    @Test(
        "Swift's names lose module, types and what the compiler made of them",
        arguments: [
            (
                "LabIncidents.IndexCache.__allocating_init(_: Swift.Int, now: Swift.UInt64) -> LabIncidents.IndexCache",
                "IndexCache.init", "LabIncidents"
            ),
            (
                "LabIncidents.ServicePerEventHandler.handle(LabCore.Event) async throws -> ()",
                "ServicePerEventHandler.handle", "LabIncidents"
            ),
            (
                "(2) await resume partial function for App.Handler.handle(LeakLab.Event) async throws -> ()",
                "Handler.handle", "App"
            ),
            (
                "closure #1 @Sendable () async -> () in closure #2 (App.Value) -> () in App.Cache.start() -> ()",
                "closure in Cache.start", "App"
            ),
            (
                "generic specialization <App.Item> of static Swift.UnsafeMutablePointer.allocate(capacity: Swift.Int) -> Swift.UnsafeMutablePointer<A>",
                "UnsafeMutablePointer.allocate", "Swift"
            ),
            (
                "function signature specialization <Arg[0] = Owned To Guaranteed> of App.Cache.store(App.Item) -> Swift.Bool",
                "Cache.store", "App"
            ),
            (
                "LabPod.PodExecutor.(work in _84F76D5B9B8C19908B28EB23FAF44CBF)() -> ()", "PodExecutor.work",
                "LabPod"
            ),
            (
                "(extension in LabPod):Swift.Array.removingAll() -> Swift.Array<A>", "Array.removingAll",
                "LabPod"
            ),
            ("App.Cache.count.getter : Swift.Int", "Cache.count.getter", "App"),
            (
                "generic not re-abstracted specialization <App.Item> of Swift.Array.append(__owned A) -> ()",
                "Array.append", "Swift"
            ),
            ("App.Box<A, B>.store(A) -> ()", "Box.store", "App"),
            ("App.free(Swift.Int) -> ()", "free", "App"),
        ]
    )
    func names(demangled: String, function: String, module: String) {
        let name = SwiftName(demangled)
        #expect(name.function == function)
        #expect(name.module == module)
        #expect(!name.isThunk)
    }

    @Test("A witness is the compiler's, not somebody's")
    func thunks() {
        let witness =
            "protocol witness for LabCore.EventHandler.handle(LabCore.Event) in conformance App.Handler"
        #expect(SwiftName(witness).isThunk)
        #expect(SwiftName("reabstraction thunk helper from @callee_guaranteed () -> ()").isThunk)
    }

    @Test("The runtime demangles Swift's names, and leaves others alone")
    func demangling() {
        #expect(SwiftDemangling.demangled("$s12LabIncidents10IndexCacheC") == "LabIncidents.IndexCache")
        #expect(SwiftDemangling.demangled("rd_kafka_new") == nil)
    }

    @Test(
        "A function is the handler's unless the runtime, the lab or a library has it",
        arguments: [
            ("leaklab", "", "_ZN5swift34runJobInEstablishedExecutorContextEPNS_3JobE", .runtime),
            ("leaklab", "", "_dispatch_worker_thread2", .runtime),
            ("leaklab", "LabIncidents", "$s…", .own), ("my-lab", "MyHandlers", "$s…", .own),
            ("consumer", "", "main", .own),
            ("leaklab", "LabPod", "$s…", .harness), ("leaklab", "NIOCore", "$s…", .harness),
            ("leaklab", "Swift", "$s…", .runtime), ("leaklab", "", "swift_allocObject", .runtime),
            ("libswift_Concurrency.so", "", "swift_task_create_common", .runtime),
            ("libjemalloc.so.2", "", "malloc", .runtime), ("librdkafka.so.1", "", "rd_kafka_new", .library),
        ] as [(String, String, String, ProfileFrame.Owner)]
    )
    func owners(library: String, module: String, symbol: String, owner: ProfileFrame.Owner) {
        #expect(ProfileFrame.Owner(library: library, module: module, symbol: symbol) == owner)
    }
}

@Suite("Names of addresses")
struct SymbolizerTests {
    @Test("A symbolizer's pairs of lines become functions with places, inlined ones first")
    func text() {
        let frames = SymbolizerText.frames(
            """
            inner
            /src/Sources/App/Inner.swift:45:38
            outer
            /src/Sources/App/Outer.swift:0:0

            ??
            ??:0:0

            witness
            /<compiler-generated>:9:10

            """
        )
        #expect(
            frames == [
                [
                    SymbolizedFrame(symbol: "inner", file: "Inner.swift", line: 45),
                    SymbolizedFrame(symbol: "outer", file: "Outer.swift"),
                ], [], [SymbolizedFrame(symbol: "witness")],
            ]
        )
    }

    #if os(Linux)
    /// A function of the C library, at the address where it is in this process.
    private static func known() throws -> UInt64 {
        UInt64(UInt(bitPattern: try #require(dlsym(nil, "getpid"))))
    }

    private static func maps() throws -> String {
        // A file of no size, which must be read to its end.
        let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: "/proc/self/maps"))
        return String(decoding: try file.readToEnd() ?? Data(), as: UTF8.self)
    }

    @Test("An ELF file's own tables name the function that an address lies in")
    func tables() throws {
        let known = try Self.known()
        let mappings = try Self.maps().split(separator: "\n").compactMap { HeapDump.Mapping($0) }
        let mapping = try #require(mappings.first { $0.start <= known && known < $0.end })
        let file = try #require(ElfFile(at: mapping.path))
        let address = try #require(file.address(ofOffset: known - mapping.start + mapping.offset))
        #expect(file.symbol(at: address)?.hasSuffix("getpid") == true)
        #expect(file.symbol(at: address + 1)?.hasSuffix("getpid") == true)
        #expect(file.symbol(at: 1) == nil)
    }

    @Test("Without a symbolizer the tables name what they can, and a file that is gone leaves addresses")
    func withoutSymbolizer() async throws {
        let stack = "@ 0x\(String(try Self.known() + 1, radix: 16)) 0x11\n  t*: 1: 1024 [0: 0]\n"
        let gone = "10-20 r-xp 00000000 08:01 7 /gone/program\n"
        let text = "heap_v2/1024\n\(stack)\nMAPPED_LIBRARIES:\n\(gone)\(try Self.maps())"
        let symbolizer = Symbolizer(program: nil, demangle: { _ in nil }, run: { _, _ in nil })
        let profile = try #require(
            await symbolizer.profiles([(try HeapDump(parsing: text), .empty)]).first
        )
        #expect(profile.symbols == "symbol tables")
        #expect(profile.frames.first?.function.hasSuffix("getpid") == true)
        #expect(profile.frames.last?.function == "0x0")
        #expect(profile.stacks.map(\.frames) == [[0, 1]])
    }

    @Test("A symbolizer is asked once for each file, for the byte before each return address")
    func asked() async throws {
        let asked = Mutex<[[String]]>([])
        let stack = "@ 0x\(String(try Self.known() + 8, radix: 16))\n  t*: 1: 1024 [0: 0]\n"
        let text = "heap_v2/1024\n\(stack)\nMAPPED_LIBRARIES:\n\(try Self.maps())"
        let symbolizer = Symbolizer(
            program: "symbolizer",
            demangle: { $0 == "$s" ? "App.Cache.store() -> ()" : nil },
            run: { _, arguments in
                asked.withLock { $0.append(arguments) }
                return "inlined\n/a/B.swift:3:1\n$s\n/a/B.swift:9:1\n\n"
            }
        )
        let dump = try HeapDump(parsing: text)
        let profiles = await symbolizer.profiles([(dump, .empty), (dump, .empty)])
        #expect(asked.withLock { $0 }.count == 1)
        #expect(
            profiles.map { $0.frames.map(\.function) }
                == Array(repeating: ["inlined", "Cache.store"], count: 2)
        )
        #expect(profiles[0].frames.map(\.place) == ["B.swift:3", "B.swift:9"])
    }
    #endif

    @Test("What is no ELF file is none")
    func foreign() { #expect(ElfFile(at: #filePath) == nil) }
}

extension HeapProfile {
    static var empty: HeapProfile {
        HeapProfile(pod: "p-0", life: 0, number: 0, moment: .end, events: 0, seconds: 0, samplePeriod: 1)
    }
}
