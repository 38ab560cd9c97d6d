/// All tables of a document as CSV (RFC 4180), an empty line between two.
///
/// The first field of each line names its table, so that one of them can be cut out. A warning is a table too.
enum CSVBackend {
    static func render(_ document: Document) -> String {
        let warning = document.warning.map { warning in
            [["table", "Reason"]] + warning.reasons.map { [warning.title, $0] }
        }
        let tables = document.tables.filter { !$0.rows.isEmpty }.map { table in
            [["table"] + table.titles] + table.texts.map { [table.caption] + $0 }
        }
        return ([warning].compactMap(\.self) + tables).map { lines in
            lines.map { $0.map(field).joined(separator: ",") + "\n" }.joined()
        }
        .joined(separator: "\n")
    }

    private static func field(_ text: String) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map {
            VisibleText.line(String($0))
        }
        return CSVReport.quoted(lines.joined(separator: "; "))
    }
}
