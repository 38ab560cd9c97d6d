import LabCore

extension Scenario {
    /// Reads and validates a scenario.
    /// - Parameters:
    ///   - text: the file's contents.
    ///   - path: for messages; its last component without `.yaml` or `.yml` becomes the scenario's name.
    ///   - catalogue: the incidents that there are.
    ///   - overrides: changes of the command line, applied before validation.
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
        let source = OverriddenSource(tree, applying: overrides)
        let reader = ScenarioReader(catalogue: catalogue, problems: problems + source.problems)
        let scenario = reader.scenario(source, name: name(ofPath: path), path: path, text: text)
        guard let scenario, reader.problems.isEmpty else {
            throw ScenarioError(path: path, problems: reader.problems)
        }
        return scenario
    }

    private static func name(ofPath path: String) -> String {
        var name = path.split(separator: "/").last.map(String.init) ?? path
        for suffix in [".yaml", ".yml"] where name.hasSuffix(suffix) { name.removeLast(suffix.count) }
        return name
    }
}
