import ArgumentParser
import LabCluster
import LabRecording

/// What a shell offers after the Tab key, where the parser cannot know it: `--generate-completion-script` prints the script.
enum Completions {
    /// Names of carried scenarios, and the scenario files of the folder that the shell is in.
    static let scenarios = CompletionKind.custom { _, _, _ in
        let files = Folder.entries(of: ".").filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }
        return CarriedScenarios.names + files
    }

    /// `latest`, and the ids of the runs in the store of the environment, newest first.
    static let runs = CompletionKind.custom { _, _, _ in ["latest"] + ids(in: store) }

    static func ids(in store: RunStore) -> [String] {
        ((try? store.runs()) ?? []).prefix(most).map(\.id)
    }

    /// More than fit on a screen help nobody.
    private static let most = 50

    private static var store: RunStore {
        RunStore(directory: RunStore.defaultDirectory(environment: Environment.all))
    }
}
