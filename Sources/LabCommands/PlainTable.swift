/// Columns divided by two spaces, as `kubectl get` prints them.
enum PlainTable {
    /// - Returns: nothing at all without rows.
    static func render(_ rows: [[String]], header: [String]) -> String {
        guard !rows.isEmpty else { return "" }
        let lines = [header] + rows
        let widths = header.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        return lines.map { line in
            let cells = line.enumerated().map { column, text in
                column == line.count - 1
                    ? text : text + String(repeating: " ", count: widths[column] - text.count)
            }
            return cells.joined(separator: "  ") + "\n"
        }
        .joined()
    }
}
