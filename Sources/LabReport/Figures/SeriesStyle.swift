package import LabCore

/// The look of one variant's lines: a colour of the palette and a dash, which alone tells lines apart in print.
///
/// Suspects are warm, mitigations ochre, fixes cool; the control is blue. The colours are told apart with any of the
/// usual colour deficiencies; each has a light and a dark form in the style sheet.
package struct SeriesStyle: Sendable, Hashable {
    package static let count = 8

    /// 0 and 1 suspects, 2 and 3 mitigations, 4 the control, 5 to 7 other fixes; others as they come.
    package let index: Int

    package init(index: Int) { self.index = ((index % Self.count) + Self.count) % Self.count }

    /// `stroke-dasharray`; `nil` for a solid line.
    var dashes: String? { Self.dashes[index] }

    private static let dashes: [String?] = [
        nil, "10 3", "7 3 2 3", "12 3 2 3 2 3", "6 3", "2 2.5", "4 4", "1 3",
    ]

    /// One style for each variant, in their order.
    package static func assign(_ variants: [(role: VariantRole, isControl: Bool)]) -> [SeriesStyle] {
        var taken: Set<Int> = []
        let control = variants.contains { $0.isControl } ? 4 : nil
        return variants.map { variant in
            let preferred = variant.isControl ? [4] : family(of: variant.role).filter { $0 != control }
            let others = (0..<count).filter { $0 != control }
            let choice = (preferred + others).first { !taken.contains($0) } ?? taken.count % count
            taken.insert(choice)
            return SeriesStyle(index: choice)
        }
    }

    private static func family(of role: VariantRole) -> [Int] {
        switch role {
        case .suspect: [0, 1]
        case .mitigation: [2, 3]
        case .fix: [5, 6, 7, 4]
        }
    }
}

extension RunReport {
    /// The style of each variant of the recording, by name.
    var styles: [String: SeriesStyle] {
        let known = header.variants.isEmpty ? recording.variants.map(\.header) : header.variants
        let styles = SeriesStyle.assign(known.map { ($0.role, $0.isControl) })
        return Dictionary(zip(known.map(\.name), styles)) { first, _ in first }
    }
}
