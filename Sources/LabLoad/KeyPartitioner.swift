/// Which partition a key belongs to, as the producer of Kafka's own Java client has it: murmur2 of the key's bytes, its sign
/// taken off, modulo the number of partitions (`BuiltInPartitioner.partitionForKey`).
enum KeyPartitioner {
    static func partition(of key: [UInt8], among partitions: Int) -> Int {
        Int(murmur2(key) & 0x7fff_ffff) % partitions
    }

    /// Austin Appleby's MurmurHash2 with the seed that Kafka gives it (`Utils.murmur2`).
    static func murmur2(_ key: [UInt8]) -> UInt32 {
        let factor: UInt32 = 0x5bd1_e995
        var hash = 0x9747_b28c ^ UInt32(truncatingIfNeeded: key.count)
        var index = 0
        while index + 4 <= key.count {
            var word = UInt32(key[index]) | UInt32(key[index + 1]) << 8
            word |= UInt32(key[index + 2]) << 16 | UInt32(key[index + 3]) << 24
            word = word &* factor
            word ^= word >> 24
            hash = hash &* factor ^ word &* factor
            index += 4
        }
        if index < key.count {
            for (place, byte) in key[index...].enumerated() { hash ^= UInt32(byte) << UInt32(8 * place) }
            hash = hash &* factor
        }
        hash ^= hash >> 13
        hash = hash &* factor
        return hash ^ hash >> 15
    }
}
