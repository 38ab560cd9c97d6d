/// How a run is written; tests narrow it, everybody else takes it as it is.
struct RecorderOptions: Sendable {
    /// Samples that may wait in memory: at 4,000 a second, 25 seconds of a disk that does not answer.
    var queueCapacity = 100_000
    /// Waiting samples that are worth a transaction before the interval is over.
    var batchSize = 1_000
    /// A lab that is killed loses what is younger than this.
    var flushInterval: Duration = .milliseconds(250)
    /// How long a write waits for another program that locks the file, before the next turn tries again.
    var lockTimeout: Duration = .seconds(1)
    /// Largest size of the file in SQLite's pages, as a full disk would have it.
    var pageLimit: Int?
    /// The process that the run belongs to.
    var lab = LabProcess.current
}
