/// The candidate that `word` is probably a misspelling of, or `nil`.
///
/// It is the nearest by edits of one letter (insert, delete, replace, swap two neighbours), if at most a third of the
/// word is edited. A word of more than 100 characters is no misspelling.
package func suggestion(for word: String, among candidates: [String]) -> String? {
    guard word.utf8.count <= 400, word.count <= 100 else { return nil }
    let allowed = max(1, word.count / 3)
    let nearest = candidates.map {
        (candidate: $0, distance: editDistance(word.lowercased(), $0.lowercased()))
    }
    .min { $0.distance < $1.distance }
    guard let nearest, nearest.distance <= allowed, nearest.distance < nearest.candidate.count else {
        return nil
    }
    return nearest.candidate
}

/// The beginning of a hint: `Did you mean “memory”? `, or nothing if no candidate is near.
package func didYouMean(_ word: String, among candidates: [String]) -> String {
    suggestion(for: word, among: candidates).map { "Did you mean “\($0)”? " } ?? ""
}

/// Optimal string alignment distance (Damerau–Levenshtein without repeated edits of one place).
private func editDistance(_ left: String, _ right: String) -> Int {
    let (left, right) = (Array(left), Array(right))
    var beforePrevious: [Int] = []
    var previous = Array(0...right.count)
    for row in left.indices {
        var current = [row + 1]
        for column in right.indices {
            let replaced = previous[column] + (left[row] == right[column] ? 0 : 1)
            var best = min(replaced, previous[column + 1] + 1, current[column] + 1)
            if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                best = min(best, beforePrevious[column - 1] + 1)
            }
            current.append(best)
        }
        (beforePrevious, previous) = (previous, current)
    }
    return previous[right.count]
}
