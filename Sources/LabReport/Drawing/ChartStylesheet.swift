/// The look of charts, in light and dark.
///
/// Colours are written out, not in variables, so that a chart keeps them
/// where it stands alone.
enum ChartStylesheet {
    static let css: StaticString = """

        .chart { font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
          font-variant-numeric: tabular-nums; }
        .chart text { font-size: 12px; fill: #5b6270; }
        .chart .heading { font-size: 16px; font-weight: 600; fill: #16181d; }
        .chart .phase { font-size: 11px; letter-spacing: .02em; }
        .chart .end .name { font-weight: 600; fill: currentColor; }
        .chart .end .value, .chart .pod-group .value { fill: #5b6270; font-weight: 400; }
        .chart .card { fill: #ffffff; stroke: #e4e7ec; }
        .chart .band { fill: #f4f5f8; }
        .chart .grid { stroke: #e9ebef; }
        .chart .axis { stroke: #b9bfca; }
        .chart .step { stroke: currentColor; stroke-width: 1.5; stroke-dasharray: 1 3; stroke-linecap: round; }
        .chart .step-name { fill: currentColor; font-weight: 600; font-size: 11.5px; }
        .chart .limit { stroke: #b42318; stroke-dasharray: 3 3; }
        .chart .limit-name { fill: #b42318; font-size: 11px; }
        .chart .limit-name { paint-order: stroke; stroke: #ffffff; stroke-width: 3px; }
        .chart .line { fill: none; stroke: currentColor; stroke-width: 2; stroke-linejoin: round; }
        .chart .strands { fill: none; stroke: currentColor; stroke-width: 1.1; opacity: .7;
          stroke-linejoin: round; }
        .chart .line.reference { stroke-width: 1.5; }
        .chart .dot { fill: currentColor; }
        .chart .leader { fill: none; stroke: currentColor; opacity: .45; }
        .chart .mark { fill: currentColor; stroke: currentColor; stroke-width: 1.7; }
        .chart .count { font-size: 10px; font-weight: 600; fill: currentColor; }
        .chart .pod-name { font-size: 10px; }
        .chart .pod-group { font-weight: 600; fill: currentColor; paint-order: stroke; stroke: #ffffff;
          stroke-width: 3px; }
        .chart .running { stroke: currentColor; fill: none; opacity: .42; }
        .chart .waiting { stroke: #8a92a0; fill: none; opacity: .38; }
        .chart .lagging { stroke: #d99a1c; fill: none; }
        .chart .stalled { stroke: #c8372b; fill: none; }
        .chart .killed { stroke: currentColor; fill: none; stroke-width: 1.8; }
        .chart .cursor { stroke: #8a92a0; }
        .s0 { color: #c2410c; } .s1 { color: #a3176b; } .s2 { color: #8a5a00; } .s3 { color: #66700a; }
        .s4 { color: #0b5cad; } .s5 { color: #0a7a5a; } .s6 { color: #5b4bc4; } .s7 { color: #4a6577; }
        .reference { color: #6b7280; }
        @media screen and (prefers-color-scheme: dark) {
          .chart text, .chart .end .value, .chart .pod-group .value { fill: #9aa3b2; }
          .chart .heading { fill: #eceef2; }
          .chart .end .name, .chart .step-name, .chart .count, .chart .pod-group { fill: currentColor; }
          .chart .card { fill: #16191f; stroke: #2a2f38; }
          .chart .band { fill: #1d2129; }
          .chart .grid { stroke: #262b34; }
          .chart .axis { stroke: #4a515e; }
          .chart .limit { stroke: #ff8f85; }
          .chart .limit-name { fill: #ff8f85; stroke: #16191f; }
          .chart .pod-group { stroke: #16191f; }
          .s0 { color: #ff9166; } .s1 { color: #f58cc6; } .s2 { color: #e5b04f; } .s3 { color: #c3cb5c; }
          .s4 { color: #6fb4f8; } .s5 { color: #4fcfa6; } .s6 { color: #aea3ff; } .s7 { color: #a3bdcd; }
          .reference { color: #8f98a8; }
        }

        """
}
