import LabCore

extension Table {
    /// One row for each act on a run that went on.
    init(acts: [RecordedAct]) {
        self.init(
            "Acts on the run",
            label: "",
            of: acts,
            row: { Row(grouped($0.number)) },
            [
                .number("At") { Figure.duration($0.at) },
                .text("Act", isCode: true) { $0.act },
                .text("Pods of") { $0.variants.isEmpty ? "all alike" : $0.variants.joined(separator: ", ") },
                .text("Begins", isCode: true) { $0.opens ?? "" },
                .number("In effect after") { Figure.duration($0.afterMilliseconds / 1_000) },
            ]
        )
    }
}
