import LabCore

extension SourceNode {
    /// The variant of a scenario's tree that is the control although none says so.
    ///
    /// It is the only one with the handler that its incident compares with; without such a handler the only fix.
    ///
    /// - Returns: its place in the list; `nil` if a variant has the key, or several could be meant.
    func impliedControl(in catalogue: IncidentCatalogue) -> Int? {
        let items = self["variants"]?.items ?? []
        guard items.allSatisfy({ $0.entries != nil && $0["control"] == nil }) else { return nil }
        let entry = self["incident"]?.text.flatMap { catalogue[name: $0] }
        let handlers = items.map { item -> IncidentCatalogue.Handler? in
            guard item["command"] == nil, let name = item["handler"]?.text ?? item["name"]?.text else {
                return nil
            }
            return entry?.handlers.first { $0.name == name }
        }
        let fixes = items.indices.filter { index in
            let role = items[index]["role"]?.text ?? handlers[index]?.defaultRole.rawValue
            let isKnown = items[index]["command"] != nil || handlers[index] != nil
            return isKnown && (role ?? VariantRole.fix.rawValue) == VariantRole.fix.rawValue
        }
        let controls = fixes.filter { handlers[$0]?.isControl == true }
        if controls.count == 1 { return controls.first }
        return controls.isEmpty && fixes.count == 1 ? fixes.first : nil
    }
}
