import ArgumentParser
import LabEngine

/// What commands that make many runs have in common.
struct SeriesOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Note each finished run in this file, and do not repeat what it has already.",
            valueName: "file"
        )
    )
    var results: String?

    @Flag(help: "Keep the recordings of all runs.")
    var keep = false

    @Flag(name: .shortAndLong, help: "Show no progress.")
    var quiet = false

    /// - Parameters:
    ///   - store: where the runs are recorded.
    ///   - scratch: folder of the files that the runs' processes share; `nil` for that of the environment.
    /// - Returns: a series that is not begun; what dead labs have left is gone.
    func series(_ store: StoreOptions, scratch: String? = nil) -> RunSeries {
        let root = scratch ?? Scratch.namedRoot
        DeadLabs.clear(root: root)
        return RunSeries(
            store: store.runs,
            keepsRuns: keep,
            scratchRoot: root,
            progress: { [quiet] line in if !quiet { StandardError.write(line: line) } }
        )
    }
}
