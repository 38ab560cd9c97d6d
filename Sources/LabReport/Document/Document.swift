package import LabCore

/// What a report says, as a value: words, figures, tables and pictures, without a word on how they look.
///
/// Each document is declared once, by what it reports on (``Reportable``); ``ReportFormat`` lists what renders it.
package struct Document: Sendable {
    /// Such as `LeakLab bench`.
    package var product = "LeakLab"
    /// Empty where a table needs none.
    package var title: String
    /// What it is of: the scenario, the run, the seed.
    package var origin: [String] = []
    /// Why nothing in it can be trusted.
    package var warning: Warning?
    package var headline = ""
    /// Such as `4 of 5 expectations met`, with a sign.
    package var status: Badge?
    /// What a page has at its head in place of the origin.
    package var facts: [LabelledValue] = []
    package var sections: [Section] = []
    package var exit: Exit?
    /// For those who let a pipeline pass or fail.
    package var gate: Gate?
    package var curves: Curves?
    /// What JSON prints: the result itself.
    package var value: any Encodable & Sendable
    /// Documents that come with this one, such as the comparison with a baseline; the value has theirs in it.
    package var appendices: [Document] = []

    package init(title: String, value: any Encodable & Sendable) {
        self.title = title
        self.value = value
    }

    /// The title, or what kind of document it is.
    var name: String { title.isEmpty ? product : title }

    /// Sections that are seen in a medium, with all that is in them.
    func sections(in medium: Media) -> [Section] { sections.compactMap { $0.seen(in: medium) } }

    /// All tables that it has, in order, also those that only some media show.
    package var tables: [Table] { sections.flatMap(\.tables) + appendices.flatMap(\.tables) }
}

extension Document {
    package struct Warning: Sendable {
        package var title: String
        package var text: String
        package var reasons: [String]

        /// - Returns: `nil` without a reason.
        package init?(_ title: String, because reasons: [String]) {
            guard !reasons.isEmpty else { return nil }
            self.title = title
            text = "Do not draw conclusions from the figures below."
            self.reasons = reasons
        }
    }

    /// How the process ends.
    package struct Exit: Sendable {
        package var status: Int32
        /// Such as `0: everything went as expected`.
        package var text: String
        /// What else there is to say of a status that is not 0.
        package var reasons: [String]
        /// Whether a headline shows by a sign what it comes to.
        package var marksHeadline: Bool

        package init(_ status: Int32, _ text: String, reasons: [String] = [], marksHeadline: Bool = false) {
            (self.status, self.text, self.reasons) = (status, "\(status): \(text)", reasons)
            self.marksHeadline = marksHeadline
        }

        var tone: Tone { status == 0 ? .good : .bad }
    }

    /// Pictures that can be had one by one.
    package struct Curves: Sendable {
        package var names: @Sendable () -> [String]
        /// `nil` for a name that there is not.
        package var picture: @Sendable (String) -> String?
    }
}

/// A sign or word of some tone, such as `▲ leaking`.
package struct Badge: Sendable {
    package var text: String
    package var tone: Tone

    package init(_ text: String, _ tone: Tone) {
        self.text = text
        self.tone = tone
    }
}

/// Where a document is read.
package struct Media: OptionSet, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let terminal = Media(rawValue: 1)
    /// Markdown, in a pull request.
    package static let pullRequest = Media(rawValue: 2)
    package static let page = Media(rawValue: 4)
    package static let everywhere: Media = [.terminal, .pullRequest, .page]
    /// Where there is little room.
    package static let brief: Media = [.terminal, .pullRequest]
    /// Where things can be looked up.
    package static let lookUp: Media = [.pullRequest, .page]
}
