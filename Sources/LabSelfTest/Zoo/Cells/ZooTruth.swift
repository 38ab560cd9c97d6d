import LabCluster
import LabCore

extension ZooRecord.Truth {
    /// What the pods of the subject published, or noted in their files.
    /// - Parameters:
    ///   - cell: whose truth it is.
    ///   - result: of the run.
    ///   - folder: of the notes.
    init(of cell: ZooCell, _ result: RunResult, notes folder: String) {
        let subject = result.variants.first { $0.name == ZooScenario.subject }
        switch cell.language {
        case .swift:
            func metric(_ name: String) -> VariantResult.Metric? {
                subject?.metrics.first { $0.name == name }
            }
            self.init(
                leaks: cell.isLeak,
                leakedUnits: metric("leakedUnits")?.total,
                leakedBytes: metric("leakedBytes")?.total,
                heldBytes: metric("heldBytes")?.peak
            )
        case .python, .c:
            self.init(leaks: cell.isLeak, notes: Self.notes(in: folder))
        }
    }

    /// - Parameters:
    ///   - leaks: what the cell is.
    ///   - notes: of every life: leaked units and bytes, the same with the level at its highest, events.
    init(leaks: Bool, notes: [[Double]]) {
        let whole = notes.filter { $0.count == 5 }
        self.init(
            leaks: leaks,
            leakedUnits: whole.isEmpty ? nil : whole.reduce(0) { $0 + $1[0] },
            leakedBytes: whole.isEmpty ? nil : whole.reduce(0) { $0 + $1[1] },
            heldBytes: whole.map { $0[3] }.max()
        )
    }

    private static func notes(in folder: String) -> [[Double]] {
        Folder.entries(of: folder).filter { $0.hasPrefix("\(ZooScenario.subject).") }.map { name in
            (TextFile.contents(of: "\(folder)/\(name)") ?? "").split(whereSeparator: \.isWhitespace)
                .compactMap { Double($0) }
        }
    }
}
