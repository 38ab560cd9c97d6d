import Foundation
import LabAnalysis
import LabCluster
package import LabCore
import LabProfiles
package import LabRecording

/// The heap profiles of a run, in its folder.
///
/// Pods leave dumps of addresses there, which mean something only beside the files that the pod had mapped: so they get their
/// names as soon as the run is over, and are kept with these.
package struct RunProfiles: Sendable {
    private let folder: String

    package init(_ folder: RunFolder) { self.folder = folder.profilesDirectory }

    /// Makes the place for them, if a variant of the run has any.
    /// - Returns: `nil` if none has.
    /// - Throws: ``LabError`` if it cannot be made.
    static func makeFolder(
        in folder: RunFolder,
        for plan: RunPlan,
        with jemalloc: Jemalloc?
    ) throws(LabError) -> String? {
        guard plan.variants.contains(where: { PodAllocation(of: $0.variant, with: jemalloc).isProfiled })
        else {
            return nil
        }
        try Folder.make(folder.profilesDirectory)
        return folder.profilesDirectory
    }

    /// Those that have their names, in order; what is damaged is left out.
    package func stored() -> [HeapProfile] {
        names(ending: StoredProfile.suffix).compactMap { name in
            FileManager.default.contents(atPath: "\(folder)/\(name)").flatMap {
                try? StoredProfile.decode([UInt8]($0))
            }
        }
        .sorted { ($0.pod, $0.life, $0.number) < ($1.pod, $1.life, $1.number) }
    }

    /// All of them, dumps of a run that goes on among them; nothing in the folder changes.
    package func all() async -> [HeapProfile] {
        let found = await named()
        return (stored() + found.profiles.map(\.profile)).sorted {
            ($0.pod, $0.life, $0.number) < ($1.pod, $1.life, $1.number)
        }
    }

    /// Gives names to the dumps of a run that is over, keeps them so, and removes the dumps.
    /// - Returns: all profiles, and what was lost of others, in words.
    func collect() async -> (profiles: [HeapProfile], problems: [String]) {
        let found = await named()
        var problems = found.problems
        for name in names(ending: ProfileFileName.partSuffix) {
            problems.append("\(name): cut off by the end of its pod")
            Folder.remove("\(folder)/\(name)")
        }
        for (name, profile) in found.profiles {
            let stem = name.dropLast(ProfileFileName.suffix.count)
            do {
                let bytes = try StoredProfile.encode(profile)
                try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/\(stem)\(StoredProfile.suffix)"))
                Folder.remove("\(folder)/\(name)")
            } catch {
                problems.append("\(name): cannot be kept: \(error)")
            }
        }
        return (stored(), problems)
    }

    private func named() async -> (profiles: [(name: String, profile: HeapProfile)], problems: [String]) {
        var problems: [String] = []
        var dumps: [(name: String, dump: HeapDump, head: HeapProfile)] = []
        for name in names(ending: ProfileFileName.suffix) {
            guard let parts = ProfileFileName(parsing: name),
                let text = TextFile.contents(of: "\(folder)/\(name)")
            else { continue }
            do throws(LabError) {
                dumps.append((name, try HeapDump(parsing: text), HeapProfile(parts)))
            } catch {
                problems.append("\(name): \(error)")
            }
        }
        let symbolizer = Symbolizer(
            program: CommandText.path(of: "llvm-symbolizer"),
            demangle: SwiftDemangling.demangled
        ) { program, arguments in await CommandText.run(program, arguments) }
        let profiles = await symbolizer.profiles(dumps.map { ($0.dump, $0.head) })
        return (Array(zip(dumps.map(\.name), profiles)), problems)
    }

    private func names(ending suffix: String) -> [String] {
        Folder.entries(of: folder).filter { $0.hasSuffix(suffix) }
    }
}

extension HeapProfile {
    fileprivate init(_ name: ProfileFileName) {
        self.init(
            pod: name.pod,
            life: name.life,
            number: name.number,
            moment: name.moment,
            events: name.events,
            seconds: Double(name.milliseconds) / 1_000,
            samplePeriod: 0
        )
    }
}

extension RunResult {
    /// Adds to each variant where its heap grew.
    package mutating func add(growthIn profiles: [HeapProfile]) {
        for index in variants.indices {
            variants[index].heapGrowth = variants[index].difference(in: profiles).map { HeapGrowth($0) }
        }
    }

    /// The same by call path, by variant.
    package func growth(in profiles: [HeapProfile]) -> [String: CallTree] {
        variants.reduce(into: [:]) { trees, variant in
            trees[variant.name] = variant.difference(in: profiles)?.tree
        }
    }
}

extension VariantResult {
    fileprivate func difference(in profiles: [HeapProfile]) -> ProfileDifference? {
        let names = Set(pods.map(\.name))
        return ProfileDifference.longest(among: profiles.filter { names.contains($0.pod) })
    }
}
