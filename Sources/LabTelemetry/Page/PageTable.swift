import LabCore
import Synchronization

/// The table of contents of a page, read without trusting it: whatever the bytes are, nothing outside is touched.
struct PageTable: Sendable {
    let file: MappedFile

    /// - Throws: ``LabError`` if the file does not begin as a telemetry page of this version does.
    init(of file: MappedFile, named name: String) throws {
        let words = file.words
        guard words.count * MemoryLayout<UInt64>.stride >= PageLayout.minimumSize,
            words[PageLayout.magicWord].load(ordering: .acquiring) == PageLayout.magic
        else { throw LabError("\(name): is no telemetry page") }
        let version = words[PageLayout.versionWord].load(ordering: .relaxed)
        guard version == PageLayout.version else {
            throw LabError(
                "\(name): telemetry page of version \(version), this program reads \(PageLayout.version)"
            )
        }
        self.file = file
    }

    /// The number of published descriptors.
    ///
    /// Costs one load.
    var count: Int {
        let count = file.words[PageLayout.descriptorCountWord].load(ordering: .acquiring)
        return Int(min(count, UInt64(PageLayout.descriptorCapacity)))
    }

    /// The descriptors from the `first` on, and where the table ended.
    ///
    /// Those that make no sense are left out.
    func descriptors(from first: Int) -> (readable: [MetricDescriptor], end: Int) {
        let words = file.words
        let slots = PageLayout.slotCount(ofWords: words.count)
        let end = count
        guard first < end else { return ([], max(first, end)) }
        let readable = (first..<end).compactMap { index in
            let start = PageLayout.descriptorWord(index)
            let raw = (0..<DescriptorLayout.wordCount).map { words[start + $0].load(ordering: .relaxed) }
            return MetricDescriptor(words: raw, slotCount: slots)
        }
        return (readable, end)
    }

    /// The present number in a slot that a descriptor of this table named.
    func load(slot: Int) -> UInt64 {
        file.words[PageLayout.slotsWord + slot].load(ordering: .relaxed)
    }
}
