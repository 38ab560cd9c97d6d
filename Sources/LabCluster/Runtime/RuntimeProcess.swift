package import LabCore

/// The process of a pod that holds most memory, and what runs it.
package struct RuntimeProcess: Hashable, Sendable {
    package let pid: Int32
    package let runtime: ProgramRuntime

    package init(pid: Int32, runtime: ProgramRuntime) {
        self.pid = pid
        self.runtime = runtime
    }

    /// - Parameters:
    ///   - processes: of one life of a pod.
    ///   - runtime: of which one is looked for first; `nil` for any.
    /// - Returns: the largest of that runtime, else the largest of all; `nil` if none of them can be read, as where there is no `/proc`.
    package static func largest(of processes: PodProcesses, runtime: ProgramRuntime? = nil) -> RuntimeProcess?
    {
        let pids = processes.list() ?? [processes.pid]
        let sizes = pids.compactMap { pid in resident(pid).map { (pid: pid, pages: $0) } }
        let all = sizes.sorted { $0.pages > $1.pages }.lazy.map {
            RuntimeProcess(pid: $0.pid, runtime: Self.runtime(of: $0.pid))
        }
        return runtime.flatMap { wanted in all.first { $0.runtime == wanted } } ?? all.first
    }

    /// Pages.
    private static func resident(_ pid: Int32) -> Int64? {
        let words = TextFile.contents(of: "/proc/\(pid)/statm")?.split(separator: " ") ?? []
        return words.count > 1 ? Int64(words[1]) : nil
    }

    /// By the libraries that a process has mapped, or the mark that Go's linker leaves in its programs.
    package static func runtime(of pid: Int32) -> ProgramRuntime {
        let maps = TextFile.contents(of: "/proc/\(pid)/maps") ?? ""
        let files = Set(maps.split(separator: "\n").compactMap { $0.split(separator: "/").last })
        if let known = runtime(ofFiles: files) { return known }
        return GoProgram.isOne("/proc/\(pid)/exe") ? .go : .native
    }

    /// - Parameter files: names without folders.
    /// - Returns: `nil` where none of them is a runtime's.
    static func runtime(ofFiles files: Set<Substring>) -> ProgramRuntime? {
        if files.contains("libjvm.so") { return .jvm }
        if files.contains("libcoreclr.so") { return .dotnet }
        if files.contains("node") || files.contains("nodejs")
            || files.contains(where: { $0.hasPrefix("libnode.so") })
        {
            return .node
        }
        let isPython = files.contains { file in
            file.hasPrefix("libpython")
                || (file.hasPrefix("python") && file.dropFirst(6).allSatisfy(isVersion))
        }
        return isPython ? .python : nil
    }

    private static func isVersion(_ character: Character) -> Bool { character == "." || character.isNumber }
}
