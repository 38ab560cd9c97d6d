package import LabCore

/// A heap profile as jemalloc dumps it: sampled live allocations by the addresses of their call stack, and where the
/// program's files are mapped.
///
/// The form is `heap_v2` (jemalloc, `src/prof_data.c`): a header with the sample period, for each stack a line of addresses
/// and lines of counts, and the text of `/proc/self/maps` behind `MAPPED_LIBRARIES:`.
package struct HeapDump: Hashable, Sendable {
    package struct Stack: Hashable, Sendable {
        /// Return addresses, that of the allocator first.
        package var addresses: [UInt64]
        /// Sampled allocations that are live.
        package var objects: Int
        /// Their bytes.
        package var bytes: Int
    }

    /// A part of a file that is mapped.
    package struct Mapping: Hashable, Sendable {
        package var start: UInt64
        package var end: UInt64
        /// In the file.
        package var offset: UInt64
        package var path: String
    }

    /// Bytes between two samples, on average.
    package var samplePeriod: Int
    package var stacks: [Stack]
    /// By address, ascending.
    package var mappings: [Mapping]

    /// - Parameter text: the whole file.
    /// - Throws: ``LabError`` if it is no such dump, or was cut off.
    package init(parsing text: String) throws(LabError) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let prefix = "heap_v2/"
        guard let first = lines.first, first.hasPrefix(prefix),
            let period = Int(first.dropFirst(prefix.count)),
            period > 0
        else { throw LabError("heap profile: no “heap_v2” in its first line") }
        samplePeriod = period
        guard let end = lines.firstIndex(of: "MAPPED_LIBRARIES:") else {
            throw LabError("heap profile: cut off before its list of mapped files")
        }
        stacks = Self.stacks(lines[1..<end])
        mappings = lines[(end + 1)...].compactMap(Mapping.init).sorted { $0.start < $1.start }
        guard !mappings.isEmpty else {
            throw LabError("heap profile: cut off in its list of mapped files")
        }
    }

    private static func stacks(_ lines: ArraySlice<Substring>) -> [Stack] {
        var stacks: [Stack] = []
        var addresses: [UInt64]?
        for line in lines {
            if line.hasPrefix("@") {
                addresses = line.dropFirst().split(separator: " ").compactMap { address($0) }
            } else if let found = addresses, let (objects, bytes) = live(line) {
                if objects > 0 { stacks.append(Stack(addresses: found, objects: objects, bytes: bytes)) }
                addresses = nil
            }
        }
        return stacks
    }

    /// Of a line such as `  t*: 1223: 20039238 [0: 0]`: all threads together.
    private static func live(_ line: Substring) -> (objects: Int, bytes: Int)? {
        let words = line.split(separator: " ")
        guard words.count >= 3, words[0] == "t*:", words[1].hasSuffix(":"),
            let objects = Int(words[1].dropLast()), let bytes = Int(words[2]), objects >= 0, bytes >= 0
        else { return nil }
        return (objects, bytes)
    }

    private static func address(_ word: Substring) -> UInt64? {
        word.hasPrefix("0x") ? UInt64(word.dropFirst(2), radix: 16) : nil
    }

    /// The mapping that an address lies in.
    package func mapping(of address: UInt64) -> Mapping? {
        var (low, high) = (0, mappings.count)
        while low < high {
            let middle = (low + high) / 2
            if mappings[middle].end <= address { low = middle + 1 } else { high = middle }
        }
        return low < mappings.count && mappings[low].start <= address ? mappings[low] : nil
    }
}

extension HeapDump.Mapping {
    /// A line of `/proc/self/maps` (proc(5)); `nil` for one without a file.
    init?(_ line: Substring) {
        let words = line.split(separator: " ", maxSplits: 5, omittingEmptySubsequences: true)
        guard words.count == 6, let path = words.last?.drop(while: { $0 == " " }), path.hasPrefix("/"),
            let offset = UInt64(words[2], radix: 16)
        else { return nil }
        let ends = words[0].split(separator: "-").compactMap { UInt64($0, radix: 16) }
        guard ends.count == 2, ends[0] < ends[1] else { return nil }
        self.init(start: ends[0], end: ends[1], offset: offset, path: String(path))
    }
}
