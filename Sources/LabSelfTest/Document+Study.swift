import LabReport

extension Document {
    /// A table and what it does not show, each remark a paragraph; one check for each thing that was judged.
    init(
        _ name: String,
        _ table: Table,
        remarks: [String],
        checks: [Check],
        isInterrupted: Bool,
        value: any Encodable & Sendable
    ) {
        self.init(title: "", value: value)
        product = "LeakLab \(name)"
        gate = Gate(
            "leaklab \(name)",
            id: name,
            classname: "leaklab.\(name)",
            checks: checks + (isInterrupted ? [.interrupted] : [])
        )
        sections = [
            Section("results", "", [.table(table)]),
            Section("remarks", "", remarks.map { .paragraph($0) }),
        ]
    }
}

extension Check {
    /// What came out as it should, or an account of what did not.
    static func judged(_ name: String, isMet: Bool, _ account: String) -> Check {
        isMet
            ? Check(name)
            : Check(name, .failed, account, annotations: [.init(.error, "leaklab: \(name)", account)])
    }

    static let interrupted = Check(
        "nothing was interrupted",
        .undecided,
        "the rest was not run",
        annotations: [.init(.error, "leaklab: interrupted", "the rest was not run")]
    )
}
