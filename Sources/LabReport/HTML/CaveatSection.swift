import LabCore

/// What a reader has to know before comparing the run with a real night.
struct CaveatSection {
    let report: RunReport

    var markup: Markup? {
        RunCaveats(report).map { caveats in
            PagePart.section(
                "caveats",
                caveats.title,
                caveats.lead,
                [
                    tag("ul", .classes("caveats")) {
                        caveats.sentences.map { sentence in tag("li") { sentence } }
                    }
                ]
            )
        }
    }
}
