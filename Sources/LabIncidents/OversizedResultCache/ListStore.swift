import LabCore
import LabTelemetry

/// The store of a cluster's objects, asked for lists of them.
///
/// Nothing is stored here: a result is built when it is asked for, byte by byte, and the same one each time.
struct ListStore: Sendable {
    private let sizes: PayloadSize
    private let seed: UInt64
    private let lists: Counter
    /// Items of a list, one after the other, each with the comma before it.
    private let items: [UInt8]

    private static let itemSize = 256
    private static let itemCount = 64

    /// `sizes` are those of the results, drawn for each selector; `lists` counts the results that are built.
    init(sizes: PayloadSize, seed: UInt64, lists: Counter) {
        self.sizes = sizes
        self.seed = seed
        self.lists = lists
        var random = SplitMix64(seed: seed)
        items = (0..<Self.itemCount).flatMap { Self.item(numbered: $0, using: &random) }
    }

    /// Builds the result: whole items, then spaces up to the size.
    ///
    /// Larger than its size only if the selector alone is.
    func list(_ call: ListCall) -> ListResult {
        lists.add()
        let opening = #"{"kind":"List","selector":"\#(call.selector)","items":["#.utf8
        let closing = "]}".utf8
        let size = resultSize(of: call)
        var room = max(0, size - opening.count - closing.count)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(max(size, opening.count + closing.count))
        bytes.append(contentsOf: opening)
        room -= appendItems(to: &bytes, room: room)
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: room))
        bytes.append(contentsOf: closing)
        return ListResult(bytes: bytes)
    }

    /// In bytes; the same for a selector and a seed, in every process.
    func resultSize(of call: ListCall) -> Int {
        var random = SplitMix64(seed: seed, text: call.selector.utf8)
        return sizes.sample(using: &random)
    }

    /// - Returns: how many bytes were appended, at most `room`.
    private func appendItems(to bytes: inout [UInt8], room: Int) -> Int {
        // The first item has no comma before it.
        guard room >= Self.itemSize - 1 else { return 0 }
        bytes.append(contentsOf: items[1..<Self.itemSize])
        let further = (room - (Self.itemSize - 1)) / Self.itemSize
        for _ in 0..<further / Self.itemCount { bytes.append(contentsOf: items) }
        bytes.append(contentsOf: items[..<(further % Self.itemCount * Self.itemSize)])
        return Self.itemSize - 1 + further * Self.itemSize
    }

    private static func item(numbered number: Int, using random: inout SplitMix64) -> [UInt8] {
        let opening = Array(#",{"name":"object-\#(number)","ready":true,"labels":""#.utf8)
        let closing = Array(#""}"#.utf8)
        let letters = Array("etaoinshrdlu-0123".utf8)
        let labels = (0..<itemSize - opening.count - closing.count).map { _ in
            letters[Int(random.next() % UInt64(letters.count))]
        }
        return opening + labels + closing
    }
}
