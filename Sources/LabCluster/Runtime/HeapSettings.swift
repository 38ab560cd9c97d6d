import LabCore

/// What a process was started with that limits its heap, or decides when it is collected.
package struct HeapSettings: Hashable, Sendable {
    /// Bytes; `nil` if nothing is said.
    package let ceiling: Int64?
    /// Of Go: how much the heap grows until the next collection, percent; `nil` for off.
    package let growthPercent: Double?

    package init(of process: RuntimeProcess) {
        let environment = (ProcessText.environment(of: process.pid) ?? "").split(separator: "\0").map(
            String.init
        )
        self.init(process.runtime, words: ProcessText.command(of: process.pid), environment: environment)
    }

    init(_ runtime: ProgramRuntime, words: [String], environment: [String]) {
        func value(_ name: String) -> String? {
            environment.first { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.count + 1)) }
        }
        let percent = value("GOGC") ?? ""
        growthPercent = runtime == .go && percent != "off" ? Double(percent) ?? 100 : nil
        switch runtime {
        case .go: ceiling = value("GOMEMLIMIT").flatMap(Self.bytes)
        case .jvm:
            let options = ["JDK_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS"].compactMap(value)
                .flatMap { $0.split(separator: " ").map(String.init) }
            ceiling = Self.last(of: ["-Xmx", "-XX:MaxHeapSize="], in: options + words)
        case .node:
            let options = (value("NODE_OPTIONS") ?? "").split(separator: " ").map(String.init)
            let mebibytes = (options + words).compactMap { word in
                word.hasPrefix("--max-old-space-size=") ? Int64(word.dropFirst(21)) : nil
            }
            ceiling = mebibytes.last.map { $0.multipliedReportingOverflow(by: 1 << 20).partialValue }
        case .native, .python, .dotnet: ceiling = nil
        }
    }

    /// The last one wins, as for the programs themselves.
    private static func last(of prefixes: [String], in words: [String]) -> Int64? {
        words.compactMap { word in
            prefixes.first(where: word.hasPrefix).flatMap { bytes(String(word.dropFirst($0.count))) }
        }
        .last
    }

    /// `512m` as the JVM has it, `512MiB` as Go; all units are powers of 1,024.
    private static func bytes(_ text: String) -> Int64? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let number = Int64(digits), number > 0 else { return nil }
        let shift: Int64? =
            switch text.dropFirst(digits.count).lowercased() {
            case "", "b": 0
            case "k", "kib": 10
            case "m", "mib": 20
            case "g", "gib": 30
            case "t", "tib": 40
            default: nil
            }
        return shift.flatMap { shift in
            let (bytes, overflow) = number.multipliedReportingOverflow(by: Int64(1) << shift)
            return overflow ? nil : bytes
        }
    }
}
