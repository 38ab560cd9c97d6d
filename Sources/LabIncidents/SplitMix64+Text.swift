import LabCore

extension SplitMix64 {
    /// A sequence of its own for each text and seed, the same in every process.
    init(seed: UInt64, text: some Sequence<UInt8>) {
        self.init(seed: seed ^ FNV1a.hash(text))
    }
}
