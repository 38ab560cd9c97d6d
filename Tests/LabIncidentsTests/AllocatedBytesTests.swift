import LabCore
import Testing

@testable import LabIncidents

@Suite struct AllocatedBytesTests {
    @Test(
        "A piece costs its bytes and a head of 8, in steps of 16",
        arguments: [(0, 16), (8, 16), (9, 32), (24, 32)]
    )
    func chunks(bytes: Int, cost: Int) {
        #expect(AllocatedBytes.chunk(of: bytes) == cost)
    }

    @Test(
        "An array that grows one by one has room for a power of two",
        arguments: [1, 3, 100, 1_025, 18_001]
    )
    func arrays(count: Int) {
        var numbers: [(Int, Int)] = []
        for number in 0..<count { numbers.append((number, number)) }
        let room = (AllocatedBytes.array(of: (Int, Int).self, count: count) - 40) / 16
        // The allocator may give more than it was asked for, and the array uses that, now or before it doubles.
        #expect(room >= count)
        #expect(numbers.capacity <= room + 256)
    }

    @Test(
        "A dictionary that grows uses three quarters of a power of two",
        arguments: [3, 96, 97, 12_288, 12_289]
    )
    func dictionaries(count: Int) {
        var numbers: [Int: Int] = [:]
        for number in 0..<count { numbers[number] = number }
        let cost = AllocatedBytes.dictionary(of: (Int, Int).self, count: count)
        #expect(cost / 16 * 3 / 4 >= numbers.capacity)
        #expect(cost / 16 * 3 / 4 <= numbers.capacity + numbers.capacity / 50 + 8)
    }
}
