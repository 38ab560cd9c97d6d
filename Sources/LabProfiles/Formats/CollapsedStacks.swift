package import LabCore

/// One line for each stack, the outermost function first, with the bytes that are live: what `flamegraph.pl`, speedscope and
/// others read.
package enum CollapsedStacks {
    /// Sorted, so that the same profile gives the same text.
    package static func text(_ profile: HeapProfile) -> String {
        var bytes: [String: Double] = [:]
        for stack in profile.stacks {
            let names = stack.frames.reversed().map { name(profile.frames[$0]) }
            bytes[names.joined(separator: ";"), default: 0] += stack.bytes
        }
        return bytes.map { "\($0) \(Int($1.rounded()))\n" }.sorted().joined()
    }

    /// Without what divides functions and counts.
    private static func name(_ frame: ProfileFrame) -> String {
        String(frame.function.map { $0 == ";" ? ":" : $0 == "\n" ? " " : $0 })
    }
}
