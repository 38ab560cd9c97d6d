import LabCore

/// Pod settings with the places that later checks point at.
struct LocatedPods {
    let settings: PodSettings
    let replicas: Setting<Int64>
    let assignment: Setting<PodSettings.Assignment>
}

extension ScenarioReader {
    static let podKeys = [
        "replicas", "memory", "assignment", "protocol", "assignor", "concurrency", "prefetch",
        "commitInterval", "gracePeriod", "sessionTimeout", "restart", "errors", "allocator", "profile",
    ]

    func pods(in fields: Fields, defaultConcurrency: Int) -> LocatedPods {
        var pods = PodSettings()
        let replicas = setting("replicas", .count.within(1, 64), in: fields, default: Int64(pods.replicas))
        pods.replicas = Int(replicas.value)
        pods.memory = setting("memory", .limit, in: fields, default: pods.memory).value
        let assignment = setting("assignment", .choice, in: fields, default: pods.assignment)
        pods.assignment = assignment.value
        let groupProtocol = groupProtocol(in: fields, assignment: assignment)
        pods.groupProtocol = groupProtocol.value
        pods.assignor = assignor(in: fields, assignment: assignment, groupProtocol: groupProtocol)
        let concurrency = ValueType<Int64>.count.within(1, 10_000)
        pods.concurrency = Int(
            setting("concurrency", concurrency, in: fields, default: Int64(defaultConcurrency)).value
        )
        pods.prefetch = prefetch(in: fields)
        let commit = ValueType<Duration>.duration.within(.milliseconds(10), .seconds(60))
        pods.commitInterval =
            setting("commitInterval", commit, in: fields, default: pods.commitInterval).value
        let grace = ValueType<Duration>.duration.within(.zero, .seconds(600))
        pods.gracePeriod = setting("gracePeriod", grace, in: fields, default: pods.gracePeriod).value
        pods.sessionTimeout = sessionTimeout(in: fields, default: pods.sessionTimeout)
        pods.restart = restart(in: fields)
        pods.errors = errors(in: fields)
        let allocator = setting("allocator", .choice, in: fields, default: pods.allocator)
        pods.allocator = allocator.value
        pods.profile = profiling(in: fields, allocator: allocator)
        return LocatedPods(settings: pods, replicas: replicas, assignment: assignment)
    }

    private func sessionTimeout(in fields: Fields, default standard: Duration) -> Duration {
        let type = ValueType<Duration>.duration.checked { timeout in
            if timeout < .seconds(4) {
                return .refused(
                    verdict: "is too small",
                    rule: "is wall time and at least 4 s, since joining a group takes 3 s"
                )
            }
            guard timeout <= .seconds(1_800) else {
                return .refused(verdict: "is too large", rule: "is at most 30 m, as brokers have it")
            }
            return .value(timeout)
        }
        return setting("sessionTimeout", type, in: fields, default: standard).value
    }

    private func groupProtocol(
        in fields: Fields,
        assignment: Setting<PodSettings.Assignment>
    ) -> Setting<PodSettings.GroupProtocol> {
        let standard = PodSettings().groupProtocol
        let groupProtocol = setting("protocol", .choice, in: fields, default: standard)
        refuse(groupProtocol, "protocol", unless: assignment.value == .group, "assignment: group", assignment)
        return groupProtocol
    }

    private func assignor(
        in fields: Fields,
        assignment: Setting<PodSettings.Assignment>,
        groupProtocol: Setting<PodSettings.GroupProtocol>
    ) -> PodSettings.Assignor {
        let assignor = setting("assignor", .choice, in: fields, default: PodSettings().assignor)
        let isGroup = assignment.value == .group
        refuse(assignor, "assignor", unless: isGroup, "assignment: group", assignment)
        let isClassic = !isGroup || groupProtocol.value == .classic
        refuse(assignor, "assignor", unless: isClassic, "protocol: classic", groupProtocol)
        return assignor.value
    }

    /// A setting that all pods share may be left unused by a variant that has another `condition`.
    private func refuse<Value, Other>(
        _ setting: Setting<Value>,
        _ key: String,
        unless isOfUse: Bool,
        _ words: String,
        _ condition: Setting<Other>
    ) {
        guard !isOfUse, let place = setting.place, let layer = setting.layer,
            layer <= condition.layer ?? .max
        else { return }
        report(
            .conflict,
            at: place,
            "“\(key)” goes with “\(words)” only",
            hint: "Leave it out, or write “\(words)”."
        )
    }

    private func profiling(
        in fields: Fields,
        allocator: Setting<PodSettings.Allocator>
    ) -> PodSettings.Profiling {
        var profiling = PodSettings.Profiling()
        var place: SourcePlace?
        if fields.find("profile")?.node.entries == nil {
            let when = setting("profile", .choice, in: fields, default: profiling.when)
            (profiling.when, place) = (when.value, when.place)
        } else {
            let inner = nearestFields("profile", in: fields, keys: ["when", "every", "sample"])
            let when = setting("when", .choice, in: inner, default: PodSettings.Profiling.When.on)
            (profiling.when, place) = (when.value, when.place ?? fields.find("profile")?.node.place)
            let type = ValueType<Duration>.duration.within(.seconds(1), .seconds(86_400))
            profiling.every = present("every", type, in: inner)?.value
            profiling.sample = setting("sample", .sample, in: inner, default: profiling.sample).value
        }
        if profiling.when == .on, allocator.value == .system, let explicit = allocator.place {
            report(
                .conflict,
                at: place ?? explicit,
                "“profile: on” needs jemalloc, and “allocator” is system",
                hint: "Leave “allocator” out, or write “profile: off”."
            )
        }
        return profiling
    }

    private enum PrefetchChoice: String, CaseIterable {
        case pinned
        case productionDefaults = "production-defaults"
    }

    private func prefetch(in fields: Fields) -> PodSettings.Prefetch {
        guard fields.find("prefetch")?.node.entries != nil else {
            let choice = setting("prefetch", .choice, in: fields, default: PrefetchChoice.pinned)
            return choice.value == .pinned ? .pinned : .productionDefaults
        }
        let inner = nearestFields("prefetch", in: fields, keys: ["messages", "bytes"])
        let messages = required("messages", ValueType<Int64>.count.within(1, 10_000_000), in: inner)
        let bytes = required(
            "bytes",
            ValueType<ByteCount>.size.within(ByteCount(64 << 10), .mebibytes(1_024)),
            in: inner
        )
        guard let messages, let bytes else { return .pinned }
        return .custom(messages: Int(messages.value), bytes: bytes.value)
    }

    /// The nearest mapping below a key, which is taken whole; a setting in it is recorded where it was written only.
    func nearestFields(_ key: String, in fields: Fields, keys: [String]) -> Fields {
        let own = self.fields(key, in: fields, keys: keys)
        guard let layer = fields.find(key)?.layer, layer > 0 else { return own }
        return Fields(label: own.label, place: own.place, layers: [[]]).over(own)
    }

    /// The checks of one variant's merged settings against the load.
    func check(_ pods: LocatedPods, of variant: String, run: PlannedRun, place: SourcePlace) {
        switch pods.assignment.value {
        case .static:
            guard let partitions = run.partitions, !partitions.value.isMultiple(of: pods.replicas.value)
            else { return }
            report(
                .conflict,
                at: pods.replicas.place ?? partitions.place ?? place,
                "\(pods.replicas.value) replicas cannot share \(partitions.value) partitions evenly",
                hint:
                    "With static assignment “workload.partitions” is a multiple of the replicas of every variant."
            )
        case .group:
            guard let duration = run.wallDuration, duration < .seconds(60) else { return }
            report(
                .conflict,
                at: run.place.isOption ? run.place : pods.assignment.place ?? place,
                "a run of \(duration.text) of wall time is too short for assignment by group",
                hint:
                    "Joining and rebalancing stall a group for seconds; run at least 60 s, or use static assignment."
            )
        }
    }
}

extension ValueType<ByteCount> {
    /// Of allocations: jemalloc takes powers of two.
    fileprivate static var sample: ValueType<ByteCount> {
        .size.within(ByteCount(4 << 10), .mebibytes(64)).checked { sample in
            sample.bytes.nonzeroBitCount == 1
                ? .value(sample)
                : .refused(verdict: "is no power of two", rule: "is a power of two, such as 512KiB or 2MiB")
        }
    }
}
