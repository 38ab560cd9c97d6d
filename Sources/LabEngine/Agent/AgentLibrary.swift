import Foundation
import LabCluster
import LabCore
import LabTelemetry

/// The library that is preloaded into pods beside jemalloc: it says what the allocator holds, and writes heap profiles when asked.
///
/// It is C, and not part of this program, since it must load into programs that have no Swift. `leaklab-agent.c` is its source.
package struct AgentLibrary: Hashable, Sendable {
    package let path: String

    private static let name = "libleaklab-agent.so"

    /// Beside the program, as a build leaves it, or where `make install` puts it.
    package static func installed(beside executable: String) -> AgentLibrary? {
        let folder = URL(fileURLWithPath: executable).resolvingSymlinksInPath().deletingLastPathComponent()
            .path
        return ["\(folder)/\(name)", "\(folder)/../lib/leaklab/\(name)"]
            .first { FileManager.default.isReadableFile(atPath: $0) }.map { AgentLibrary(path: $0) }
    }

    /// The compiler that makes it where it was not installed; `nil` if the shell finds none.
    package static var compiler: String? { ["cc", "clang", "gcc"].lazy.compactMap(CommandText.path).first }

    /// The installed one, else one that this machine's compiler makes below `folder`.
    ///
    /// - Parameters:
    ///   - executable: this program.
    ///   - folder: for a run's files.
    ///   - jemalloc: that it is to be loaded beside.
    /// - Returns: `nil` if there is none that works on this machine.
    static func find(
        beside executable: String,
        in folder: String,
        for jemalloc: Jemalloc
    ) async -> AgentLibrary? {
        if let installed = installed(beside: executable), await installed.works(beside: jemalloc, in: folder)
        {
            return installed
        }
        // What is loaded must not lie in a folder that was mounted “noexec”, as /dev/shm often is.
        for place in [folder, TemporaryFolder.path] {
            guard let made = await compile(in: place) else { continue }
            if await made.works(beside: jemalloc, in: folder) { return made }
            made.removeIfMade()
        }
        return nil
    }

    /// With nothing of this process's environment that a compiler would heed.
    private static func compile(in folder: String) async -> AgentLibrary? {
        guard let compiler else { return nil }
        let stem = "\(folder)/\(madeName)-\(UUID().uuidString)"
        let (source, library) = ("\(stem).c", "\(stem).so")
        let text = String(decoding: PackageResources.leaklab_agent_c, as: UTF8.self)
        guard TextFile.put(text, to: source, creating: true, mode: 0o600) == 0 else { return nil }
        defer { Folder.remove(source) }
        let output = await CommandText.run(compiler, flags + ["-o", library, source])
        guard output != nil else {
            Folder.remove(library)
            return nil
        }
        return AgentLibrary(path: library)
    }

    private static let madeName = "leaklab-agent"
    private static let flags = ["-std=c11", "-O2", "-fPIC", "-shared", "-pthread"]

    /// Removes what was compiled for a run.
    func removeIfMade() {
        guard URL(fileURLWithPath: path).lastPathComponent.hasPrefix("\(Self.madeName)-") else { return }
        Folder.remove(path)
    }

    /// A program that does nothing finds the page that it is given.
    private func works(beside jemalloc: Jemalloc, in folder: String) async -> Bool {
        let page = "\(folder)/\(UUID().uuidString).agent"
        defer { Folder.remove(page) }
        guard (try? AgentPage.create(at: page)) != nil else { return false }
        let environment = [
            ChildProcess.preloadVariable: "\(jemalloc.path):\(path)", Self.pageVariable: page,
        ]
        let output = await CommandText.run("/bin/true", [], environment: environment)
        return output != nil && (try? AgentPage.open(at: page))?.owner != nil
    }

    /// Names the page to the agent.
    static let pageVariable = "LEAKLAB_AGENT"
    /// Names the beginning of the paths of its dumps.
    static let dumpsVariable = "LEAKLAB_AGENT_DUMPS"
}
