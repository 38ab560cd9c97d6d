import LabCluster
import LabCore
import LabIncidents
import LabScenario
import LabTelemetry

/// What the handlers of a stage's variants talk to: a process for each variant, if the incident needs one.
struct StageCompanions: Sendable {
    let plan: RunPlan
    let variants: [VariantPlan]
    let children: Children
    let guardian: Guardian
    let faults: RunFaults
    let stop: StopSwitch
    let recorder: StageRecorder

    private static let startLimit = Duration.seconds(20)

    /// Runs `body` beside them, with their endpoints by variant and name.
    /// - Throws: ``LabError`` with a companion's last words if it does not come up; what `body` throws.
    func beside(_ body: @Sendable ([String: [String: Int]]) async throws -> Void) async throws {
        let needsAny = plan.scenario.incident.flatMap(IncidentLibrary.named)?.companion != nil
        let served = variants.filter { needsAny && $0.variant.command == nil }
        try await start(served[...], found: [:], body)
    }

    private func start(
        _ rest: ArraySlice<VariantPlan>,
        found: [String: [String: Int]],
        _ body: @Sendable ([String: [String: Int]]) async throws -> Void
    ) async throws {
        guard let variant = rest.first else { return try await body(found) }
        let configuration = configuration(of: variant)
        _ = try TelemetryPage.create(at: configuration.telemetryPath)
        try Heartbeat.create(at: configuration.heartbeatPath)
        let child = try children.companion(configuration, of: variant.name)
        let name = Self.processName(variant.name)
        try await ChildLifetime(child, name: name, guardian: guardian).beside { end in
            faults.report(
                "the companion of \(variant.name) ended: \(end.text)\(LogTail.clause(of: child.logPath))"
            )
        } _: { pid in
            let endpoints = try await endpoints(of: variant, configuration, logPath: child.logPath)
            recorder.watch(
                name,
                pid: pid,
                telemetryPath: configuration.telemetryPath,
                variant: variant.name
            )
            var found = found
            found[variant.name] = endpoints
            try await start(rest.dropFirst(), found: found, body)
        }
    }

    static func processName(_ variant: String) -> String { "companion/\(variant)" }

    private func endpoints(
        of variant: VariantPlan,
        _ configuration: CompanionConfiguration,
        logPath: String
    ) async throws -> [String: Int] {
        let path = configuration.announcement
        _ = await stop.wait(atMost: Self.startLimit) { EndpointAnnouncement.read(path) != nil }
        if let endpoints = EndpointAnnouncement.read(path) { return endpoints }
        if stop.reason == .interrupted { throw LabError.stoppedBeforeItBegan }
        throw LabError(
            "companion of \(variant.name): does not come up",
            hint: "Its last words: \(LogTail.lastLine(of: logPath))"
        )
    }

    private func configuration(of variant: VariantPlan) -> CompanionConfiguration {
        CompanionConfiguration(
            incident: plan.scenario.incident ?? "",
            parameters: variant.variant.parameters,
            seed: plan.scenario.seed,
            timeScale: plan.scenario.timeScale,
            worldPath: children.worldPath,
            telemetryPath: children.scratch.file("\(variant.name)-companion.page"),
            heartbeatPath: children.heartbeatPath(ofCompanion: variant),
            announcement: children.scratch.file("\(variant.name)-companion.endpoints"),
            folder: children.folder(of: variant)
        )
    }
}
