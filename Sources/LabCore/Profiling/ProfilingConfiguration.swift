/// When a pod takes profiles of its heap.
package struct ProfilingConfiguration: Codable, Hashable, Sendable {
    /// Where the dumps go.
    package var folder: String
    /// The number of the pod's life.
    package var life: Int
    /// Wall seconds after which what the pod needs to begin with is there.
    package var warmUp: Double
    /// Wall seconds between two profiles; `nil` for none but those that are always taken.
    package var every: Double?
    /// Bytes; `nil` for none.
    package var memoryLimit: Int64?

    package init(folder: String, life: Int, warmUp: Double, every: Double?, memoryLimit: Int64?) {
        self.folder = folder
        self.life = life
        self.warmUp = warmUp
        self.every = every
        self.memoryLimit = memoryLimit
    }

    /// The variable that names the file with the memory usage of the pod's cgroup.
    package static let usageVariable = "LEAKLAB_USAGE_FILE"
}
