/// A piece of an HTML or SVG document.
///
/// Text is escaped when it is written, and there is no way around: only literals of this program
/// (`StaticString`) become names or go in as they are, so nothing from outside can open a tag.
indirect enum Markup: Sendable {
    case text(String)
    case element(Element)
    case group([Markup])
    /// A style sheet or script of this program.
    case verbatim(StaticString)

    struct Element: Sendable {
        var name: StaticString
        var attributes: [Attribute]
        var children: [Markup]
    }
}

/// A name and a value; the value is escaped when it is written.
struct Attribute: Sendable {
    let name: StaticString
    let value: String

    init(_ name: StaticString, _ value: String) {
        self.name = name
        self.value = value
    }

    /// A length or position in SVG user units.
    init(_ name: StaticString, _ coordinate: Double) {
        self.init(name, coordinateText(coordinate))
    }

    static func classes(_ names: String...) -> Attribute {
        Attribute("class", names.filter { !$0.isEmpty }.joined(separator: " "))
    }

    static func id(_ value: String) -> Attribute { Attribute("id", value) }
}

/// A number for SVG, with at most one decimal so that documents stay small, always ASCII.
///
/// What is no number is drawn at zero.
func coordinateText(_ value: Double) -> String {
    guard value.isFinite else { return "0" }
    let tenths = Int((min(1e6, max(-1e6, value)) * 10).rounded())
    let text = "\(abs(tenths) / 10)" + (tenths % 10 == 0 ? "" : ".\(abs(tenths) % 10)")
    return tenths < 0 ? "-" + text : text
}

func tag(_ name: StaticString, _ attributes: Attribute..., @MarkupBuilder content: () -> [Markup]) -> Markup {
    .element(Markup.Element(name: name, attributes: attributes, children: content()))
}

func tag(_ name: StaticString, _ attributes: Attribute...) -> Markup {
    .element(Markup.Element(name: name, attributes: attributes, children: []))
}

func tag(_ name: StaticString, _ attributes: [Attribute], _ children: [Markup]) -> Markup {
    .element(Markup.Element(name: name, attributes: attributes, children: children))
}

/// Words of a drawing, at a place in SVG user units.
func label(
    _ look: String,
    _ x: Double,
    _ y: Double,
    anchor: String? = nil,
    @MarkupBuilder content: () -> [Markup]
) -> Markup {
    let place = [Attribute.classes(look), Attribute("x", x), Attribute("y", y)]
    return tag("text", place + (anchor.map { [Attribute("text-anchor", $0)] } ?? []), content())
}

/// A straight line of a drawing, in SVG user units.
func rule(_ look: String, _ from: (x: Double, y: Double), _ to: (x: Double, y: Double)) -> Markup {
    let (start, end) = (
        [Attribute("x1", from.x), Attribute("y1", from.y)], [Attribute("x2", to.x), Attribute("y2", to.y)]
    )
    return tag("line", [.classes(look)] + start + end, [])
}

/// A box of a drawing, in SVG user units.
func box(
    _ look: String,
    _ x: Double,
    _ y: Double,
    _ width: Double,
    _ height: Double,
    radius: Double = 0
) -> Markup {
    let place = [Attribute.classes(look), Attribute("x", x), Attribute("y", y)]
    let corners = radius > 0 ? [Attribute("rx", radius)] : []
    return tag("rect", place + corners + [Attribute("width", width), Attribute("height", height)], [])
}

/// Lets elements be nested as they will be in the document; a string in it is text.
@resultBuilder
enum MarkupBuilder {
    static func buildExpression(_ markup: Markup) -> [Markup] { [markup] }
    static func buildExpression(_ markup: [Markup]) -> [Markup] { markup }
    static func buildExpression(_ text: String) -> [Markup] { [.text(text)] }
    static func buildBlock(_ parts: [Markup]...) -> [Markup] { parts.flatMap { $0 } }
    static func buildOptional(_ part: [Markup]?) -> [Markup] { part ?? [] }
    static func buildEither(first: [Markup]) -> [Markup] { first }
    static func buildEither(second: [Markup]) -> [Markup] { second }
    static func buildArray(_ parts: [[Markup]]) -> [Markup] { parts.flatMap { $0 } }
}
