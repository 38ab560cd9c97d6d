import LabCore

extension ScenarioReader {
    static let scenarioKeys = [
        "title", "incident", "description", "seed", "timeScale", "workload", "pods", "variants", "schedule",
        "sampling", "verdict", "findings", "parameters", "expect", "exclusive", OverriddenSource.quickKey,
    ]

    static let samplingKeys = ["interval", "heap"]
    static let verdictKeys = [
        "warmUp", "hold", "drain", "oomLimit", "bytesPerEvent", "objectsPerEvent", "oneOff", "resources",
        "maximumRate",
    ]

    /// Reads everything, also after the first problem.
    /// - Returns: `nil`, or a scenario that is partly made of defaults, if there were problems.
    func scenario(_ source: OverriddenSource, name: String, path: String, text: String) -> Scenario? {
        let root = fields(
            source.tree,
            label: "",
            keys: Self.scenarioKeys,
            in: .file(line: 1, column: 1)
        )
        guard source.tree.entries != nil else { return nil }
        let form: ScenarioForm = source.isQuick ? .quick : .full
        if form == .quick { record("form", form.rawValue, from: ScenarioOverride.quick.place) }
        let title = setting("title", .text, in: root, default: name)
        let needsIncident = needsIncident(root)
        let entry = incident(in: root, isNeeded: needsIncident)
        let description = present("description", .text, in: root)
        let seed = setting("seed", .seed, in: root, default: 1)
        let timeScale = setting("timeScale", .number.within(0.01, 10_000), in: root, default: 1)
        let workload = workload(
            in: root,
            scenario: name,
            path: path,
            timeScale: TimeScale(timeScale.value),
            world: needsIncident && entry == nil ? nil : (entry?.world ?? []) + [.broker]
        )
        let run = PlannedRun(workload: workload, timeScale: TimeScale(timeScale.value))
        let variants = variants(
            in: root,
            entry: entry,
            run: run,
            path: path,
            impliedControl: source.impliedControl
        )
        let completed = workload.map { self.completed($0, for: variants, of: entry) }
        let schedule = setting("schedule", .choice, in: root, default: VariantSchedule.parallel)
        let isExclusive = setting("exclusive", .flag, in: root, default: false)
        let sampling = sampling(in: root)
        let verdict = verdict(in: root, run: run)
        let findings = findings(in: root)
        func complete(_ outline: VariantOutline) -> VariantOutline {
            outline.looking(for: findings, resources: verdict.resources, metrics: entry?.metrics)
                .limited(by: verdict.oomLimit, variants.first { $0.name == outline.name })
        }
        let outlines = outlines(of: variants, in: root).map(complete)
        let removed = source.removedVariants.map(complete)
        checkWatched(in: root, by: outlines + removed)
        let expectations = expectations(in: root, variants: outlines, removed: removed)
        let hasQuickForm = hasQuickForm(in: root)
        guard entry != nil || !needsIncident, let completed else { return nil }
        return Scenario(
            name: name,
            path: path,
            text: text,
            title: title.value,
            incident: entry?.name,
            description: description?.value,
            seed: seed.value,
            timeScale: TimeScale(timeScale.value),
            workload: completed,
            variants: variants,
            schedule: schedule.value,
            sampling: sampling,
            verdict: verdict,
            findings: findings,
            expectations: expectations,
            form: form,
            hasQuickForm: hasQuickForm,
            isExclusive: isExclusive.value,
            settings: settings
        )
    }

    /// From the file, so that a step with a problem is known to expectations all the same.
    private func outlines(of variants: [ScenarioVariant], in root: Fields) -> [VariantOutline] {
        let names = variants.map(\.name)
        let items = root.find("variants")?.node.items ?? []
        return items.compactMap(VariantOutline.init).filter { names.contains($0.name) }
    }

    /// Variants with commands bring their own code.
    private func needsIncident(_ root: Fields) -> Bool {
        let items = root.find("variants")?.node.items ?? []
        return root.has("incident") || items.isEmpty || !items.allSatisfy { $0["command"] != nil }
    }

    private func incident(in root: Fields, isNeeded: Bool) -> IncidentCatalogue.Entry? {
        guard isNeeded else { return nil }
        let names = catalogue.incidents.map(\.name)
        let type = ValueType<String>(
            noun: "a known incident",
            notation: enumeration(names),
            choices: names,
            parse: { names.contains($0) ? $0 : nil },
            describe: { $0 }
        )
        return required("incident", type, in: root).flatMap { catalogue[name: $0.value] }
    }

    private func sampling(in root: Fields) -> SamplingSettings {
        let fields = fields("sampling", in: root, keys: Self.samplingKeys)
        let type = ValueType<Duration>.duration.within(.milliseconds(10), .seconds(10))
        var sampling = SamplingSettings()
        sampling.interval = setting("interval", type, in: fields, default: sampling.interval).value
        sampling.heap = setting("heap", type, in: fields, default: sampling.heap).value
        return sampling
    }

    private func verdict(in root: Fields, run: PlannedRun) -> VerdictSettings {
        let fields = fields("verdict", in: root, keys: Self.verdictKeys)
        var verdict = VerdictSettings()
        let upToAnHour = ValueType<Duration>.duration.within(.zero, .seconds(3_600))
        let warmUp = setting("warmUp", .warmUp(upToAnHour), in: fields, default: .given(verdict.warmUp))
        check(warmUp, against: run)
        verdict.warmUp = warmUp.value.least
        verdict.findsWarmUp = warmUp.value == .found
        verdict.hold = setting("hold", upToAnHour, in: fields, default: verdict.hold).value
        let upToADay = ValueType<Duration>.duration.within(.zero, .seconds(86_400))
        verdict.drain = setting("drain", upToADay, in: fields, default: verdict.drain).value
        verdict.oomLimit = setting("oomLimit", .limit, in: fields, default: verdict.oomLimit).value
        verdict.memory = memoryThresholds(in: fields)
        verdict.resources = resources(in: fields)
        let rate = ValueType<EventRate>.rate.above(.zero, to: .highest)
        verdict.maximumRate = present("maximumRate", rate, in: fields)?.value
        return verdict
    }

    private func memoryThresholds(in fields: Fields) -> MemoryThresholds {
        let standard = MemoryThresholds.standard
        let perEvent = ValueType<Double>.number.above(0, to: 1_000_000)
        let size = ValueType<ByteCount>.size.within(ByteCount(0), ByteCount(1 << 40))
        return MemoryThresholds(
            bytesPerEvent: setting("bytesPerEvent", perEvent, in: fields, default: standard.bytesPerEvent)
                .value,
            oneOffBytes: setting("oneOff", size, in: fields, default: ByteCount(standard.oneOffBytes)).value
                .bytes,
            objectsPerEvent: setting(
                "objectsPerEvent",
                perEvent,
                in: fields,
                default: MemoryThresholds.standardObjectsPerEvent
            )
            .value
        )
    }

    private func check(_ warmUp: Setting<WarmUpChoice>, against run: PlannedRun) {
        guard case .given(let length) = warmUp.value, let duration = run.wallDuration, length >= duration
        else {
            return
        }
        let place = run.place.isOption ? run.place : warmUp.place ?? run.place
        report(
            .conflict,
            at: place,
            "a warm-up of \(length.text) leaves nothing of a run of \(duration.text) of wall time",
            hint:
                "“verdict.warmUp” is wall time and must be shorter than all phases together divided by the time scale."
        )
    }
}

/// How much is left out at the start of each life.
enum WarmUpChoice: Hashable, Sendable {
    case given(Duration)
    /// As much as it took.
    case found

    /// That is left out whatever is found.
    var least: Duration {
        switch self {
        case .given(let length): length
        case .found: .zero
        }
    }
}

extension ValueType<WarmUpChoice> {
    /// A duration, or `auto`.
    fileprivate static func warmUp(_ length: ValueType<Duration>) -> ValueType {
        ValueType(
            noun: length.noun,
            notation: "\(length.notation), or auto",
            read: { text in
                if text == "auto" { return .value(.found) }
                switch length.read(text) {
                case .value(let value): return .value(.given(value))
                case .wrongType: return .wrongType
                case .refused(let verdict, let rule): return .refused(verdict: verdict, rule: rule)
                }
            },
            describe: { choice in
                switch choice {
                case .given(let value): length.describe(value)
                case .found: "auto"
                }
            }
        )
    }
}

/// What other sections must know of the load: how long it lasts, and where that was written.
struct PlannedRun {
    /// In incident time; `nil` if the phases have problems of their own.
    let duration: Duration?
    let wallDuration: Duration?
    let place: SourcePlace
    /// Where the number of partitions was written, and the number; `nil` if it has a problem.
    let partitions: Setting<Int64>?

    init(workload: LocatedWorkload?, timeScale: TimeScale) {
        duration = workload?.value.phases.reduce(.zero) { $0 + $1.duration }
        wallDuration = duration.map { timeScale.wall($0) }
        place = workload?.durationPlace ?? .file(line: 1, column: 1)
        partitions = workload?.partitions
    }
}
