import LabCluster
import LabCore
import LabScenario

/// An allocator that can take samples of allocations, and say what is live: preloaded into pods.
package struct Jemalloc: Hashable, Sendable {
    /// Of the shared library.
    package let path: String
    /// Such as `5.3.0`.
    package let version: String
    /// It was built with profiling.
    package let canProfile: Bool
    /// What is preloaded beside it; `nil` for nothing.
    var agent: AgentLibrary?

    /// How to come by it.
    package static let installation =
        "Install it: apt-get install libjemalloc2; on Fedora: dnf install jemalloc."

    private static let names = ["libjemalloc.so.2", "libjemalloc.so"]

    private static var folders: [String] {
        #if arch(arm64)
        let triple = "aarch64-linux-gnu"
        #else
        let triple = "x86_64-linux-gnu"
        #endif
        return ["/usr/local/lib", "/usr/lib/\(triple)", "/lib/\(triple)", "/usr/lib64", "/usr/lib"]
    }

    /// Looks for it, and asks it what it can.
    /// - Returns: `nil` if this machine has none; never on a system where it cannot be preloaded.
    package static func find() async -> Jemalloc? {
        #if os(Linux)
        for folder in folders {
            for name in names {
                if let found = await examine("\(folder)/\(name)") { return found }
            }
        }
        #endif
        return nil
    }

    /// A program that does nothing, run with the library, prints the library's own figures.
    private static func examine(_ path: String) async -> Jemalloc? {
        guard TextFile.forEachPiece(of: path, { _ in }) else { return nil }
        let output = await CommandText.run(
            "/bin/true",
            [],
            environment: ["LD_PRELOAD": path, "MALLOC_CONF": "stats_print:true,stats_print_opts:mdablxe"]
        )
        guard let output, let version = value(of: "Version:", in: output) else { return nil }
        let number = version.filter { $0 != "\"" }.prefix { $0 != "-" }
        return Jemalloc(
            path: path,
            version: String(number),
            canProfile: value(of: "config.prof:", in: output) == "true"
        )
    }

    static func value(of key: String, in text: String) -> String? {
        for line in text.split(separator: "\n") {
            let line = line.drop { $0 == " " }
            if line.hasPrefix(key) { return line.dropFirst(key.count).trimmedOfSpaces }
        }
        return nil
    }

    /// - Returns: `nil` if no variant asks for it, or one would like it and this machine has none.
    /// - Throws: ``LabError`` if a variant cannot do without.
    static func needed(by scenario: Scenario) async throws(LabError) -> Jemalloc? {
        let pods = scenario.variants.map(\.pods)
        let isAskedFor = pods.contains { $0.allocator == .jemalloc || $0.profile.when != .off }
        guard isAskedFor else { return nil }
        let found = await find()
        if found == nil, pods.contains(where: { $0.allocator == .jemalloc }) {
            throw missing("pods.allocator: this machine has no jemalloc")
        }
        if found?.canProfile != true, pods.contains(where: { $0.profile.when == .on }) {
            throw missing("pods.profile: this machine has no jemalloc with profiling")
        }
        return found
    }

    private static func missing(_ words: String) -> LabError {
        LabError(
            words,
            hint: "\(installation) Or write “profile: auto”.",
            exitStatus: .capabilityMissing
        )
    }
}
