import LabCore
import LabTelemetry
import NIOCore

/// What the use case hands on and the cache keeps.
protocol ItemResult: Sendable {
    var item: Item { get }
}

/// A result that is a value: whoever keeps it as “any result” pays for the memory it lies in.
extension Item: ItemResult {
    var item: Item { self }
}

/// A result that is reached by a pointer: an object of the heap from its making on.
final class ItemObject: ItemResult {
    let item: Item
    private let site: CensusSite

    init(_ item: Item, site: CensusSite) {
        self.item = item
        self.site = site
        site.enter()
    }

    deinit { site.leave() }
}

/// Makes a result of a row of the database: the function that the heap profile pointed to.
protocol ItemConversion: Sendable {
    associatedtype Result: ItemResult

    /// `row` holds ``Item/byteCount`` bytes; columns that are missing count as 0.
    func result(of row: ByteBuffer) -> Result
}

/// As it was: the result escapes to the heap here, so that the profile counts its bytes here.
struct PointerConversion: ItemConversion {
    let site: CensusSite

    // Not inlined in either conversion, so that profiles can tell it from the cache.
    @inline(never)
    func result(of row: ByteBuffer) -> ItemObject { ItemObject(Item(row), site: site) }
}

/// The fix that was announced: nothing is allocated here any more.
struct ValueConversion: ItemConversion {
    @inline(never)
    func result(of row: ByteBuffer) -> Item { Item(row) }
}

extension Item {
    fileprivate init(_ row: ByteBuffer) {
        self.init { column in
            let place = row.readerIndex + column * MemoryLayout<Int64>.size
            return row.getInteger(at: place, endianness: .big) ?? 0
        }
    }
}
