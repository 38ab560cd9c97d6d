import LabCore

extension Scenario {
    /// Reads and validates a scenario.
    /// - Parameters:
    ///   - text: the file's contents.
    ///   - path: for messages; its last component without `.yaml` or `.yml` becomes the scenario's name.
    ///   - catalogue: the incidents that there are.
    ///   - overrides: changes of the command line, applied before validation. A file by itself, without any but
    ///     ``ScenarioOverride/quick``, is checked in both of its forms; with others only the form that was asked for.
    /// - Returns: the scenario with all defaults filled in.
    /// - Throws: all problems of the file and the overrides at once, or the first YAML syntax error.
    package static func load(
        text: String,
        path: String,
        catalogue: IncidentCatalogue,
        overrides: [ScenarioOverride] = []
    ) throws(ScenarioError) -> Scenario {
        let (tree, problems) = YAMLSource.parse(text)
        guard let tree else { throw ScenarioError(path: path, problems: problems) }
        func read(_ overrides: [ScenarioOverride]) -> (scenario: Scenario?, problems: [ScenarioProblem]) {
            let source = OverriddenSource(tree, applying: overrides, in: catalogue)
            let reader = ScenarioReader(catalogue: catalogue, problems: problems + source.problems)
            let scenario = reader.scenario(source, name: name(ofPath: path), path: path, text: text)
            return (scenario, reader.problems)
        }
        var (scenario, found) = read(overrides)
        if tree[OverriddenSource.quickKey]?.entries != nil, overrides.allSatisfy({ $0 == .quick }) {
            let full = overrides.isEmpty ? found : read([]).problems
            let quick = overrides.isEmpty ? read([.quick]).problems : found
            found = full + quick.filter { !full.contains($0) }.map(\.inQuickForm)
        }
        guard let scenario, found.isEmpty else { throw ScenarioError(path: path, problems: found) }
        return scenario
    }

    private static func name(ofPath path: String) -> String {
        var name = path.split(separator: "/").last.map(String.init) ?? path
        for suffix in [".yaml", ".yml"] where name.hasSuffix(suffix) { name.removeLast(suffix.count) }
        return name
    }
}
