import Foundation

/// A scenario's text on its way to the YAML parser.
///
/// The parser refuses a mapping in which a key is set twice and says nothing about the rest of the file. So the first
/// letter of the earlier key is replaced by a private-use character, which keeps all columns in place, the text is
/// parsed again, and the name put back into the tree.
struct YAMLText {
    private var scalars: [Unicode.Scalar]
    /// Where each line begins; renamed keys change no place.
    private let lineStarts: [Int]
    private var renamedKeys: [Renamed] = []

    private struct Renamed {
        let placeholder: Unicode.Scalar
        let name: String
    }

    init(_ text: String) {
        let isMarked = text.unicodeScalars.first == "\u{FEFF}"
        let scalars = Array(isMarked ? text.unicodeScalars.dropFirst() : text.unicodeScalars[...])
        self.scalars = scalars
        var starts = [0]
        for index in scalars.indices where Self.isBreak(scalars[index]) {
            let isPair = scalars[index] == "\r" && index + 1 < scalars.count && scalars[index + 1] == "\n"
            if !isPair { starts.append(index + 1) }
        }
        lineStarts = starts
    }

    var string: String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }

    /// The last line up to this one, both counted from 1, that is indented with a tab; `nil` if neither it nor the one before
    /// is.
    func lineIndentedByTab(upTo line: Int) -> Int? {
        [line, line - 1].first { number in
            guard lineStarts.indices.contains(number - 1) else { return false }
            return scalars[lineStarts[number - 1]...].prefix { $0 == " " || $0 == "\t" }.contains("\t")
        }
    }

    var byteCount: Int { scalars.reduce(0) { $0 + UTF8.width($1) } }

    /// Whether there are anchors and so many aliases that they could stand for a very large tree.
    ///
    /// Looks at characters only, so words such as `*this*` in a text count too. Aliases multiply most when each anchor
    /// holds three of the one before: by three to the power of a third of their number.
    var couldMultiply: Bool {
        guard tokens(beginningWith: "&") > 0 else { return false }
        let factor = pow(3, Double(tokens(beginningWith: "*")) / 3)
        return factor * Double(scalars.count) > Self.mostWork
    }

    /// Characters' worth of nodes that the parser may have to look at: below a second.
    private static let mostWork = 4e6

    private func tokens(beginningWith mark: Unicode.Scalar) -> Int {
        scalars.indices.count { index in
            guard scalars[index] == mark, index + 1 < scalars.count else { return false }
            let (before, after) = (index == 0 ? "\n" : scalars[index - 1], scalars[index + 1])
            return !before.properties.isAlphabetic && !after.properties.isWhitespace
        }
    }

    /// Makes a key unlike the later one of the same name.
    /// - Returns: `false` if the key is no plain or quoted word.
    mutating func renameKey(_ name: String, line: Int, column: Int) -> Bool {
        guard var index = index(line: line, column: column) else { return false }
        if scalars[index] == "\"" || scalars[index] == "'" { index += 1 }
        guard index < scalars.count, !Self.isBreak(scalars[index]), !Self.indicators.contains(scalars[index]),
            let placeholder = Unicode.Scalar(0xE000 + UInt32(renamedKeys.count))
        else { return false }
        scalars[index] = placeholder
        renamedKeys.append(Renamed(placeholder: placeholder, name: name))
        return true
    }

    /// With which a list, a mapping, a quoted word, an anchor, an alias or a tag begins.
    private static let indicators: [Unicode.Scalar] = ["[", "{", "\"", "'", "&", "*", "!", "?"]

    /// The name of a key that was renamed, or the key itself.
    func original(_ key: String) -> String {
        guard let first = key.unicodeScalars.first else { return key }
        return renamedKeys.first { $0.placeholder == first }?.name ?? key
    }

    /// The tag that is written there; `nil` if none is.
    func tag(line: Int, column: Int) -> String? {
        guard let start = index(line: line, column: column), scalars[start] == "!" else { return nil }
        let ends: Set<Unicode.Scalar> = [",", "[", "]", "{", "}"]
        var tag = String.UnicodeScalarView()
        tag.append(contentsOf: scalars[start...].prefix { !$0.properties.isWhitespace && !ends.contains($0) })
        return String(tag)
    }

    /// Line breaks as YAML 1.1 counts them.
    private static func isBreak(_ scalar: Unicode.Scalar) -> Bool {
        ["\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"].contains(scalar)
    }

    private func index(line: Int, column: Int) -> Int? {
        guard lineStarts.indices.contains(line - 1), column > 0 else { return nil }
        let found = lineStarts[line - 1] + column - 1
        return found < scalars.count ? found : nil
    }
}
