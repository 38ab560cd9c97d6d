/// A chart as a figure of the page: wide and narrow, with a legend for the narrow one.
struct ChartFigure {
    let chart: Chart
    let labelWidth: Double

    var markup: Markup {
        tag("figure", .id("chart-\(chart.id)")) {
            tag("figcaption") {
                tag("h3") { chart.title }
                tag("p", .classes("muted")) { chart.subtitle }
            }
            ChartLayout.Size.allCases.map { SVGChart(chart, size: $0, labelWidth: labelWidth).markup }
            tag("ul", .classes("legend")) {
                chart.lines.filter { !$0.series.finitePoints.isEmpty }.map { line in
                    tag("li") {
                        Self.swatch(line.style)
                        tag("span") { EndLabel(line, of: chart).text }
                    }
                }
            }
        }
    }

    static func pods(_ strip: PodStrip, labelWidth: Double) -> Markup {
        let late =
            strip.groups.contains { !$0.late.isEmpty }
            ? " The strip below the pods: yellow where the variant lags, red where it stalls or stops." : ""
        return tag("figure", .id("chart-pods")) {
            tag("figcaption") {
                tag("h3") { "Pods over time" }
                tag("p", .classes("muted")) {
                    "One row for each pod. Bars: it runs. Upright ticks: it is killed. Thin lines: "
                        + "it waits to be restarted.\(late)"
                }
            }
            ChartLayout.Size.allCases.map { SVGPodStrip(strip, size: $0, labelWidth: labelWidth).markup }
        }
    }

    /// A piece of a line; of the line of reference if there is no style.
    static func swatch(_ style: SeriesStyle?) -> Markup {
        let look = style.map { "s\($0.index)" } ?? "reference"
        let dashes = style.map(\.dashes) ?? "2 4"
        let line =
            [Attribute.classes("line"), Attribute("d", "M0 5h26")]
            + (dashes.map { [Attribute("stroke-dasharray", $0)] } ?? [])
        return tag(
            "svg",
            [.classes("chart", "swatch", look), Attribute("aria-hidden", "true")],
            [tag("path", line, [])]
        )
    }
}
