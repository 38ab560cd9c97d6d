/// The name of a Swift function as people write it, from what the runtime makes of a mangled one.
///
/// `closure #1 () async -> () in LabIncidents.IndexCache.start() -> ()` becomes `closure in IndexCache.start`, of module
/// `LabIncidents`.
package struct SwiftName: Hashable, Sendable {
    package var function: String
    package var module: String
    /// Made by the compiler, around a function of somebody's: a witness, a reabstraction, a copy.
    package var isThunk: Bool

    /// - Parameter demangled: as `swift_demangle` gives it.
    package init(_ demangled: String) {
        var rest = Substring(demangled)
        var isClosure = false
        isThunk = false
        while let step = Self.descriptor(at: rest) {
            isClosure = isClosure || step.isClosure
            isThunk = isThunk || step.isThunk
            rest = step.rest
        }
        var path = Self.path(of: rest)
        module = path.module
        if path.function.hasSuffix(".__allocating_init") {
            path.function = String(path.function.dropLast("__allocating_init".count)) + "init"
        }
        function = (isClosure ? "closure in " : "") + path.function
    }

    private struct Step {
        var rest: Substring
        var isClosure = false
        var isThunk = false
    }

    /// What the compiler made of a function that stays the same one for a reader.
    private static let parts = [
        "static ", "merged ", "specialized ", "dispatch thunk of ", "curry thunk of ",
        "partial apply forwarder for ",
        "async function pointer to ", "one-time initialization function for ", "default argument ",
        "variable initialization expression of ",
    ]
    private static let thunks = [
        "protocol witness for ", "reabstraction thunk helper ", "outlined ", "type metadata accessor for ",
        "value witness for ", "lazy protocol witness table ",
    ]
    private static let specializations = [
        "generic specialization <", "function signature specialization <",
        "generic partial specialization <", "generic not re-abstracted specialization <",
        "generic not-reabstracted specialization <", "inlined generic function <",
    ]

    private static func descriptor(at text: Substring) -> Step? {
        for prefix in specializations where text.hasPrefix(prefix) {
            guard let end = closing(text.dropFirst(prefix.count), of: "<", by: ">") else { return nil }
            return text[end...].hasPrefix(" of ") ? Step(rest: text[end...].dropFirst(4)) : nil
        }
        for prefix in parts where text.hasPrefix(prefix) { return Step(rest: text.dropFirst(prefix.count)) }
        for prefix in thunks where text.hasPrefix(prefix) {
            return Step(rest: text.dropFirst(prefix.count), isThunk: true)
        }
        for word in ["implicit closure #", "closure #"] where text.hasPrefix(word) {
            guard let place = afterIn(text) else { return nil }
            return Step(rest: place, isClosure: true)
        }
        return resumed(text).map { Step(rest: $0) }
    }

    /// Behind `(2) await resume partial function for `.
    private static func resumed(_ text: Substring) -> Substring? {
        guard text.first == "(", let end = text.firstIndex(of: ")"),
            text.distance(from: text.startIndex, to: end) < 5
        else { return nil }
        let rest = text[end...].dropFirst(2)
        for words in ["await resume partial function for ", "suspend resume partial function for "]
        where rest.hasPrefix(words) { return rest.dropFirst(words.count) }
        return nil
    }

    /// Behind the first ` in ` that stands in no brackets.
    private static func afterIn(_ text: Substring) -> Substring? {
        var depth = 0
        var previous: Character = " "
        for index in text.indices {
            let character = text[index]
            depth += change(of: depth, at: character, after: previous)
            previous = character
            if depth == 0, text[index...].hasPrefix(" in ") { return text[index...].dropFirst(4) }
        }
        return nil
    }

    private static func change(of depth: Int, at character: Character, after previous: Character) -> Int {
        switch character {
        case "(", "<", "[": 1
        case ")", "]": -1
        // Not the end of an arrow.
        case ">" where previous != "-": -1
        default: 0
        }
    }

    private static func closing(
        _ text: Substring,
        of open: Character,
        by close: Character
    ) -> Substring.Index? {
        var depth = 1
        var previous: Character = " "
        for index in text.indices {
            let character = text[index]
            if character == open { depth += 1 }
            if character == close, previous != "-" { depth -= 1 }
            previous = character
            if depth == 0 { return text.index(after: index) }
        }
        return nil
    }

    /// The dotted name without module, generics, arguments and types.
    private static func path(of text: Substring) -> (function: String, module: String) {
        var rest = text
        var module = ""
        let extending = "(extension in "
        if rest.hasPrefix(extending), let end = rest.firstIndex(of: ")") {
            module = String(rest[..<end].dropFirst(extending.count))
            rest = rest[end...].dropFirst(2)
        }
        let name = dotted(rest)
        let parts = name.split(separator: ".", omittingEmptySubsequences: true)
        guard parts.count > 1, parts[0].first?.isLetter == true || parts[0].first == "_" else {
            return (name, module)
        }
        return (parts.dropFirst().joined(separator: "."), module.isEmpty ? String(parts[0]) : module)
    }

    private static func dotted(_ text: Substring) -> String {
        var name = ""
        var rest = text
        while let character = rest.first {
            switch character {
            case "(":
                // A private name, such as `(work in _84F7)`, or the arguments.
                guard name.isEmpty || name.hasSuffix("."),
                    let end = closing(rest.dropFirst(), of: "(", by: ")")
                else {
                    return name
                }
                name += rest[..<end].dropFirst().prefix { $0 != " " && $0 != ")" }
                rest = rest[end...]
            case "<":
                guard !name.hasSuffix("."), let end = closing(rest.dropFirst(), of: "<", by: ">") else {
                    name.append(character)
                    rest = rest.dropFirst()
                    continue
                }
                rest = rest[end...]
            case " ": return name
            default:
                name.append(character)
                rest = rest.dropFirst()
            }
        }
        return name
    }
}
