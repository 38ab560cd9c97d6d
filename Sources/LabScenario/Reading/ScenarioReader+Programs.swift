import Foundation
import LabCore

// Where a command is, and where it starts.

extension ScenarioReader {
    /// Absolute; that of the scenario file unless it is told.
    func workingDirectory(_ context: CommandContext) -> String? {
        let own = URL(fileURLWithPath: context.path).deletingLastPathComponent()
        let setting = setting("workingDirectory", .text, in: context.fields, default: ".")
        let folder = URL(fileURLWithPath: setting.value, relativeTo: own).standardizedFileURL.path
        var isFolder = ObjCBool(false)
        let exists = unsafe FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder)
        guard exists, isFolder.boolValue else {
            report(
                .unknownName,
                at: setting.place ?? context.fields.place,
                "there is no folder \(quoted(folder))",
                hint: "“workingDirectory” is relative to the scenario file."
            )
            return nil
        }
        return folder
    }

    /// The program's file: beside the working directory if the word has a slash, else from the search path.
    func program(_ word: CommandWord, workingDirectory: String) -> String? {
        let name = word.template.text
        guard word.template.placeholders.isEmpty, !name.isEmpty else {
            report(
                .wrongType,
                at: word.place,
                "a program's name has no placeholders",
                hint: "The first word of “command” is a file, the others are its arguments."
            )
            return nil
        }
        guard name.contains("/") else { return programOnSearchPath(name, word) }
        let base = URL(fileURLWithPath: workingDirectory, isDirectory: true)
        let path = URL(fileURLWithPath: name, relativeTo: base).standardizedFileURL.path
        var isFolder = ObjCBool(false)
        guard unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            report(
                .unknownName,
                at: word.place,
                "there is no program \(quoted(path))",
                hint: "A name with a slash is relative to the working directory of the command."
            )
            return nil
        }
        guard !isFolder.boolValue, FileManager.default.isExecutableFile(atPath: path) else {
            report(
                .conflict,
                at: word.place,
                "\(quoted(path)) is not executable",
                hint: isFolder.boolValue
                    ? "It is a folder." : "chmod +x it, or put its interpreter first: [python3, \(name)]."
            )
            return nil
        }
        return path
    }

    private func programOnSearchPath(_ name: String, _ word: CommandWord) -> String? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        let paths = folders.map { "\($0)/\(name)" }
        if let path = paths.first(where: FileManager.default.isExecutableFile) { return path }
        report(
            .unknownName,
            at: word.place,
            "there is no program \(quoted(name)) on the search path",
            hint: "A program beside the scenario is written with a slash: ./\(name)."
        )
        return nil
    }
}
