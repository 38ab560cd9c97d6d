package import LabCore

/// Where the heaps of a run's pods grew, one after the other.
package struct ProfileReport: Sendable {
    /// A pod, and two moments of one of its lives.
    package struct Subject: Sendable {
        package var variant: String
        package var growth: HeapGrowth
        package var tree: CallTree

        package init(variant: String, growth: HeapGrowth, tree: CallTree) {
            (self.variant, self.growth, self.tree) = (variant, growth, tree)
        }
    }

    package var run: String
    package var title: String
    package var subjects: [Subject]

    package init(run: String, title: String, subjects: [Subject]) {
        (self.run, self.title, self.subjects) = (run, title, subjects)
    }
}

extension ProfileReport: Reportable {
    package static let kind = "a heap profile"
    package static let parts: DocumentParts = [.curves]

    package var document: Document {
        var document = Document(title: title, value: subjects.map(\.growth))
        document.product = "LeakLab profile"
        document.origin = ["run \(run)"]
        document.sections = subjects.map { subject in
            let part = GrowthSection(subject.growth.pod, subject.growth, subject.tree)
            var section = part.section
            section.id = "pod-\(subject.growth.pod)"
            section.blocks.insert(.paragraph(subject.growth.sentence, .strong), at: 0)
            return section.shown(in: .everywhere).folded(in: [])
        }
        document.curves = Document.Curves(
            names: { [subjects] in subjects.map(\.growth.pod) },
            picture: { [subjects] name in
                subjects.first { $0.growth.pod == name }.map { subject in
                    let title = "\(name): where \(Figure.bytes(subject.tree.bytes)) grew"
                    return FlameGraph(title: title, tree: subject.tree, events: subject.growth.events)
                        .standalone
                }
            }
        )
        return document
    }
}
