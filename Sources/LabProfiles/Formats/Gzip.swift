import CZlib
package import LabCore

/// Gzip (RFC 1952) by zlib.
package enum Gzip {
    /// Window bits of zlib's: the largest window, and a gzip header in the place of zlib's own.
    private static let windowBits: Int32 = 15 + 16

    /// - Throws: ``LabError`` if zlib has no memory.
    package static func compress(_ bytes: [UInt8]) throws(LabError) -> [UInt8] {
        var stream = z_stream()
        let size = Int32(MemoryLayout<z_stream>.size)
        guard
            deflateInit2_(&stream, 9, Z_DEFLATED, windowBits, 9, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size)
                == Z_OK
        else { throw LabError("zlib: no memory to compress") }
        defer { deflateEnd(&stream) }
        var input = bytes
        var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(bytes.count))))
        let capacity = output.count
        let status = input.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(clamping: input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(clamping: capacity)
                return deflate(&stream, Z_FINISH)
            }
        }
        guard status == Z_STREAM_END else { throw LabError("zlib: cannot compress, error \(status)") }
        return Array(output.prefix(Int(stream.total_out)))
    }

    /// - Throws: ``LabError`` if the bytes are no gzip stream, or inflate to more than the limit.
    package static func expand(_ bytes: [UInt8], limit: Int = 256 << 20) throws(LabError) -> [UInt8] {
        var stream = z_stream()
        guard inflateInit2_(&stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
        else {
            throw LabError("zlib: no memory to expand")
        }
        defer { inflateEnd(&stream) }
        var (input, window) = (bytes, [UInt8](repeating: 0, count: 64 << 10))
        var output: [UInt8] = []
        let status = input.withUnsafeMutableBufferPointer { input in
            stream.next_in = input.baseAddress
            stream.avail_in = UInt32(clamping: input.count)
            var status = Z_OK
            while status == Z_OK, output.count <= limit {
                window.withUnsafeMutableBufferPointer { window in
                    stream.next_out = window.baseAddress
                    stream.avail_out = UInt32(window.count)
                    status = inflate(&stream, Z_NO_FLUSH)
                }
                output += window.prefix(window.count - Int(stream.avail_out))
            }
            return status
        }
        guard status == Z_STREAM_END else { throw LabError("zlib: no readable gzip stream, error \(status)") }
        return output
    }
}
