import ArgumentParser
import LabAnalysis
import LabCluster
import LabCore
import LabEngine
import LabProfiles
import LabRecording
import LabReport

/// Shows where the heaps of a run's pods grew.
struct ProfileCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "profile",
        abstract: "Show which code allocated what the pods of a run kept, or give their heap profiles away.",
        discussion: """
            A run has heap profiles if its scenario asks for them: “pods: {profile: auto}”. pprof and collapsed give one
            profile away, the last one of the pod unless --number names another; all other formats show what grew between
            the end of the warm-up and the last profile.

            Example:
              \(Program.name) profile latest per-event-0 --format svg --output flames.svg
            """
    )

    @Argument(help: ArgumentHelp("The run's id, or its beginning, or “latest”.", valueName: "run"))
    var id: String = "latest"

    @Argument(help: ArgumentHelp("The pod; all that have profiles without one.", valueName: "pod"))
    var pod: String?

    @Option(
        help: ArgumentHelp(
            "text, json, markdown, html, csv, svg (a flame graph), pprof (for “go tool pprof”), or collapsed (stacks).",
            valueName: "format"
        )
    )
    var format: ProfileFormat = .report(ReportFormat.all[0])

    @OptionGroup var target: TargetOptions

    @Option(help: ArgumentHelp("Of the pod's profiles this one, counted from 0.", valueName: "number"))
    var number: Int?

    @Flag(help: "Let the pod, which must be running, take a profile first.")
    var now = false

    @OptionGroup(title: "Store") var store: StoreOptions

    func validate() throws {
        if now, pod == nil { throw ValidationError("--now needs the name of a pod.") }
        guard case .report = format else { return }
        if number != nil { throw ValidationError("--number goes with --format pprof and collapsed only.") }
    }

    func run() async throws {
        let folder = try store.runs.folder(id)
        if now, let pod { try await ProfileRequest(pod, in: folder).wait() }
        let profiles = try wanted(await RunProfiles(folder).all(), of: folder)
        switch format {
        case .report(let format): try write(try report(profiles, of: folder), as: format)
        case .pprof: try target.write(try ProfileProto.encode(try chosen(profiles))[...])
        case .collapsed: try target.write(CollapsedStacks.text(try chosen(profiles)))
        }
    }

    private func wanted(_ profiles: [HeapProfile], of folder: RunFolder) throws(LabError) -> [HeapProfile] {
        guard !profiles.isEmpty else {
            throw LabError(
                "\(folder.id): the run has no heap profiles",
                hint: "Run it with --set pods.profile=on. \(Jemalloc.installation)",
                exitStatus: .usage
            )
        }
        guard let pod else { return profiles }
        let wanted = profiles.filter { $0.pod == pod }
        guard wanted.isEmpty else { return wanted }
        let names = Set(profiles.map(\.pod)).sorted().joined(separator: ", ")
        throw LabError(
            "\(folder.id): “\(pod)” has no heap profiles",
            hint: "There are some of: \(names).",
            exitStatus: .usage
        )
    }

    private func report(_ profiles: [HeapProfile], of folder: RunFolder) throws -> ProfileReport {
        let pods = Set(profiles.map(\.pod)).sorted()
        let subjects = pods.compactMap { pod -> ProfileReport.Subject? in
            ProfileDifference.longest(among: profiles.filter { $0.pod == pod }).map {
                ProfileReport.Subject(variant: pod, growth: HeapGrowth($0), tree: $0.tree)
            }
        }
        guard !subjects.isEmpty else {
            throw LabError(
                "\(folder.id): no life has two heap profiles with events in between",
                hint: "The first is taken at the end of the warm-up; see “verdict.warmUp”.",
                exitStatus: .usage
            )
        }
        let title = (try? store.runs.open(folder.id).header.title) ?? folder.id
        return ProfileReport(run: folder.id, title: title, subjects: subjects)
    }

    private func chosen(_ profiles: [HeapProfile]) throws(LabError) -> HeapProfile {
        let pod = profiles.map(\.pod)[0]
        guard profiles.allSatisfy({ $0.pod == pod }) else {
            throw LabError(
                "--format \(format.name): which pod is not clear",
                hint: "Name one: \(Set(profiles.map(\.pod)).sorted().joined(separator: ", ")).",
                exitStatus: .usage
            )
        }
        let last = profiles[profiles.count - 1]
        guard let number else { return last }
        guard let found = profiles.last(where: { $0.number == number }) else {
            throw LabError(
                "--number \(number): “\(pod)” has no such profile",
                hint: "There are \(profiles.map { String($0.number) }.joined(separator: ", ")).",
                exitStatus: .usage
            )
        }
        return found
    }

    private func write(_ report: ProfileReport, as format: ReportFormat) throws {
        let appearance = Appearance(
            width: StandardOutput.width,
            curve: report.subjects.map(\.growth.pod).first ?? ""
        )
        try target.write(try format.render(report.document, appearance))
    }
}

/// What a heap profile can be had as.
enum ProfileFormat: ExpressibleByArgument, Sendable {
    case report(ReportFormat)
    case pprof
    case collapsed

    init?(argument: String) {
        switch argument {
        case "pprof": self = .pprof
        case "collapsed": self = .collapsed
        default:
            guard let format = ReportFormat.named(argument), ProfileReport.parts.isSuperset(of: format.needs)
            else {
                return nil
            }
            self = .report(format)
        }
    }

    var name: String {
        switch self {
        case .report(let format): format.name
        case .pprof: "pprof"
        case .collapsed: "collapsed"
        }
    }

    var defaultValueDescription: String { name }

    static var allValueStrings: [String] {
        ReportFormat.supported(by: ProfileReport.parts).map(\.name) + ["pprof", "collapsed"]
    }
}

/// Asks a pod that runs for a profile.
private struct ProfileRequest {
    private let pod: String
    private let folder: String

    init(_ pod: String, in folder: RunFolder) throws {
        // Refuses what is no name of a pod.
        _ = try folder.logPath(pod: pod)
        self.pod = pod
        self.folder = folder.profilesDirectory
    }

    /// A pod looks every 20 ms; a busy machine takes longer.
    private static let limit = Duration.seconds(5)

    private var dumps: Set<String> {
        Set(Folder.entries(of: folder).filter { ProfileFileName(parsing: $0)?.pod == pod })
    }

    func wait() async throws {
        let before = dumps
        let request = "\(folder)/\(ProfileFileName.request(of: pod))"
        if TextFile.put("", to: request, creating: true) == 0 {
            let end = ContinuousClock.now + Self.limit
            while ContinuousClock.now < end {
                if dumps.contains(where: { !before.contains($0) }) { return }
                try await Task.sleep(for: .milliseconds(20))
            }
            Folder.remove(request)
        }
        throw LabError(
            "--now: “\(pod)” took no heap profile within \(Self.limit.text)",
            hint: "It must be running, in a run whose scenario has “profile: on” or “auto”.",
            exitStatus: .usage
        )
    }
}
