import Foundation
import LabCore
import Testing

@Suite struct ByteCountTests {
    @Test(
        "Sizes are read as people write them",
        arguments: [
            ("0", 0), ("300", 300), ("300B", 300), ("64kB", 64_000), ("1MB", 1_000_000),
            ("2GB", 2_000_000_000),
            ("4KiB", 4_096), ("256MiB", 268_435_456), ("1.5GiB", 1_610_612_736), ("128Mi", 134_217_728),
            ("1Gi", 1_073_741_824), ("8Ki", 8_192), (" 16 MiB ", 16_777_216), ("1_000kib", 1_024_000),
            ("0.4B", 0),
            ("0.5B", 1),
        ] as [(String, Int64)]
    )
    func parsing(_ text: String, _ bytes: Int64) {
        #expect(ByteCount(parsing: text)?.bytes == bytes)
    }

    @Test(
        "Everything else is refused",
        arguments: [
            "", "MiB", "-1MiB", "1TiB", "1.2.3MiB", "1 2MiB", "1e3B", "0x10", "much", "4294967296GiB", "½MiB",
            "１B",
        ]
    )
    func refusing(_ text: String) {
        #expect(ByteCount(parsing: text) == nil)
    }

    @Test(
        "A description has a binary unit and at most four significant characters",
        arguments: [
            (0, "0 B"), (812, "812 B"), (1_000, "1.0 KiB"), (20_582, "20.1 KiB"), (262_144, "256 KiB"),
            (100_663_296, "96.0 MiB"), (1_073_741_824, "1.0 GiB"), (-2_048, "−2.0 KiB"),
            (5_497_558_138_880, "5120 GiB"),
        ] as [(Int64, String)]
    )
    func description(_ bytes: Int64, _ text: String) {
        #expect(ByteCount(bytes).description == text)
    }

    @Test(
        "Fractions of bytes keep two decimals below ten",
        arguments: [
            (0.42, "0.42 B"), (8.0, "8 B"), (9.876, "9.88 B"), (12.3, "12 B"), (-0.5, "−0.50 B"),
            (.nan, "– GiB"),
        ]
    )
    func fractions(_ bytes: Double, _ text: String) {
        #expect(ByteCount.describe(bytes) == text)
    }

    @Test("The coded form is the plain number of bytes")
    func coding() throws {
        #expect(
            String(data: try JSONEncoder().encode([ByteCount.mebibytes(1)]), encoding: .utf8) == "[1048576]"
        )
        #expect(try JSONDecoder().decode([ByteCount].self, from: Data("[7]".utf8)) == [ByteCount(7)])
    }
}
