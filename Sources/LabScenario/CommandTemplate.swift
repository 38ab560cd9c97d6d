import LabCore

/// A text with placeholders such as `{{topic}}`, of which every one is known.
///
/// Single braces are text; `{{` begins a placeholder always.
package struct CommandTemplate: Hashable, Sendable {
    /// What the lab knows of a pod when it starts one.
    package enum Placeholder: String, Hashable, Sendable, CaseIterable {
        case bootstrapServers
        case topic
        case group
        case partitions
        case variant
        /// The pod's name, such as `leaky-0`.
        case pod
        case ordinal
        /// The number of the pod's life, from 0.
        case life
        /// A free port on 127.0.0.1, another one for each life of each pod.
        case port
        case run
        case seed
    }

    /// What is wrong with a text, and where.
    package struct Mistake: Error, Hashable {
        /// Unicode scalars before the mistake.
        package let offset: Int
        package let message: String
        package let hint: String
    }

    private enum Part: Hashable {
        case text(String)
        case placeholder(Placeholder)
    }

    /// As it was written.
    package let text: String
    private let parts: [Part]

    package init(_ text: String) throws(Mistake) {
        self.text = text
        var parts: [Part] = []
        var rest = text.unicodeScalars[...]
        while let opening = Self.position(of: "{", in: rest) {
            let offset = text.unicodeScalars.distance(from: text.startIndex, to: opening)
            parts.append(.text(String(rest[..<opening])))
            let content = rest[opening...].dropFirst(2)
            guard let closing = Self.position(of: "}", in: content) else {
                throw Mistake(
                    offset: offset,
                    message: "a placeholder without its end",
                    hint: "Write }} behind the name. \(Self.known)"
                )
            }
            let name = String(content[..<closing]).trimmedOfSpaces
            guard let placeholder = Placeholder(rawValue: name) else {
                let near = didYouMean(name, among: Placeholder.allCases.map(\.rawValue))
                throw Mistake(
                    offset: offset,
                    message: "unknown placeholder \(quoted("{{\(name)}}"))",
                    hint: near + Self.known
                )
            }
            parts.append(.placeholder(placeholder))
            rest = content[closing...].dropFirst(2)
        }
        parts.append(.text(String(rest)))
        self.parts = parts.filter { $0 != .text("") }
    }

    package var placeholders: Set<Placeholder> {
        Set(
            parts.compactMap { part in
                if case .placeholder(let placeholder) = part { placeholder } else { nil }
            }
        )
    }

    /// The text with its values; what has none becomes empty.
    package func filled(_ values: [Placeholder: String]) -> String {
        parts.map { part in
            switch part {
            case .text(let text): text
            case .placeholder(let placeholder): values[placeholder] ?? ""
            }
        }
        .joined()
    }

    private static let known =
        "Placeholders: \(Placeholder.allCases.map { "{{\($0.rawValue)}}" }.joined(separator: ", "))."

    /// Where the same brace stands twice in a row first.
    private static func position(
        of brace: Unicode.Scalar,
        in text: Substring.UnicodeScalarView
    ) -> String.Index? {
        zip(text.indices, zip(text, text.dropFirst())).first { $1.0 == brace && $1.1 == brace }?.0
    }
}
