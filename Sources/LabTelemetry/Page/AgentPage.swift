import LabCore
import Synchronization

/// The page of an agent, as the lab sees it: a telemetry page that another program writes, and the words by which the lab asks for heap
/// profiles.
///
/// Nothing in it is trusted: it is in reach of the program that the agent is in.
package struct AgentPage: Sendable {
    /// What the agent said to the last request that it has dealt with.
    package struct Answer: Sendable, Hashable {
        /// The request's number.
        package let request: UInt64
        /// 0, or an error number.
        package let error: Int32
    }

    /// Room for each of jemalloc's size classes that a program uses, bytes.
    private static let size = 64 << 10

    private let page: TelemetryPage

    /// Makes the page's file, which the agent then opens.
    /// - Throws: ``LabError`` if the file cannot be made or there is no room for it.
    package static func create(at path: String) throws {
        _ = try TelemetryPage.create(at: path, size: size)
    }

    /// - Throws: ``LabError`` if the file is missing, too small, or no page of this version.
    package static func open(at path: String) throws -> AgentPage {
        AgentPage(page: try TelemetryPage.open(at: path))
    }

    /// The process that writes the page; `nil` if no agent has found it.
    package var owner: Int32? {
        guard page.file.isWhole else { return nil }
        let pid = page.file.words[PageLayout.ownerWord].load(ordering: .relaxed)
        return pid > 0 ? Int32(exactly: pid) : nil
    }

    /// Asks for a heap profile.
    /// - Parameter number: larger than that of every request before.
    package func request(_ number: UInt64) {
        guard page.file.isWhole else { return }
        page.file.words[PageLayout.requestWord].store(number, ordering: .releasing)
    }

    /// `nil` before there was a request, and of a page that was cut short.
    package var answer: Answer? {
        guard page.file.isWhole else { return nil }
        let number = page.file.words[PageLayout.answerWord].load(ordering: .acquiring)
        let error = page.file.words[PageLayout.errorWord].load(ordering: .relaxed)
        return number == 0 ? nil : Answer(request: number, error: Int32(clamping: error))
    }
}
