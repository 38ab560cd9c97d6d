/// Writes markup as text that is both HTML and, if its root is `svg`, XML.
struct MarkupWriter {
    private(set) var text = ""

    static func text(of markup: Markup) -> String {
        var writer = MarkupWriter()
        writer.write(markup)
        return writer.text
    }

    mutating func write(_ markup: Markup) {
        switch markup {
        case .text(let text): append(escaping: VisibleText.block(text))
        case .element(let element): write(element)
        case .group(let parts): for part in parts { write(part) }
        case .verbatim(let literal): text += literal.description
        }
    }

    private mutating func write(_ element: Markup.Element) {
        let name = element.name.description
        text += "<" + name
        for attribute in element.attributes
        where attribute.name.description != "class" || !attribute.value.isEmpty {
            text += " " + attribute.name.description + "=\""
            append(escaping: VisibleText.line(attribute.value))
            text += "\""
        }
        if Self.emptyShapes.contains(name), element.children.isEmpty {
            text += "/>"
        } else {
            text += ">"
            guard !Self.voidElements.contains(name) else { return }
            for child in element.children { write(child) }
            text += "</" + name + ">"
        }
        if !Self.inline.contains(name) { text += "\n" }
    }

    private mutating func append(escaping raw: String) {
        for scalar in raw.unicodeScalars {
            switch scalar {
            case "&": text += "&amp;"
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            case "\"": text += "&quot;"
            case "'": text += "&#39;"
            default: text.unicodeScalars.append(scalar)
            }
        }
    }

    /// HTML elements without an end tag; the ones used here.
    private static let voidElements: Set<String> = ["meta", "br"]
    /// SVG elements that close themselves.
    private static let emptyShapes: Set<String> = ["path", "line", "rect", "circle"]
    /// No line feed follows, where it would show as a space.
    private static let inline: Set<String> = [
        "span", "strong", "em", "code", "small", "tspan", "td", "th", "i", "a", "br",
    ]
}
