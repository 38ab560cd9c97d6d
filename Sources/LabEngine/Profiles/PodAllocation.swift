import Foundation
import LabCore
import LabScenario

/// Which allocator the pods of a variant have, and whether it takes samples.
struct PodAllocation: Hashable, Sendable {
    /// `nil` for that of the system.
    let jemalloc: Jemalloc?
    let isProfiled: Bool

    /// Bytes between two samples, as a power of two.
    private let sampleExponent: Int

    init(of variant: ScenarioVariant, with jemalloc: Jemalloc?) {
        let pods = variant.pods
        isProfiled = pods.profile.when != .off && jemalloc?.canProfile == true && variant.command == nil
        sampleExponent = pods.profile.sample.bytes.trailingZeroBitCount
        self.jemalloc = isProfiled || pods.allocator == .jemalloc ? jemalloc : nil
    }

    /// Such as `jemalloc 5.3.0 with heap profiles`; `nil` for that of the system.
    var name: String? { jemalloc.map { "jemalloc \($0.version)\(isProfiled ? " with heap profiles" : "")" } }

    /// What a pod is started with.
    var environment: [String: String] {
        guard let jemalloc else { return [:] }
        let others = ProcessInfo.processInfo.environment["LD_PRELOAD"].map { [$0] } ?? []
        var environment = ["LD_PRELOAD": ([jemalloc.path] + others).joined(separator: ":")]
        if isProfiled { environment["MALLOC_CONF"] = "prof:true,lg_prof_sample:\(sampleExponent)" }
        return environment
    }
}
