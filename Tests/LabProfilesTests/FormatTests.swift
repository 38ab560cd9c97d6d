import LabCore
import Testing

@testable import LabProfiles

@Suite("Profiles in other programs' formats")
struct FormatTests {
    private var profile: HeapProfile {
        var profile = HeapProfile.empty
        profile.samplePeriod = 524_288
        profile.frames = [
            ProfileFrame(function: "malloc", library: "libjemalloc.so.2", owner: .runtime),
            ProfileFrame(
                function: "Cache.store",
                module: "App",
                library: "app",
                file: "Cache.swift",
                line: 7,
                owner: .own
            ),
        ]
        profile.stacks = [HeapProfile.Stack(frames: [0, 1], samples: 3, objects: 300.4, bytes: 4_096.6)]
        return profile
    }

    @Test("Gzip gives back what it was given, and refuses what is none")
    func gzip() throws {
        let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) }
        #expect(try Gzip.expand(try Gzip.compress(bytes)) == bytes)
        #expect(try Gzip.expand(try Gzip.compress([])) == [])
        #expect(throws: LabError.self) { try Gzip.expand([1, 2, 3]) }
        #expect(throws: LabError.self) { try Gzip.expand(try Gzip.compress(bytes), limit: 1_000) }
        #expect(throws: LabError.self) { try Gzip.expand(try Gzip.compress(bytes).dropLast(20)) }
    }

    @Test("A kept profile is read as it was written, and a damaged one is refused")
    func stored() throws {
        let bytes = try StoredProfile.encode(profile)
        #expect(try StoredProfile.decode(bytes) == profile)
        #expect(throws: LabError.self) { try StoredProfile.decode(bytes.dropLast(9)) }
        var broken = profile
        broken.stacks[0].frames = [9]
        #expect(throws: LabError.self) { try StoredProfile.decode(try StoredProfile.encode(broken)) }
    }

    @Test("Collapsed stacks have the outermost function first, and the bytes")
    func collapsed() {
        #expect(CollapsedStacks.text(profile) == "Cache.store;malloc 4097\n")
    }

    @Test("Fields of Protocol Buffers are encoded as its documentation shows")
    func proto() {
        var message = ProtoMessage()
        message.add(1, number: 150)
        #expect(message.bytes == [0x08, 0x96, 0x01])
        message = ProtoMessage()
        message.add(2, text: "testing")
        #expect(message.bytes == [0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6E, 0x67])
        message = ProtoMessage()
        message.add(4, packed: [3, 270, 86_942])
        #expect(message.bytes == [0x22, 0x06, 0x03, 0x8E, 0x02, 0x9E, 0xA7, 0x05])
    }

    @Test(
        "A profile for pprof is gzip of a message with two sample types, a sample, and functions with their modules"
    )
    func pprof() throws {
        let bytes = try Gzip.expand(try ProfileProto.encode(profile))
        #expect(bytes == ProfileProto.message(profile).bytes)
        let text = String(decoding: bytes, as: UTF8.self)
        for word in ["inuse_objects", "inuse_space", "App.Cache.store", "Cache.swift", "libjemalloc.so.2"] {
            #expect(text.contains(word))
        }
        // The sample: locations 1 and 2, values 300 and 4097.
        #expect(bytes.contains([0x0A, 0x02, 0x01, 0x02, 0x12, 0x04, 0xAC, 0x02, 0x81, 0x20]))
    }
}
