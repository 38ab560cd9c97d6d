import ArgumentParser
import LabCluster
import LabCore

/// Writes the files to begin with.
struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Write the files to begin with: a scenario, a consumer of your own, or a Swift handler.",
        discussion: """
            \(StarterKind.allCases.map { "\($0.rawValue): \($0.summary)" }.joined(separator: "\n"))

            A file that exists already is never overwritten: nothing is written then.

            Example:
              \(Program.name) init python --into my-consumer
            """
    )

    @Argument(
        help: ArgumentHelp(
            "What to begin with: \(StarterKind.allCases.map(\.rawValue).joined(separator: ", ")).",
            valueName: "kind"
        )
    )
    var kind: StarterKind = .scenario

    @Option(help: ArgumentHelp("The folder to write to, which is made if need be.", valueName: "folder"))
    var into = "."

    @Option(
        help: ArgumentHelp(
            "With swift: the clone of LeakLab that the package depends on, as seen from its folder.",
            valueName: "folder"
        )
    )
    var clone = "../LeakLab"

    func run() throws {
        let files = kind.files(clone: clone)
        try Folder.make(into)
        let folder = Folder.entries(of: into)
        for file in files where folder.contains(file.topLevelName) {
            throw LabError(
                "\(place(of: file.topLevelName)): exists already",
                hint: "Name another folder with --into; nothing was written.",
                exitStatus: .usage
            )
        }
        for file in files {
            if let parent = file.folder { try Folder.make(place(of: parent)) }
            let path = place(of: file.path)
            let error = TextFile.put(
                file.text,
                to: path,
                creating: true,
                mode: file.isExecutable ? 0o755 : 0o644
            )
            guard error == 0 else {
                throw LabError("\(path): cannot be written: \(SystemError.words(error))")
            }
            try StandardOutput.write("\(path)\n")
        }
        let place = into == "." ? "" : "cd \(into)\n"
        let next = "\nNext:\n\(place)\(kind.nextSteps)".split(
            separator: "\n",
            omittingEmptySubsequences: false
        )
        StandardError.write(
            line: next.map { $0.isEmpty || $0 == "Next:" ? String($0) : "  \($0)" }.joined(separator: "\n")
        )
    }

    private func place(of path: String) -> String { into == "." ? path : "\(into)/\(path)" }
}

/// What somebody begins with.
enum StarterKind: String, ExpressibleByArgument, CaseIterable {
    case scenario
    case swift
    case python
    case shell

    var summary: String {
        switch self {
        case .scenario: "an incident that comes with \(Program.name), and its fix"
        case .swift: "a Swift package with a handler of its own, the bug and the fix"
        case .python: "a consumer in Python as a command (needs Debian's python3-confluent-kafka)"
        case .shell: "a consumer in shell as a command (needs bash and kcat)"
        }
    }

    /// The scenario's file.
    private var scenario: String {
        self == .swift ? "checkout.yaml" : "scenario.yaml"
    }

    /// What to type then, one command a line.
    var nextSteps: String {
        let program = self == .swift ? "swift run checkout-lab" : Program.name
        return """
            \(program) check \(scenario)
            \(program) run \(scenario) --quick
            \(program) run \(scenario) --quick --format github   # as a gate: the exit status counts
            """
    }

    /// The files, where `clone` is that of LeakLab as seen from the folder of a package.
    func files(clone: String) -> [StarterFile] {
        func text(_ bytes: [UInt8], _ path: String) -> StarterFile {
            let text = String(decoding: bytes, as: UTF8.self)
            return StarterFile(
                path: path,
                text: text.replacing(#/docs/examples/[a-z]+/[a-z-]+\.yaml/#, with: scenario)
            )
        }
        switch self {
        case .scenario: return [text(PackageResources.first_yaml, scenario)]
        case .python:
            return [
                text(PackageResources.foreign_python_yaml, scenario),
                text(PackageResources.consumer_py, "consumer.py").executable,
            ]
        case .shell:
            return [
                text(PackageResources.foreign_shell_yaml, scenario),
                text(PackageResources.consumer_sh, "consumer.sh").executable,
            ]
        case .swift:
            var manifest = text(PackageResources.Package_swift, "Package.swift")
            manifest.text = manifest.text.replacing("\"../../..\"", with: "\"\(clone)\"")
            return [
                manifest, text(PackageResources.checkout_yaml, scenario),
                text(PackageResources.CheckoutLab_swift, "Sources/checkout-lab/CheckoutLab.swift"),
                text(PackageResources.PriceCache_swift, "Sources/checkout-lab/PriceCache.swift"),
            ]
        }
    }
}

/// A file to begin with.
struct StarterFile: Hashable, Sendable {
    /// Below the folder that is written to.
    let path: String
    var text: String
    var isExecutable = false

    var executable: StarterFile {
        var file = self
        file.isExecutable = true
        return file
    }

    /// The folder it is in, if it is in one.
    var folder: String? { path.lastIndex(of: "/").map { String(path[..<$0]) } }

    /// What must not exist yet.
    var topLevelName: String { path.split(separator: "/").first.map(String.init) ?? path }
}
