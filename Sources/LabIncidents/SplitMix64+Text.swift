import LabCore

extension SplitMix64 {
    /// A sequence of its own for each text and seed, the same in every process.
    init(seed: UInt64, text: some Sequence<UInt8>) {
        let hash = text.reduce(14_695_981_039_346_656_037 as UInt64) {
            // The 64-bit FNV-1a hash.
            ($0 ^ UInt64($1)) &* 1_099_511_628_211
        }
        self.init(seed: seed ^ hash)
    }
}
