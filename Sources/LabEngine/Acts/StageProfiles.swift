import LabAnalysis
import LabCluster
import LabCore
import LabRecording
import LabScenario
import LabTelemetry

/// Asks the pods of a stage for heap profiles while they are at work.
struct StageProfiles {
    let stage: StageRun
    let recorder: StageRecorder

    /// Profiles that were taken.
    struct Taken {
        let pods: [String]
        /// When the last one was there, on the monotonic clock, nanoseconds.
        let at: UInt64
        /// What they show, in a sentence for each pod.
        let words: String
    }

    /// A pod looks every 20 ms; a busy machine takes longer.
    private static let limit = Duration.seconds(5)

    /// - Parameter pod: whose; of all that are alive and can be asked without one.
    /// - Returns: whose were taken, and what they show.
    /// - Throws: ``LabError`` if no pod can be asked, or none answers.
    func take(of pod: String?) async throws(LabError) -> Taken {
        guard let folder = stage.children.profilesFolder else { throw Self.isOff }
        let pods = try asked(pod).filter { recorder.areReady([$0]) }
        guard !pods.isEmpty else {
            throw .act("\(pod.map { "\($0) does not live" } ?? "no pod with profiles lives") just now")
        }
        let before = dumps(in: folder)
        for pod in pods {
            let request = "\(folder)/\(ProfileFileName.request(of: pod))"
            guard TextFile.put("", to: request, creating: true) == 0 else {
                throw .act("\(request) cannot be written")
            }
        }
        func new() -> Set<String> {
            Set(dumps(in: folder).subtracting(before).compactMap { ProfileFileName(parsing: $0)?.pod })
        }
        _ = await stage.stop.wait(atMost: Self.limit) { Task.isCancelled || new().isSuperset(of: pods) }
        let at = MonotonicClock.nanoseconds
        for pod in pods { Folder.remove("\(folder)/\(ProfileFileName.request(of: pod))") }
        let taken = new().sorted()
        guard !taken.isEmpty else {
            throw .act("no profile was taken within \(Self.limit.text): the pods ended, or are stuck")
        }
        let missing = pods.filter { !taken.contains($0) }
        return Taken(pods: taken, at: at, words: await words(of: taken, missing: missing))
    }

    private static let isOff = LabError.act(
        "this run has no heap profiles",
        hint: "Run it with --set pods.profile=on. \(Jemalloc.installation)"
    )

    private func asked(_ pod: String?) throws(LabError) -> [String] {
        let profiled = stage.variants.filter {
            PodAllocation(of: $0.variant, with: stage.children.jemalloc).isProfiled
        }
        let names = profiled.flatMap(recorder.podNames(of:))
        guard let pod else { return names }
        guard names.contains(pod) else {
            throw .act(
                "“\(pod)” is no pod that can be profiled",
                hint: names.isEmpty ? nil : "There are: \(names.joined(separator: ", "))."
            )
        }
        return [pod]
    }

    private func dumps(in folder: String) -> Set<String> {
        Set(Folder.entries(of: folder).filter { $0.hasSuffix(ProfileFileName.suffix) })
    }

    /// Where the memory of each pod grew since the first profile of its life.
    private func words(of pods: [String], missing: [String]) async -> String {
        let profiles = await RunProfiles(stage.folder).all()
        let sentences = pods.map { pod -> String in
            let own = profiles.filter { $0.pod == pod }
            guard let difference = ProfileDifference.longest(among: own) else {
                return "\(pod): taken; a second one will show what grew."
            }
            return "\(pod): \(HeapGrowth(difference).sentence)."
        }
        return (sentences + missing.map { "\($0): took none." }).joined(separator: " ")
    }
}
