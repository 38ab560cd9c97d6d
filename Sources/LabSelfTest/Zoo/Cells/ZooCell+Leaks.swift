import LabCore

extension ZooCell {
    /// Growth without an end, in 40 forms.
    static let leaks = ownLeaks + pythonLeaks + cLeaks

    private static let ownLeaks = [
        ZooCell(.swift, "malloc", .steady(2_000), leak: .init(.malloc, bytes: 80)),
        // 26.7 B per event.
        ZooCell(.swift, "malloc-small", .steady(2_000), leak: .init(.malloc, bytes: 80, every: 3)),
        ZooCell(.swift, "malloc", .steady(20_000), leak: .init(.malloc, bytes: 128, every: 8)),
        ZooCell(.swift, "malloc", .steady(5), leak: .init(.malloc, bytes: 16_384)),
        ZooCell(.swift, "malloc-late", .steady(300), leak: .init(.malloc, bytes: 1_024, from: 0.33)),
        ZooCell(.swift, "malloc-later", .steady(2_000), leak: .init(.malloc, bytes: 160, from: 0.6)),
        ZooCell(
            .swift,
            "malloc-peak",
            .peak(low: 300, high: 3_000),
            leak: .init(.malloc, bytes: 112, from: 0.333, until: 0.667)
        ),
        ZooCell(
            .swift,
            "malloc-bursts",
            .steady(2_000),
            leak: .init(.malloc, bytes: 560, period: 15, burst: 3)
        ),
        ZooCell(.swift, "malloc-rare", .steady(2_000), leak: .init(.malloc, bytes: 12 << 10, every: 100)),
        ZooCell(
            .swift,
            "malloc-under-saw",
            .steady(2_000),
            leak: .init(.malloc, bytes: 112),
            level: .init(.saw, units: 384, bytes: 65_536, period: 15)
        ),
        ZooCell(
            .swift,
            "malloc-after-startup",
            .steady(300),
            leak: .init(.malloc, bytes: 320),
            level: .init(.startup, units: 960, bytes: 65_536)
        ),
        ZooCell(
            .swift,
            "malloc-beside-transient",
            .steady(300),
            leak: .init(.malloc, bytes: 304),
            level: .init(.transient, units: 1_024, bytes: 65_536)
        ),
        ZooCell(.swift, "mmap", .steady(300), leak: .init(.mmap, bytes: 4_096, every: 4)),
        ZooCell(.swift, "task", .steady(300), leak: .init(.task, every: 20)),
        ZooCell(.swift, "detached", .steady(2_000), leak: .init(.detached, bytes: 1_024, every: 10)),
        ZooCell(.swift, "descriptor", .steady(300), leak: .init(.descriptor, every: 100)),
        ZooCell(
            .swift,
            "one-of-four",
            .steady(2_000),
            leak: .init(.malloc, bytes: 512, partition: 2),
            replicas: 4
        ),
        ZooCell(
            .swift,
            "malloc-killed",
            .steady(2_000),
            leak: .init(.malloc, bytes: 1_024),
            limit: .mebibytes(64)
        ),
        ZooCell(
            .swift,
            "malloc-killed-at-once",
            .steady(2_000),
            leak: .init(.malloc, bytes: 8_192),
            limit: .mebibytes(64)
        ),
        ZooCell(.swift, "mmap-killed", .steady(300), leak: .init(.mmap, bytes: 4_096), limit: .mebibytes(64)),
        ZooCell(.swift, "task-killed", .steady(2_000), leak: .init(.task), limit: .mebibytes(96)),
        ZooCell(
            .swift,
            "malloc-late-killed",
            .steady(2_000),
            leak: .init(.malloc, bytes: 2_048, from: 0.15),
            limit: .mebibytes(64)
        ),
        ZooCell(
            .swift,
            "detached-killed",
            .steady(2_000),
            leak: .init(.detached, bytes: 4_096),
            limit: .mebibytes(96)
        ),
    ]

    private static let pythonLeaks = [
        ZooCell(.python, "malloc", .steady(300), leak: .init(.malloc, bytes: 1_024)),
        ZooCell(.python, "malloc", .steady(5), leak: .init(.malloc, bytes: 65_536)),
        ZooCell(
            .python,
            "malloc-under-batches",
            .steady(300),
            leak: .init(.malloc, bytes: 1_536),
            level: .init(.saw, units: 736, bytes: 65_536, period: 8)
        ),
        ZooCell(
            .python,
            "outages",
            .steady(300),
            leak: .init(.malloc, bytes: 4_096, from: 0.25, until: 0.8, period: 30, burst: 12)
        ),
        ZooCell(.python, "mmap-late", .steady(50), leak: .init(.mmap, bytes: 4_096, from: 0.33)),
        ZooCell(.python, "thread", .steady(50), leak: .init(.thread, every: 20)),
        ZooCell(
            .python,
            "malloc-killed",
            .steady(2_000),
            leak: .init(.malloc, bytes: 1_024),
            limit: .mebibytes(96)
        ),
        ZooCell(
            .python,
            "mmap-killed",
            .steady(300),
            leak: .init(.mmap, bytes: 8_192),
            limit: .mebibytes(96)
        ),
        ZooCell(
            .python,
            "bursts-killed",
            .steady(2_000),
            leak: .init(.malloc, bytes: 8_192, period: 10, burst: 2),
            limit: .mebibytes(96)
        ),
        ZooCell(
            .python,
            "malloc-killed-at-once",
            .steady(2_000),
            leak: .init(.malloc, bytes: 8_192),
            limit: .mebibytes(96)
        ),
        ZooCell(
            .python,
            "one-of-four-killed",
            .steady(2_000),
            leak: .init(.malloc, bytes: 4_096, partition: 2),
            limit: .mebibytes(96),
            replicas: 4
        ),
    ]

    private static let cLeaks = [
        ZooCell(.c, "malloc", .steady(20_000), leak: .init(.malloc, bytes: 192, every: 8)),
        ZooCell(.c, "malloc-rare", .steady(2_000), leak: .init(.malloc, bytes: 16 << 10, every: 100)),
        ZooCell(.c, "descriptor-late", .steady(2_000), leak: .init(.descriptor, every: 1_000, from: 0.33)),
        ZooCell(
            .c,
            "malloc-killed",
            .steady(2_000),
            leak: .init(.malloc, bytes: 1_024),
            level: .init(.saw, units: 128, bytes: 65_536, period: 5),
            limit: .mebibytes(64)
        ),
        ZooCell(
            .c,
            "malloc-killed-at-once",
            .steady(2_000),
            leak: .init(.malloc, bytes: 8_192),
            limit: .mebibytes(64)
        ),
        ZooCell(.c, "mmap-killed", .steady(300), leak: .init(.mmap, bytes: 8_192), limit: .mebibytes(64)),
    ]
}
