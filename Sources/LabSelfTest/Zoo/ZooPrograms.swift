import LabCluster
import LabCore

/// The zoo's consumers in other languages, which this program carries.
package struct ZooPrograms: Sendable {
    /// How they are called; see ``ZooScenario/Places``.
    package let python: [String]
    package let c: [String]
    /// Languages that cannot be run here, and why.
    package let missing: [ZooCell.Language: String]

    package static let pythonSource = String(decoding: PackageResources.zoo_py, as: UTF8.self)
    package static let cSource = String(decoding: PackageResources.zoo_c, as: UTF8.self)

    /// Debian's own Python has Debian's package; another one may have the client too.
    private static let interpreters = ["/usr/bin/python3", "python3"]

    /// Writes and compiles them.
    /// - Parameters:
    ///   - folder: where; programs are started there.
    ///   - languages: those that are needed.
    /// - Returns: how they are called, and what cannot be.
    /// - Throws: ``LabError`` if the folder cannot be written.
    package static func make(
        in folder: String,
        for languages: Set<ZooCell.Language>
    ) async throws -> ZooPrograms {
        var missing: [ZooCell.Language: String] = [:]
        let script = "\(folder)/zoo.py"
        try write(pythonSource, to: script)
        let interpreter = languages.contains(.python) ? await interpreter(in: folder) : nil
        if languages.contains(.python), interpreter == nil {
            missing[.python] = "no python3 here has the module confluent_kafka"
        }
        let program = "\(folder)/zoo"
        try write(cSource, to: "\(program).c")
        if languages.contains(.c) { missing[.c] = await compile(program, in: folder) }
        return ZooPrograms(python: [interpreter ?? "python3", script], c: [program], missing: missing)
    }

    private static func write(_ text: String, to path: String) throws(LabError) {
        let error = TextFile.put(text, to: path, creating: true)
        guard error == 0 else { throw LabError("\(path): cannot be written: \(SystemError.words(error))") }
    }

    private static func interpreter(in folder: String) async -> String? {
        for interpreter in interpreters
        where await status(of: [interpreter, "-c", "import confluent_kafka"], in: folder) == 0 {
            return interpreter
        }
        return nil
    }

    /// - Returns: why it could not be compiled or started; `nil` if it can.
    private static func compile(_ program: String, in folder: String) async -> String? {
        let command = ["cc", "-O2", "-pthread", "-o", program, "\(program).c", "-lrdkafka", "-lm"]
        guard await status(of: command, in: folder) == 0 else {
            let words = TextFile.contents(of: log(in: folder))?.split(separator: "\n").first
            return "cc cannot compile a consumer of librdkafka here" + (words.map { ": \($0)" } ?? "")
        }
        // Without arguments it says that it lacks some.
        guard await status(of: [program], in: folder) == 2 else { return "\(program) cannot be started" }
        return nil
    }

    private static func log(in folder: String) -> String { "\(folder)/programs.log" }

    /// - Returns: the exit status; `nil` if it cannot be started.
    private static func status(of command: [String], in folder: String) async -> Int32? {
        Folder.remove(log(in: folder))
        let child = ChildProcess(executable: "/usr/bin/env", arguments: command, logPath: log(in: folder))
        return try? await child.run { _ in }.end.code
    }
}
