import LabCore

/// What can be reported on: it makes one document, and every format renders that.
package protocol Reportable: Sendable {
    /// In words, such as `a comparison`.
    static var kind: String { get }
    static var parts: DocumentParts { get }
    var document: Document { get }
}

/// What some documents have and others do not; a format may need it.
package struct DocumentParts: OptionSet, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// A ``Gate``.
    package static let checks = DocumentParts(rawValue: 1)
    /// Curves that can be had one by one.
    package static let curves = DocumentParts(rawValue: 2)
}

/// How a document is to look, as far as that is the reader's to say.
package struct Appearance: Sendable {
    /// Terminal columns, taken as 80 at least and 200 at most.
    package var width: Int
    package var style: TextStyle
    /// Which curve, where only one is shown.
    package var curve: String

    package init(width: Int = 80, style: TextStyle = .plain, curve: String = ReportChart.rss.rawValue) {
        (self.width, self.style, self.curve) = (width, style, curve)
    }
}

/// A format, by its name on the command line: all that there are stand in ``all``.
package struct ReportFormat: Sendable {
    package let name: String
    /// Of files, such as `json`, that are written in it unless another format is asked for.
    package let endings: [String]
    /// What a document must have for it.
    package let needs: DocumentParts
    package let render: @Sendable (Document, Appearance) throws -> String

    private init(
        _ name: String,
        endings: String...,
        needs: DocumentParts = [],
        _ render: @escaping @Sendable (Document, Appearance) throws -> String
    ) {
        (self.name, self.endings, self.needs, self.render) = (name, endings, needs, render)
    }

    package static let all = [
        ReportFormat("text", endings: "txt") { TextBackend.render($0, width: $1.width, style: $1.style) },
        ReportFormat("json", endings: "json") { document, _ in try JSONText.pretty(document.value) },
        ReportFormat("markdown", endings: "md", "markdown") { document, _ in MarkdownBackend.render(document)
        },
        ReportFormat("html", endings: "html", "htm") { document, _ in HTMLBackend.render(document) },
        ReportFormat("junit", endings: "xml", needs: .checks) { document, _ in JUnitBackend.render(document)
        },
        ReportFormat("github", needs: .checks) { document, _ in GitHubBackend.render(document) },
        ReportFormat("csv", endings: "csv") { document, _ in CSVBackend.render(document) },
        ReportFormat("svg", endings: "svg", needs: .curves) { try SVGChart.picture($1.curve, of: $0) },
    ]

    /// Those that all documents with these parts have.
    package static func supported(by parts: DocumentParts) -> [ReportFormat] {
        all.filter { parts.isSuperset(of: $0.needs) }
    }

    package static func named(_ name: String) -> ReportFormat? { all.first { $0.name == name } }

    /// By the ending of a file's name, whatever its case; `nil` for one that stands for no format.
    package static func ofFile(_ path: String) -> ReportFormat? {
        let name = path.split(separator: "/").last ?? ""
        guard let dot = name.lastIndex(of: ".") else { return nil }
        let ending = name[name.index(after: dot)...].lowercased()
        return all.first { $0.endings.contains(ending) }
    }
}

extension Reportable {
    /// The document in one format, or as text if there is no such format.
    package func rendered(as format: String, _ appearance: Appearance = Appearance()) throws -> String {
        try (ReportFormat.named(format) ?? ReportFormat.all[0]).render(document, appearance)
    }
}
