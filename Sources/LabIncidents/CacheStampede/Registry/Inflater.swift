import CZlib
import LabCore

/// Decompresses one zlib stream piece by piece.
///
/// Safety: the state of zlib points back at its stream, so that lives at one address, which this value alone owns
/// from the initialisation to the end, as it owns the window.
@safe
struct Inflater: ~Copyable {
    /// What no honest node list comes near; a hostile stream inflates a thousandfold.
    private let limit: Int
    private let stream: UnsafeMutablePointer<z_stream>
    /// Where zlib puts what it inflates next.
    private let window: UnsafeMutableBufferPointer<UInt8>
    private var hasEnded = false
    /// Bytes that were inflated so far.
    private(set) var count = 0
    private var pieces: [[UInt8]] = []

    private static let windowSize = 64 << 10

    /// - Parameter limit: bytes of output beyond which the stream is refused.
    /// - Throws: ``LabError`` if zlib has no memory.
    init(limit: Int) throws(LabError) {
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        let status = unsafe inflateInit_(stream, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else {
            unsafe stream.deallocate()
            throw LabError("zlib: no memory to inflate, error \(status)")
        }
        self.limit = limit
        unsafe self.stream = stream
        unsafe window = .allocate(capacity: Self.windowSize)
    }

    deinit {
        unsafe inflateEnd(stream)
        unsafe stream.deallocate()
        unsafe window.deallocate()
    }

    /// Inflates the next piece of the stream and keeps what comes of it.
    /// - Throws: ``LabError`` if the bytes are no zlib stream, go on behind its end, or inflate beyond the limit.
    mutating func inflate(_ piece: UnsafeRawBufferPointer) throws(LabError) {
        guard unsafe !piece.isEmpty else { return }
        guard !hasEnded else { throw LabError("zlib: bytes behind the end of the stream") }
        // zlib only reads its input; the pointer is not used after this method.
        unsafe stream.pointee.next_in = UnsafeMutableRawPointer(mutating: piece.baseAddress)?
            .assumingMemoryBound(to: Bytef.self)
        unsafe stream.pointee.avail_in = UInt32(clamping: piece.count)
        defer { unsafe stream.pointee.next_in = nil }
        repeat {
            guard count < limit else { throw LabError("zlib: more than \(limit) bytes inflated") }
            try step()
        } while unsafe !hasEnded && (stream.pointee.avail_in > 0 || stream.pointee.avail_out == 0)
        guard unsafe stream.pointee.avail_in == 0 else {
            throw LabError("zlib: bytes behind the end of the stream")
        }
    }

    /// What was inflated, piece by piece, once the stream is whole.
    /// - Throws: ``LabError`` if it ended early.
    consuming func finish() throws(LabError) -> [[UInt8]] {
        guard hasEnded else { throw LabError("zlib: the stream ends after \(count) bytes") }
        return pieces
    }

    private mutating func step() throws(LabError) {
        unsafe stream.pointee.next_out = window.baseAddress
        unsafe stream.pointee.avail_out = UInt32(window.count)
        let status = unsafe CZlib.inflate(stream, Z_NO_FLUSH)
        let inflated = unsafe window.prefix(window.count - Int(stream.pointee.avail_out))
        if unsafe !inflated.isEmpty { pieces.append(unsafe Array(inflated)) }
        count += unsafe inflated.count
        // Z_BUF_ERROR: nothing left to do with this piece.
        guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else {
            throw LabError("zlib: no readable stream after \(count) bytes, error \(status)")
        }
        hasEnded = status == Z_STREAM_END
    }
}
