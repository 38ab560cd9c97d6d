import Foundation
import LabCore
import Testing

@testable import LabProfiles

enum Fixture {
    /// A pod of the reference incident's suspect at its end, as jemalloc 5.3.0 dumped it; the heaviest stacks.
    static func perEvent() throws -> HeapDump {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        let text = try String(
            contentsOf: folder.appendingPathComponent("Fixtures/per-event.heap"),
            encoding: .utf8
        )
        return try HeapDump(parsing: text)
    }
}

@Suite("Dumps of jemalloc")
struct HeapDumpTests {
    @Test("A recorded dump gives its period, its stacks and its files")
    func recorded() throws {
        let dump = try Fixture.perEvent()
        #expect(dump.samplePeriod == 524_288)
        #expect(dump.stacks.count == 8)
        #expect(dump.stacks[0].objects == 1_223)
        #expect(dump.stacks[0].bytes == 20_039_238)
        #expect(dump.stacks[0].addresses.count == 15)
        let libraries = dump.stacks[0].addresses.map {
            dump.mapping(of: $0 - 1)?.path.split(separator: "/").last ?? ""
        }
        #expect(libraries.first == "libjemalloc.so.2")
        #expect(libraries[5] == "leaklab")
    }

    @Test("Only the line of all threads counts, and stacks without live allocations are left out")
    func threads() throws {
        let dump = try HeapDump(
            parsing: """
                heap_v2/1024
                  t*: 3: 30 [0: 0]
                  t0: 3: 30 [0: 0]
                @ 0x10 0x20
                  t*: 2: 20 [0: 0]
                  t1: 2: 20 [0: 0]
                @ 0x30
                  t*: 0: 0 [5: 50]

                MAPPED_LIBRARIES:
                00001000-00002000 r-xp 00000000 08:01 7       /bin/program with space
                00003000-00004000 rw-p 00000000 00:00 0
                """
        )
        #expect(dump.stacks.map(\.addresses) == [[0x10, 0x20]])
        #expect(dump.stacks.map(\.objects) == [2])
        #expect(dump.mappings.map(\.path) == ["/bin/program with space"])
        #expect(dump.mapping(of: 0x1FFF) != nil)
        #expect(dump.mapping(of: 0x2000) == nil)
        #expect(dump.mapping(of: 0xFFF) == nil)
    }

    @Test(
        "What is no dump, or was cut off, is refused",
        arguments: [
            "", "heap_v1/1024\n", "heap_v2/0\n", "heap_v2/1024\n@ 0x10\n  t*: 1: 8 [0: 0]\n",
            "heap_v2/1024\n\nMAPPED_LIBRARIES:\n",
        ]
    )
    func cut(text: String) {
        #expect(throws: LabError.self) { try HeapDump(parsing: text) }
    }

    @Test(
        "An allocation of the period's size was seen with probability 1 − 1/e, and small ones stand for many"
    )
    func unsampling() {
        #expect(
            abs(Unsampling.factor(objects: 1, bytes: 524_288, period: 524_288) - 1 / (1 - exp(-1))) < 1e-12
        )
        #expect(abs(Unsampling.factor(objects: 10, bytes: 640, period: 524_288) - 8_192.5) < 0.1)
        #expect(Unsampling.factor(objects: 1, bytes: 1 << 30, period: 524_288) == 1)
        #expect(Unsampling.factor(objects: 0, bytes: 0, period: 524_288) == 1)
    }

    @Test(
        "Estimates of the recorded dump come near what the pod counted: 40,062 caches of one allocation of 16 KiB"
    )
    func estimate() throws {
        let stack = try Fixture.perEvent().stacks[0]
        let factor = Unsampling.factor(objects: stack.objects, bytes: stack.bytes, period: 524_288)
        #expect(abs(Double(stack.objects) * factor - 40_062) / 40_062 < 0.03)
    }
}

@Suite("Names of dumps")
struct ProfileFileNameTests {
    @Test("A name says what it was made of")
    func round() {
        let name = ProfileFileName(
            pod: "per-event-0",
            life: 2,
            number: 3,
            moment: .lastWords,
            events: 41,
            milliseconds: 1_500
        )
        #expect(ProfileFileName(parsing: name.stem + ProfileFileName.suffix) == name)
        #expect(ProfileFileName(parsing: name.stem + ProfileFileName.partSuffix) == nil)
        #expect(ProfileFileName(parsing: "per-event-0.1.-1.end.4.5.heap") == nil)
        #expect(ProfileFileName(parsing: "notes.heap") == nil)
    }
}
