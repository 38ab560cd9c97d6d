import LabTelemetry

/// The search cluster's list of indices: the truth that ``IndexCache`` remembers parts of.
///
/// Features are spread over numbered indices, `features-NAME-0` and up.
struct IndexCatalogue: Sendable {
    private let indicesPerFeature: Int
    private let queries: Counter

    init(indicesPerFeature: Int, queries: Counter) {
        self.indicesPerFeature = indicesPerFeature
        self.queries = queries
    }

    func exists(_ index: String) async -> Bool {
        queries.add()
        guard index.hasPrefix("features-"), let separator = index.utf8.lastIndex(of: UInt8(ascii: "-")) else {
            return false
        }
        let number = Int(index[index.utf8.index(after: separator)...])
        return number.map { (0..<indicesPerFeature).contains($0) } ?? false
    }
}
