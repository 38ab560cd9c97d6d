/// What a document checked as the workflow commands that GitHub Actions turns into annotations: `::error title=…::…`.
///
/// Values are escaped as the runner reads them (actions/toolkit, `packages/core/src/command.ts`), so that no name can end
/// its annotation or begin another command.
enum GitHubBackend {
    static func render(_ document: Document) -> String {
        ([document] + document.appendices).compactMap(\.gate).flatMap(\.checks).flatMap(\.annotations)
            .map { annotation in
                let title = escaped(annotation.title, isProperty: true)
                let message = escaped(annotation.message, isProperty: false)
                return "::\(annotation.level.rawValue) title=\(title)::\(message)\n"
            }
            .joined()
    }

    private static func escaped(_ text: String, isProperty: Bool) -> String {
        var result = ""
        for scalar in VisibleText.block(text).unicodeScalars {
            switch scalar {
            case "%": result += "%25"
            case "\r": result += "%0D"
            case "\n": result += "%0A"
            case ":" where isProperty: result += "%3A"
            case "," where isProperty: result += "%2C"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
