import Foundation
import LabCluster
import LabCore
import LabPod
import LabTelemetry

/// The agent in one life of a command's pod: asks it for heap profiles, at the moments at which a pod that runs a handler takes them.
///
/// Belongs to one thread.
struct CommandAgent {
    /// What the lab does in a round, in words.
    enum News: Hashable {
        case absent
        case noProfile(String)
    }

    private struct Pending {
        let number: Int
        let moment: HeapProfile.Moment
        let events: Int
        let milliseconds: Int
        let since: Double
    }

    private let life: LifeName
    private let folder: String?
    private var schedule: ProfileSchedule
    private var page: AgentPage?
    private var pending: Pending?
    private var number = 0
    private var isKnownToBeAbsent = false
    private var isUnheard = false
    private(set) var hasEnd = false

    /// Wall seconds that a program has from its start until its agent must have found the page.
    private static let patience = 5.0
    /// Wall seconds that a profile may take: the agent of a large heap writes for a second or two.
    private static let longestDump = 15.0

    /// - Parameters:
    ///   - life: of the pod.
    ///   - path: of the agent's page; the file may be missing.
    ///   - folder: of profiles; `nil` for none.
    ///   - schedule: the moments.
    init(_ life: LifeName, page path: String, folder: String?, schedule: ProfileSchedule) {
        self.life = life
        self.folder = folder
        self.schedule = schedule
        page = try? AgentPage.open(at: path)
    }

    /// The name of dumps, up to the number of the request.
    static func dumpStem(_ pod: String, life: Int) -> String { "\(pod).\(life)" }

    /// Looks once.
    ///
    /// - Parameters:
    ///   - age: wall seconds since the life began.
    ///   - usage: bytes as the limit counts them; `nil` if unknown.
    ///   - events: handled so far.
    ///   - isEnding: the last profile is due.
    /// - Returns: what is worth a line of the timeline.
    mutating func look(at age: Double, usage: Int64?, events: Int, isEnding: Bool) -> News? {
        guard let page, page.owner != nil else {
            hasEnd = isEnding
            guard age >= Self.patience, !isKnownToBeAbsent else { return nil }
            isKnownToBeAbsent = true
            return .absent
        }
        guard let folder, !isUnheard else {
            hasEnd = isEnding
            return nil
        }
        if let pending { return settle(pending, page, folder, at: age) }
        if isEnding {
            if !hasEnd { ask(page, .end, at: age, events) }
        } else if let moment = schedule.due(at: age, usage: usage) {
            ask(page, moment, at: age, events)
        } else if isRequested(in: folder) {
            ask(page, .requested, at: age, events)
        }
        return nil
    }

    private mutating func ask(_ page: AgentPage, _ moment: HeapProfile.Moment, at age: Double, _ events: Int)
    {
        pending = Pending(
            number: number,
            moment: moment,
            events: events,
            milliseconds: Int(age * 1_000),
            since: age
        )
        number += 1
        page.request(UInt64(number))
    }

    /// A dump that the agent has written gets its name.
    private mutating func settle(
        _ pending: Pending,
        _ page: AgentPage,
        _ folder: String,
        at age: Double
    ) -> News? {
        let stem = "\(folder)/\(Self.dumpStem(life.pod, life: life.life))"
        let part = "\(stem).\(pending.number + 1)\(ProfileFileName.partSuffix)"
        guard let answer = page.answer, answer.request == UInt64(pending.number + 1) else {
            guard age > pending.since + Self.longestDump else { return nil }
            (self.pending, isUnheard, hasEnd) = (nil, true, hasEnd || pending.moment == .end)
            return .noProfile("its agent does not answer")
        }
        self.pending = nil
        if pending.moment == .end { hasEnd = true }
        guard answer.error == 0 else {
            Folder.remove(part)
            return .noProfile(SystemError.words(answer.error))
        }
        let name = ProfileFileName(
            pod: life.pod,
            life: life.life,
            number: pending.number,
            moment: pending.moment,
            events: pending.events,
            milliseconds: pending.milliseconds
        )
        let whole = "\(folder)/\(name.stem)\(ProfileFileName.suffix)"
        do {
            try FileManager.default.moveItem(atPath: part, toPath: whole)
            return nil
        } catch {
            return .noProfile("its dump cannot be found at \(part)")
        }
    }

    private func isRequested(in folder: String) -> Bool {
        let path = "\(folder)/\(ProfileFileName.request(of: life.pod))"
        guard FileManager.default.fileExists(atPath: path) else { return false }
        Folder.remove(path)
        return true
    }
}
