import LabCore

/// A workload with the places that later checks point at.
struct LocatedWorkload {
    let value: Workload
    let partitions: Setting<Int64>
    let durationPlace: SourcePlace
    /// Where the payload was written, if events have anything that the lab's own do not.
    let contentPlace: SourcePlace?
}

extension ScenarioReader {
    static let workloadKeys = [
        "topic", "partitions", "compression", "payload", "keys", "runLength", "phases",
    ]
    static let payloadKeys = ["size", "min", "max", "distribution", "mean", "deviation"]

    /// - Returns: `nil` if the phases have problems; wrong values elsewhere count as their defaults.
    func workload(
        in root: Fields,
        scenario: String,
        path: String,
        timeScale: TimeScale,
        world: [WorldVariable]?
    ) -> LocatedWorkload? {
        guard root.has("workload") else {
            report(
                .missing,
                at: root.place,
                "“workload” is missing",
                hint: "It describes the load: its phases at least."
            )
            return nil
        }
        let fields = fields("workload", in: root, keys: Self.workloadKeys)
        let topic = topic(in: fields, scenario: scenario)
        let topicSettings = topicSettings(in: fields)
        let partitions = setting("partitions", .count.within(1, 1_000), in: fields, default: 4)
        let compression = compression(in: fields)
        let payload = payload(in: fields)
        let content = content(in: fields, path: path)
        let keys = keys(in: fields, partitions: UInt64(partitions.value))
        let runLength = setting("runLength", .count.within(1, 100_000), in: fields, default: 64)
        guard let phases = phases(in: fields, path: path, world: world), let first = phases.first else {
            return nil
        }
        let workload = Workload(
            topic: topic,
            topicSettings: topicSettings,
            partitions: Int(partitions.value),
            compression: compression,
            payload: content?.mean.map { .fixed(ByteCount(max(1, Int64($0.rounded(.up))))) } ?? payload,
            content: content?.value,
            keys: keys,
            runLength: Int(runLength.value),
            phases: phases.map(\.phase)
        )
        guard checkTotals(of: workload, timeScale: timeScale, at: first.durationPlace) else { return nil }
        return LocatedWorkload(
            value: workload,
            partitions: partitions,
            durationPlace: first.durationPlace,
            contentPlace: content?.place
        )
    }

    private func compression(in workload: Fields) -> Compression {
        let compression = setting("compression", .choice, in: workload, default: Compression.standard)
        guard !catalogue.compressions.contains(compression.value), let place = compression.place else {
            return compression.value
        }
        report(
            .conflict,
            at: place,
            "the librdkafka of this program cannot compress with \(quoted(compression.value.rawValue))",
            hint: "It knows \(enumeration(catalogue.compressions.map(\.rawValue)))."
        )
        return compression.value
    }

    /// A run is bounded to what the lab's book-keeping and clocks are made for.
    private func checkTotals(of workload: Workload, timeScale: TimeScale, at place: SourcePlace) -> Bool {
        let wall = timeScale.wall(workload.phases.reduce(.zero) { $0 + $1.duration })
        let events = workload.phases.reduce(0) { $0 + $1.events }
        if wall > .seconds(7 * 86_400) {
            report(
                .outOfRange,
                at: place,
                "the phases last \(wall.text) of wall time",
                hint: "A run lasts at most 7 days; shorten the phases or raise “timeScale”."
            )
        } else if wall < .milliseconds(100) {
            report(
                .outOfRange,
                at: place,
                "the phases last only \(wall.text) of wall time",
                hint: "A run lasts at least 100 ms; prolong the phases or lower “timeScale”."
            )
        } else if LoadProfile(phases: workload.phases).totalEvents == 0 {
            report(
                .outOfRange,
                at: place,
                "the phases send no event in all of their time",
                hint: "Raise the rates or prolong the phases until at least one event is due."
            )
        } else if events > 1e9 {
            report(
                .outOfRange,
                at: place,
                "the phases ask for \(abbreviated(events)) events",
                hint:
                    "A run has at most 1G events for each variant, since the lab keeps book of each of them."
            )
        } else {
            return true
        }
        return false
    }
}

// MARK: - Payload

extension ScenarioReader {
    private enum SizeDistribution: String, CaseIterable {
        case uniform
        case logUniform = "log-uniform"
        case normal
    }

    private func payload(in workload: Fields) -> PayloadSize {
        let keys = Self.payloadKeys
        let fields = fields("payload", in: workload, keys: keys + Self.contentKeys)
        if fields.has("file") || fields.has("template") { return .fixed(ByteCount(300)) }
        let size = ValueType<ByteCount>.size.within(PayloadSize.smallest, PayloadSize.largest)
        let others = keys.dropFirst().filter(fields.has)
        guard let first = others.first, let (node, _) = fields.find(first) else {
            return .fixed(setting("size", size, in: fields, default: ByteCount(300)).value)
        }
        if fields.has("size") {
            report(
                .conflict,
                at: node.place,
                "“size” excludes \(quoted(first))",
                hint: "A payload has a size, or a distribution with its bounds."
            )
        }
        let distribution = setting("distribution", .choice, in: fields, default: SizeDistribution.uniform)
        return payload(distribution.value, in: fields, size: size)
    }

    private func payload(
        _ distribution: SizeDistribution,
        in fields: Fields,
        size: ValueType<ByteCount>
    ) -> PayloadSize {
        let standard = PayloadSize.fixed(ByteCount(300))
        if distribution == .normal {
            let mean = required("mean", size, in: fields)
            let deviation = required("deviation", ValueType<ByteCount>.size, in: fields)
            let low = setting("min", size, in: fields, default: PayloadSize.smallest)
            let high = setting("max", size, in: fields, default: PayloadSize.largest)
            guard let mean, let deviation, areOrdered(low, high) else { return standard }
            return .normal(
                mean: mean.value,
                deviation: deviation.value,
                minimum: low.value,
                maximum: high.value
            )
        }
        for key in ["mean", "deviation"] {
            guard let (node, _) = fields.find(key) else { continue }
            report(
                .conflict,
                at: node.place,
                "\(quoted(key)) goes with a normal distribution only",
                hint: "Write “distribution: normal”, or “min” and “max” alone."
            )
        }
        let (low, high) = (required("min", size, in: fields), required("max", size, in: fields))
        guard let low, let high, areOrdered(low, high) else { return standard }
        return distribution == .uniform
            ? .uniform(minimum: low.value, maximum: high.value)
            : .logUniform(minimum: low.value, maximum: high.value)
    }

    private func areOrdered(_ low: Setting<ByteCount>, _ high: Setting<ByteCount>) -> Bool {
        guard low.value > high.value, let place = high.place ?? low.place else { return true }
        report(
            .conflict,
            at: place,
            "“max” is below “min”",
            hint: "“min” is \(low.value), “max” is \(high.value)."
        )
        return false
    }
}

// MARK: - Keys

extension ScenarioReader {
    private enum KeyChoice: String, CaseIterable {
        case uniform
        case zipf
        case sequential
        case roundRobin = "round-robin"
        case none
    }

    private func keys(in workload: Fields, partitions: UInt64) -> KeyDistribution {
        let fields = fields("keys", in: workload, keys: ["count", "distribution", "exponent", "newShare"])
        let distribution = setting("distribution", .choice, in: fields, default: KeyChoice.uniform)
        if distribution.value == .none {
            refuse(
                ["count", "exponent", "newShare"],
                in: fields,
                because: "“distribution: none” means events without a key"
            )
            return .none
        }
        let count = setting("count", .count.within(1, 1_000_000_000), in: fields, default: 100_000)
        if UInt64(count.value) < partitions, let place = count.place {
            report(
                .conflict,
                at: place,
                "\(grouped(count.value)) keys are too few for \(grouped(partitions)) partitions",
                hint: "Each partition has keys of its own, so there must be at least \(grouped(partitions))."
            )
        }
        let keys = UInt64(count.value)
        if distribution.value == .zipf {
            let exponent = setting("exponent", .number.within(0.1, 10), in: fields, default: 1.1)
            let newShare = setting("newShare", .number.within(0, 1), in: fields, default: 0)
            return newShare.value == 0
                ? .zipf(count: keys, exponent: exponent.value)
                : .growingZipf(count: keys, exponent: exponent.value, newShare: newShare.value)
        }
        for key in ["exponent", "newShare"] {
            refuse([key], in: fields, because: "\(quoted(key)) goes with “distribution: zipf” only")
        }
        return distribution.value == .uniform ? .uniform(count: keys) : .sequential(count: keys)
    }

    private func refuse(_ keys: [String], in fields: Fields, because reason: String) {
        for key in keys {
            guard let (node, _) = fields.find(key) else { continue }
            report(
                .conflict,
                at: node.place,
                reason,
                hint: "Leave \(quoted(key)) out, or change the distribution."
            )
        }
    }
}
