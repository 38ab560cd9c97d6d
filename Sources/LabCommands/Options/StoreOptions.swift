import ArgumentParser
import LabRecording

/// Where recorded runs are kept.
struct StoreOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Folder of recorded runs [env: LEAKLAB_STORE] (default: ~/.local/state/leaklab/runs).",
            valueName: "folder"
        )
    )
    var store: String?

    var runs: RunStore {
        RunStore(directory: store ?? RunStore.defaultDirectory(environment: Environment.all))
    }
}
