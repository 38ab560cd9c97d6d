/// What the live heap of one pod consisted of at one moment, by the call stack that allocated it.
///
/// Counts and bytes are estimates: an allocator that samples saw some of the allocations, and what it saw is scaled up to
/// all of them. The differences of two profiles of one life are what grew in between.
package struct HeapProfile: Codable, Hashable, Sendable {
    /// Why a profile was taken.
    package enum Moment: String, Codable, Hashable, Sendable, CaseIterable {
        /// The end of the warm-up: what is there now was needed to begin with.
        case warm
        /// Every so often, as the scenario asks for.
        case scheduled
        /// Somebody asked for it while the pod ran.
        case requested
        /// The charge has come near the limit: the kernel may kill at any moment.
        case lastWords
        /// The pod was asked to end.
        case end

        /// Such as `at the end of warm-up`.
        package var words: String {
            switch self {
            case .warm: "the end of warm-up"
            case .scheduled: "a scheduled profile"
            case .requested: "a requested profile"
            case .lastWords: "its last words before the limit"
            case .end: "its end"
            }
        }
    }

    package var pod: String
    /// The number of the pod's life.
    package var life: Int
    /// Counted from 0 within the life.
    package var number: Int
    package var moment: Moment
    /// That the life had handled.
    package var events: Int
    /// Wall time since the life could receive events.
    package var seconds: Double
    /// Bytes between two samples, on average.
    package var samplePeriod: Int
    /// How addresses became names, such as `llvm-symbolizer` or `symbol tables`.
    package var symbols: String
    package var frames: [ProfileFrame]
    package var stacks: [Stack]

    package struct Stack: Codable, Hashable, Sendable {
        /// Indices into the frames, the one that allocated first.
        package var frames: [Int]
        /// Allocations that were seen.
        package var samples: Int
        /// Live allocations, estimated.
        package var objects: Double
        /// Live bytes, estimated.
        package var bytes: Double

        package init(frames: [Int], samples: Int, objects: Double, bytes: Double) {
            self.frames = frames
            self.samples = samples
            self.objects = objects
            self.bytes = bytes
        }
    }

    package init(
        pod: String,
        life: Int,
        number: Int,
        moment: Moment,
        events: Int,
        seconds: Double,
        samplePeriod: Int,
        symbols: String = "",
        frames: [ProfileFrame] = [],
        stacks: [Stack] = []
    ) {
        self.pod = pod
        self.life = life
        self.number = number
        self.moment = moment
        self.events = events
        self.seconds = seconds
        self.samplePeriod = samplePeriod
        self.symbols = symbols
        self.frames = frames
        self.stacks = stacks
    }

    /// Live bytes of all stacks.
    package var bytes: Double { stacks.reduce(0) { $0 + $1.bytes } }
}

/// A function in a call stack.
package struct ProfileFrame: Codable, Hashable, Sendable {
    /// Whose code it is.
    package enum Owner: String, Codable, Hashable, Sendable {
        /// The handler's: code of the pod's own program that is none of the others'.
        case own
        /// The lab's, around the handler.
        case harness
        /// Of another shared library, such as the client.
        case library
        /// Of the language, the standard library, the allocator, the system; and thunks of the compiler.
        case runtime
    }

    /// As people write it, such as `IndexCache.init`; an address where nothing is known.
    package var function: String
    /// Swift's, such as `LabIncidents`; empty for other languages.
    package var module: String
    /// The file's name, without its folder.
    package var library: String
    /// Without its folder; `nil` without debug information, as the line.
    package var file: String?
    package var line: Int?
    package var owner: Owner

    package init(
        function: String,
        module: String = "",
        library: String,
        file: String? = nil,
        line: Int? = nil,
        owner: Owner
    ) {
        self.function = function
        self.module = module
        self.library = library
        self.file = file
        self.line = line
        self.owner = owner
    }

    /// Such as `IndexCache.swift:52`; `nil` without debug information.
    package var place: String? {
        guard let file else { return nil }
        guard let line, line > 0 else { return file }
        return "\(file):\(line)"
    }
}
