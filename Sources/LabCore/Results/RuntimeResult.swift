/// What runs a program: who gives its memory back.
package enum ProgramRuntime: String, Codable, Hashable, Sendable, CaseIterable {
    /// Nothing that the lab knows.
    case native
    case go
    case jvm
    case python
    case node
    case dotnet

    /// As ``MetricName/runtime`` records it.
    package var code: Double { Double(Self.allCases.firstIndex(of: self) ?? 0) }

    package init?(code: Double) {
        guard let index = Int(exactly: code), Self.allCases.indices.contains(index) else { return nil }
        self = Self.allCases[index]
    }

    /// What its heap keeps shows only after a collection, since garbage and room for more of it are resident too.
    ///
    /// Python frees an object when the last reference to it goes, and collects cycles alone.
    package var hidesGarbage: Bool {
        switch self {
        case .go, .jvm, .node, .dotnet: true
        case .native, .python: false
        }
    }

    /// As sentences call it.
    package var words: String {
        switch self {
        case .native: "native code"
        case .go: "Go"
        case .jvm: "the JVM"
        case .python: "Python"
        case .node: "Node.js"
        case .dotnet: ".NET"
        }
    }

    /// What limits its heap.
    package var ceilingWords: String {
        switch self {
        case .go: "GOMEMLIMIT"
        case .node: "--max-old-space-size"
        case .jvm, .dotnet, .python, .native: "-Xmx"
        }
    }
}

extension VariantResult {
    /// What runs the program of a command, and what its collector did, over all lives.
    package struct Runtime: Codable, Hashable, Sendable {
        /// Of the pods' largest process.
        package var name: ProgramRuntime
        /// The largest heap that its settings allow, bytes; `null` if it has none, or that is unknown.
        @NullCoded package var heapCeilingBytes: Double?
        /// Collections after which live heap was read; 0 if it was not.
        package var heapReadings: Int
        /// Of all kinds; `null` if the runtime does not report them, here and below.
        @NullCoded package var collections: Int?
        /// For which the collector stopped the program.
        @NullCoded package var pauseSeconds: Double?
        /// Of the time that the lives lasted.
        @NullCoded package var pauseShare: Double?

        package init(
            name: ProgramRuntime,
            heapCeilingBytes: Double? = nil,
            heapReadings: Int = 0,
            collections: Int? = nil,
            pauseSeconds: Double? = nil,
            pauseShare: Double? = nil
        ) {
            self.name = name
            self.heapCeilingBytes = heapCeilingBytes
            self.heapReadings = heapReadings
            self.collections = collections
            self.pauseSeconds = pauseSeconds
            self.pauseShare = pauseShare
        }
    }
}
