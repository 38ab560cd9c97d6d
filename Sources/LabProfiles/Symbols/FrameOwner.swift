package import LabCore

extension ProfileFrame.Owner {
    /// Whose a function is, by the file that it stands in and its Swift module.
    ///
    /// A program of the user's own has the lab's modules in it: those are known by name, and what is left is the handler's.
    /// - Parameters:
    ///   - library: the file's name.
    ///   - module: the Swift module; empty for other languages.
    ///   - symbol: the function, as the symbol table has it.
    package init(library: String, module: String, symbol: String) {
        if Self.runtimeLibraries.contains(where: library.hasPrefix) {
            self = .runtime
        } else if library.contains(".so") || library.hasSuffix(".dylib") {
            self = .library
        } else if Self.runtimeModules.contains(module)
            || Self.runtimeSymbols.contains(where: symbol.hasPrefix)
        {
            self = .runtime
        } else if Self.harnessModules.contains(module) || module.hasPrefix("NIO") {
            self = .harness
        } else {
            self = .own
        }
    }

    private static let runtimeLibraries = [
        "libjemalloc", "libc.so", "libc-", "libm.so", "libpthread", "libstdc++", "libgcc_s", "ld-linux",
        "libswift",
        "lib_Foundation", "libFoundation", "libdispatch", "libBlocksRuntime", "[",
    ]

    private static let runtimeModules: Set<String> = [
        "Swift", "_Concurrency", "Synchronization", "Foundation", "FoundationEssentials", "Dispatch", "Glibc",
        "_StringProcessing", "Observation", "__C",
    ]

    /// Also of a program that has the runtime linked in.
    private static let runtimeSymbols = [
        "swift_", "_swift_", "__swift_", "_ZN5swift", "_ZNK5swift", "_dispatch_", "_start", "_dl_",
    ]

    /// The lab's modules that run in a pod, but for the incidents.
    private static let harnessModules: Set<String> = [
        "LabPod", "LabCore", "LabTelemetry", "LabTLS", "LabCommands", "LabEngine", "LabScenario",
        "LabCluster",
        "Kafka", "LeakLab", "LeakLabProgram", "ArgumentParser",
    ]
}
