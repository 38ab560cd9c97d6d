import LabCore

/// A flame graph: functions as boxes, each as wide as what was allocated below it, callees below their callers.
struct FlameGraph: Sendable {
    /// Such as `per-event: where 779 MiB grew`.
    var title: String
    var tree: CallTree
    /// Per which what is shown is given; 1 for all of it.
    var events: Int

    private static let width = 1_180.0
    private static let rowHeight = 19.0
    /// Boxes that are narrower would be a pixel or two.
    private static let narrowest = 3.0
    private static let characterWidth = 6.4

    /// As a figure of a page.
    var figure: Markup {
        tag("figure") {
            tag("figcaption") {
                tag("h3") { title }
                tag("p", .classes("muted")) {
                    "A box is as wide as what grew below the function; its caller is above it. Runtime and lab are folded."
                }
            }
            svg(isDocument: false)
        }
    }

    /// As a file of its own.
    var standalone: String { MarkupWriter.text(of: svg(isDocument: true)) }

    private func svg(isDocument: Bool) -> Markup {
        let head = isDocument ? 30.0 : 0
        let height = Double(shownDepth(tree, Self.width)) * Self.rowHeight + head + 4
        let size = "0 0 \(coordinateText(Self.width)) \(coordinateText(height))"
        let namespace = isDocument ? [Attribute("xmlns", "http://www.w3.org/2000/svg")] : []
        return tag(
            "svg",
            namespace + [.classes("flames"), Attribute("viewBox", size), Attribute("role", "img")],
            [
                tag("title") { title },
                tag("style") { Markup.verbatim(Self.css) },
                isDocument ? label("heading", 4, 20) { title } : .group([]),
                .group(boxes(of: tree, left: 0, width: Self.width, top: head, row: 0)),
            ]
        )
    }

    private func shownDepth(_ tree: CallTree, _ width: Double) -> Int {
        let below = tree.children.map { child -> Int in
            let width = self.width(of: child, in: tree, width)
            return width < Self.narrowest ? 0 : shownDepth(child, width)
        }
        return 1 + (below.max() ?? 0)
    }

    /// What shrank takes no room; where some did, the others share what there is.
    private func width(of child: CallTree, in parent: CallTree, _ width: Double) -> Double {
        let grown = parent.children.reduce(0) { $0 + max(0, $1.bytes) }
        let whole = max(parent.bytes, grown)
        return whole > 0 ? width * max(0, child.bytes) / whole : 0
    }

    private func boxes(of tree: CallTree, left: Double, width: Double, top: Double, row: Int) -> [Markup] {
        let y = top + Double(row) * Self.rowHeight
        let room = Int((width - 8) / Self.characterWidth)
        let name = VisibleText.line(tree.name)
        let text = name.count <= room ? name : room > 3 ? name.prefix(room - 1) + "…" : ""
        let own = tag("g") {
            tag("title") { description(of: tree) }
            box(
                "f\((row + tree.name.utf8.count) % 4)",
                left,
                y,
                max(0.5, width - 1),
                Self.rowHeight - 1,
                radius: 2
            )
            if !text.isEmpty { label("", left + 4, y + 13) { text } }
        }
        var next = left
        let below = tree.children.flatMap { child -> [Markup] in
            let width = self.width(of: child, in: tree, width)
            guard width >= Self.narrowest else { return [] }
            defer { next += width }
            return boxes(of: child, left: next, width: width, top: top, row: row + 1)
        }
        return [own] + below
    }

    private func description(of tree: CallTree) -> String {
        let share = self.tree.bytes > 0 ? percent(tree.bytes / self.tree.bytes, places: 1) : Figure.unknown
        let name = tree.place.map { "\(tree.name) (\($0))" } ?? tree.name
        return "\(name): \(share), \(Figure.bytes(tree.bytes / Double(max(1, events))))/event"
    }

    private static let css: StaticString = """

        .flames { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
        .flames text { font-size: 10.5px; fill: #2a1500; }
        .flames .heading { font-size: 13px; font-weight: 600; fill: #8a6a4a; }
        .flames .f0 { fill: #f6b26b; } .flames .f1 { fill: #f9c784; }
        .flames .f2 { fill: #f29f5c; } .flames .f3 { fill: #fbd8a2; }
        .flames g:hover rect { stroke: #b42318; }

        """
}
