import LabCore

/// Live heap that levels off, or falls back again and again: growth that ends by itself, after which resident memory
/// stays up all the same, since the allocator keeps what was freed (glibc's arenas, `mallopt(3)`, *M_TRIM_THRESHOLD*).
enum HeapShape: Sendable, Hashable {
    case plateau
    case sawTooth

    /// Fails unless at least half of the lives with a usable time show the same one.
    init?(of lives: [Life], settings: AnalysisSettings) {
        let rules = FindingRule.standard
        let found = VariantFindings(of: lives, timeScale: 1, settings: settings).findings(for: rules)
        if found.contains(where: { $0.kind == .plateau }) {
            self = .plateau
        } else if found.contains(where: { $0.kind == .sawTooth }) {
            self = .sawTooth
        } else {
            return nil
        }
    }

    /// Follows “live heap”.
    var words: String {
        switch self {
        case .plateau: "levels off"
        case .sawTooth: "falls back again and again"
        }
    }
}
