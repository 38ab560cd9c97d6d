import LabReport

extension Document {
    /// A table and what it does not show, each remark a paragraph.
    init(table: Table, remarks: [String], value: any Encodable & Sendable) {
        self.init(title: "", value: value)
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
