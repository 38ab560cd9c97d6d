import Foundation
import LabCluster
import LabCore
import LabScenario

/// Which allocator the pods of a variant have, and whether it takes samples.
struct PodAllocation: Hashable, Sendable {
    /// `nil` for that of the system.
    let jemalloc: Jemalloc?
    let isProfiled: Bool

    /// Bytes between two samples, as a power of two.
    private let sampleExponent: Int

    /// Profiles of a command are taken by the agent in it.
    init(of variant: ScenarioVariant, with jemalloc: Jemalloc?) {
        let pods = variant.pods
        let canProfile = jemalloc?.canProfile == true && (!variant.runsCommands || jemalloc?.agent != nil)
        isProfiled = pods.profile.when != .off && canProfile
        sampleExponent = pods.profile.sample.bytes.trailingZeroBitCount
        self.jemalloc = isProfiled || pods.allocator == .jemalloc ? jemalloc : nil
    }

    /// Such as `jemalloc 5.3.0 with heap profiles`; `nil` for that of the system.
    var name: String? { jemalloc.map { "jemalloc \($0.version)\(isProfiled ? " with heap profiles" : "")" } }

    /// What the agent of one life is told.
    struct Agent: Hashable, Sendable {
        /// Of its page.
        var page: String
        /// The beginning of the paths of its dumps; `nil` where none are asked for.
        var dumps: String?
    }

    /// What a pod is started with, `others` included: libraries and settings of the user's follow the lab's, and win.
    func environment(_ agent: Agent? = nil, besides others: [String: String] = [:]) -> [String: String] {
        guard let jemalloc else { return others }
        var environment = others
        let preloaded =
            others[ChildProcess.preloadVariable] ?? ProcessInfo.processInfo.environment["LD_PRELOAD"]
        let libraries = [jemalloc.path, agent == nil ? nil : jemalloc.agent?.path, preloaded]
        environment[ChildProcess.preloadVariable] = libraries.compactMap(\.self).joined(separator: ":")
        if isProfiled {
            let settings = ["prof:true,lg_prof_sample:\(sampleExponent)", others["MALLOC_CONF"]]
            environment["MALLOC_CONF"] = settings.compactMap(\.self).joined(separator: ",")
        }
        if let agent, jemalloc.agent != nil {
            environment[AgentLibrary.pageVariable] = agent.page
            environment[AgentLibrary.dumpsVariable] = agent.dumps
        }
        return environment
    }

    /// The same for a program of somebody else's.
    ///
    /// Python takes memory for small objects by itself, where no allocator counts it, unless it is told not to.
    func commandEnvironment(_ agent: Agent?, besides others: [String: String]) -> [String: String] {
        let python = jemalloc == nil ? [:] : ["PYTHONMALLOC": "malloc"]
        return environment(agent, besides: python.merging(others) { $1 })
    }
}

extension ScenarioVariant {
    /// Its pods run a program of somebody else's, from the start or from a step on.
    var runsCommands: Bool { command != nil || steps.contains { $0.command != nil } }
}
