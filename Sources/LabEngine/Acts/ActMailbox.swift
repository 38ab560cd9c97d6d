import Foundation
import LabCluster
package import LabCore
package import LabRecording
import LabScenario
import LabTelemetry

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Acts that come from another process, as files in the run's folder, which is its user's alone: each appears whole and is
/// answered by another.
package struct ActMailbox: Sendable {
    private struct Letter: Codable {
        var words: [String]
        /// On the monotonic clock, nanoseconds.
        var sentAt: UInt64
    }

    private struct Answer: Codable {
        var done: ActDone?
        var error: String?
        var hint: String?
    }

    private static let act = ".act"
    private static let answer = ".answer"
    private static let interval = Duration.milliseconds(10)
    private static let mostBytes = 64 << 10
    /// A profile takes five seconds at most, and naming what is in it some more.
    private static let patience = Duration.seconds(30)

    private let run: String
    private let folder: String

    package init(_ run: RunFolder) {
        self.run = run.id
        folder = run.actsDirectory
    }

    // MARK: - In the lab

    /// Hands in what comes, until the task is cancelled.
    func serve(_ desk: ActDesk) async {
        do throws(LabError) { try Folder.make(folder, isPrivate: true) } catch { return }
        defer { Folder.remove(folder) }
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                for name in Folder.entries(of: folder) where name.hasSuffix(Self.act) {
                    let letter = take(name)
                    group.addTask { await self.answer(name, letter, desk) }
                }
                try? await Task.sleep(for: Self.interval)
            }
        }
    }

    /// - Returns: `nil` for what is no letter.
    private func take(_ name: String) -> Letter? {
        let path = "\(folder)/\(name)"
        defer { Folder.remove(path) }
        let text = (try? TextFile.document(at: path, limit: Self.mostBytes)) ?? ""
        return try? JSONDecoder().decode(Letter.self, from: Data(text.utf8))
    }

    private func answer(_ name: String, _ letter: Letter?, _ desk: ActDesk) async {
        var answer = Answer()
        do throws(LabError) {
            guard let letter else { throw .act("what was sent cannot be read") }
            answer.done = try await desk.submit(letter.words, sentAt: letter.sentAt)
        } catch {
            (answer.error, answer.hint) = (error.description, error.hint)
        }
        // Who asked may have gone: then nobody reads it, and it goes with the folder.
        _ = put(answer, as: name.dropLast(Self.act.count) + Self.answer)
    }

    // MARK: - In another process

    /// Sends an act to the lab of the run.
    /// - Returns: what was done.
    /// - Throws: ``LabError`` if it was not, or if nobody answers.
    package func send(_ words: [String]) async throws(LabError) -> ActDone {
        guard unsafe access(folder, W_OK | X_OK) == 0 else { throw over }
        let stem = "\(getpid())-\(MonotonicClock.nanoseconds)"
        let letter = Letter(words: words, sentAt: MonotonicClock.nanoseconds)
        guard put(letter, as: stem + Self.act) else { throw over }
        let path = "\(folder)/\(stem)\(Self.answer)"
        let deadline = ContinuousClock.now + Self.patience
        while ContinuousClock.now < deadline {
            if let text = TextFile.contents(of: path) {
                Folder.remove(path)
                return try read(text)
            }
            guard unsafe access(folder, F_OK) == 0 else { throw over }
            do { try await Task.sleep(for: .milliseconds(5)) } catch { break }
        }
        throw LabError(
            "\(run): the lab does not answer",
            hint: "It is busy, or has died: “\(Program.name) runs” shows which."
        )
    }

    private func read(_ text: String) throws(LabError) -> ActDone {
        guard let answer = try? JSONDecoder().decode(Answer.self, from: Data(text.utf8)) else {
            throw LabError("\(run): the answer of the lab cannot be read")
        }
        if let done = answer.done { return done }
        throw LabError(answer.error ?? "act: not done", hint: answer.hint, exitStatus: .usage)
    }

    private var over: LabError {
        LabError(
            "\(run): the run does not go on",
            hint: "Acts are done from its first event to its last; “\(Program.name) runs” lists all runs.",
            exitStatus: .usage
        )
    }

    private func put(_ value: some Encodable, as name: some StringProtocol) -> Bool {
        guard let text = try? JSONText.line(value) else { return false }
        let path = "\(folder)/\(name)"
        guard TextFile.put(text, to: path + ".part", creating: true, mode: 0o600) == 0 else { return false }
        return unsafe rename(path + ".part", path) == 0
    }
}
