import CZlib
import LabCore

/// Compression of whole documents with zlib.
enum Deflation {
    /// One zlib stream of the whole document; `level` is from 1, the fastest, to 9, the smallest.
    /// - Throws: ``LabError`` if zlib has no memory.
    static func deflate(_ document: [UInt8], level: Int32) throws(LabError) -> [UInt8] {
        var length = compressBound(UInt(document.count))
        var status = Z_OK
        // zlib writes at most `length` bytes, which is then what it wrote.
        let output = unsafe [UInt8](unsafeUninitializedCapacity: Int(length)) { output, count in
            status = unsafe document.withUnsafeBufferPointer { document in
                unsafe compress2(
                    output.baseAddress,
                    &length,
                    document.baseAddress,
                    UInt(document.count),
                    level
                )
            }
            count = status == Z_OK ? Int(length) : 0
        }
        guard status == Z_OK else { throw LabError("zlib: cannot deflate, error \(status)") }
        return output
    }
}
