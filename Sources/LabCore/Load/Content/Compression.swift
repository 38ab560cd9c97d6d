/// How the producer packs its batches; a consumer's library must know the codec.
package enum Compression: String, Hashable, Sendable, Codable, CaseIterable {
    case none
    case gzip
    case snappy
    case lz4
    case zstd

    /// What is taken where a scenario has none: little work for much less to send.
    package static let standard = Compression.lz4
}
