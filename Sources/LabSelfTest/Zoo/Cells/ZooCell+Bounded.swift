import LabCore

extension ZooCell {
    /// Growth that ends, is given back or is none, in 40 forms.
    static let bounded = ownBounded + pythonBounded + cBounded

    private static let ownBounded = [
        ZooCell(.swift, "nothing", .steady(5)),
        ZooCell(.swift, "nothing", .steady(2_000)),
        ZooCell(.swift, "nothing", .steady(20_000)),
        ZooCell(.swift, "cache-30", .steady(2_000), level: .init(.fill, units: 512, bytes: 32_768, at: 0.3)),
        ZooCell(.swift, "cache-80", .steady(2_000), level: .init(.fill, units: 512, bytes: 32_768, at: 0.8)),
        ZooCell(.swift, "cache-90", .steady(300), level: .init(.fill, units: 512, bytes: 32_768, at: 0.9)),
        ZooCell(
            .swift,
            "emptied",
            .steady(2_000),
            level: .init(.emptied, units: 768, bytes: 32_768, at: 0.8)
        ),
        ZooCell(
            .swift,
            "descriptor-pool",
            .steady(300),
            level: .init(.fill, .descriptor, units: 100, at: 0.4)
        ),
        ZooCell(.swift, "task-pool", .steady(2_000), level: .init(.fill, .task, units: 50, at: 0.3)),
        ZooCell(
            .swift,
            "workers",
            .steady(2_000),
            level: .init(.capped, .task, units: 200, bytes: 16_384, at: 0.6)
        ),
        ZooCell(.swift, "saw", .steady(2_000), level: .init(.saw, units: 384, bytes: 65_536, period: 15)),
        ZooCell(.swift, "batches", .steady(300), level: .init(.saw, units: 736, bytes: 65_536, period: 8)),
        ZooCell(.swift, "startup", .steady(300), level: .init(.startup, units: 960, bytes: 65_536)),
        ZooCell(.swift, "transient", .steady(2_000), level: .init(.transient, units: 1_024, bytes: 65_536)),
        ZooCell(.swift, "table", .steady(2_000), level: .init(.table, units: 1, bytes: 3 << 20)),
        ZooCell(.swift, "creep", .steady(2_000), level: .init(.creep, units: 96, bytes: 32_768)),
        ZooCell(
            .swift,
            "backlog",
            .steady(2_000),
            level: .init(.backlog, units: 320, bytes: 65_536, at: 0.3, period: 15)
        ),
        ZooCell(.swift, "rest", .steady(2_000), level: .init(.rest, units: 384, bytes: 65_536)),
        ZooCell(
            .swift,
            "mmap-cache-80",
            .steady(300),
            level: .init(.fill, .mmap, units: 512, bytes: 32_768, at: 0.8)
        ),
        ZooCell(
            .swift,
            "cache-30-limited",
            .steady(2_000),
            level: .init(.fill, units: 512, bytes: 32_768, at: 0.3),
            limit: .mebibytes(96)
        ),
        ZooCell(
            .swift,
            "saw-limited",
            .steady(2_000),
            level: .init(.saw, units: 256, bytes: 65_536, period: 8),
            limit: .mebibytes(96)
        ),
        ZooCell(
            .swift,
            "transient-limited",
            .steady(300),
            level: .init(.transient, units: 256, bytes: 65_536),
            limit: .mebibytes(96)
        ),
    ]

    private static let pythonBounded = [
        ZooCell(.python, "nothing", .steady(5)),
        ZooCell(.python, "nothing", .steady(300)),
        ZooCell(
            .python,
            "cache-90",
            .steady(2_000),
            level: .init(.fill, units: 1_024, bytes: 16_384, at: 0.9)
        ),
        ZooCell(.python, "batches", .steady(300), level: .init(.saw, units: 736, bytes: 65_536, period: 8)),
        ZooCell(
            .python,
            "emptied",
            .steady(300),
            level: .init(.emptied, units: 1_536, bytes: 16_384, at: 0.8)
        ),
        ZooCell(
            .python,
            "descriptor-pool",
            .steady(50),
            level: .init(.fill, .descriptor, units: 100, at: 0.4)
        ),
        ZooCell(.python, "transient", .steady(300), level: .init(.transient, units: 1_024, bytes: 65_536)),
        ZooCell(.python, "table", .steady(2_000), level: .init(.table, units: 1, bytes: 3 << 20)),
        ZooCell(
            .python,
            "batches-limited",
            .steady(300),
            level: .init(.saw, units: 256, bytes: 65_536, period: 8),
            limit: .mebibytes(96)
        ),
        ZooCell(
            .python,
            "cache-30-limited",
            .steady(2_000),
            level: .init(.fill, units: 1_024, bytes: 16_384, at: 0.3),
            limit: .mebibytes(96)
        ),
    ]

    private static let cBounded = [
        ZooCell(.c, "nothing", .steady(20_000)),
        ZooCell(.c, "cache-80", .steady(2_000), level: .init(.fill, units: 512, bytes: 32_768, at: 0.8)),
        ZooCell(.c, "thread-pool", .steady(50), level: .init(.fill, .thread, units: 50, at: 0.3)),
        ZooCell(.c, "transient", .steady(2_000), level: .init(.transient, units: 1_024, bytes: 65_536)),
        ZooCell(
            .c,
            "backlog",
            .steady(300),
            level: .init(.backlog, units: 320, bytes: 65_536, at: 0.3, period: 15)
        ),
        ZooCell(.c, "creep", .steady(50), level: .init(.creep, units: 96, bytes: 32_768)),
        ZooCell(.c, "emptied", .steady(2_000), level: .init(.emptied, units: 768, bytes: 32_768, at: 0.8)),
        ZooCell(
            .c,
            "saw-limited",
            .steady(2_000),
            level: .init(.saw, units: 256, bytes: 65_536, period: 8),
            limit: .mebibytes(64)
        ),
    ]
}
