import LabCore

extension SourceNode {
    /// As a YAML document, in block style, a line for each value.
    var document: String {
        var text = ""
        write(to: &text, indent: 0)
        return text
    }

    private func write(to text: inout String, indent: Int) {
        switch content {
        case .scalar: text += "\(scalarText)\n"
        case .mapping(let entries):
            for (index, entry) in entries.enumerated() {
                if index > 0 { text += String(repeating: " ", count: indent) }
                text += Self.quotedIfNeeded(entry.key) + ":"
                entry.value.writeBehindKey(to: &text, indent: indent)
            }
        case .sequence(let items):
            for (index, item) in items.enumerated() {
                if index > 0 { text += String(repeating: " ", count: indent) }
                text += "- "
                if item.isEmptyCollection {
                    text += "\(item.emptyText)\n"
                } else {
                    item.write(to: &text, indent: indent + 2)
                }
            }
        }
    }

    private func writeBehindKey(to text: inout String, indent: Int) {
        if case .scalar = content {
            text += scalarText.isEmpty ? "\n" : " \(scalarText)\n"
        } else if isEmptyCollection {
            text += " \(emptyText)\n"
        } else {
            text += "\n" + String(repeating: " ", count: indent + 2)
            write(to: &text, indent: indent + 2)
        }
    }

    private var isEmptyCollection: Bool { (entries?.isEmpty ?? false) || (items?.isEmpty ?? false) }
    private var emptyText: String { entries == nil ? "[]" : "{}" }

    /// What stands plain in one document may stand plain in another; all else is quoted.
    private var scalarText: String {
        guard case .scalar(let text, let style) = content else { return "" }
        return style == .plain && (isNull || Self.isPlain(text)) ? text : Self.quoted(text)
    }

    private static func quotedIfNeeded(_ text: String) -> String { isPlain(text) ? text : quoted(text) }

    private static func isPlain(_ text: String) -> Bool {
        guard let first = text.first, let last = text.last, !first.isWhitespace, !last.isWhitespace,
            last != ":"
        else { return false }
        return !"-?:,[]{}#&*!|>'\"%@`".contains(first) && !text.contains(": ") && !text.contains(" #")
            && text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value < 0x7F }
    }

    /// In the double quotes of YAML, which has all escapes of JSON.
    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\t": quoted += "\\t"
            case "\r": quoted += "\\r"
            case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value):
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
