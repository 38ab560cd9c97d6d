import Foundation
package import LabCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The news of one client, a line of JSON each, in a file beside its telemetry page.
///
/// What was written survives the client's kill, and a line that a kill cut off is left out by who reads.
package enum BrokerJournal {
    /// Where the journal of a process with this page is.
    package static func path(besidePage page: String) -> String { page + ".news" }
}

/// The client's end: appends, and never reports an error, since there is nowhere to report it to.
package struct BrokerJournalWriter: Sendable {
    private let path: String?

    /// - Parameter page: of the process; `nil` for a process without a lab, which writes nothing.
    package init(besidePage page: String?) { path = page.map(BrokerJournal.path(besidePage:)) }

    package func write(_ news: [BrokerNews]) {
        guard let path, !news.isEmpty else { return }
        var text = Data()
        for entry in news {
            guard let line = try? JSONEncoder().encode(entry) else { continue }
            text += line + [UInt8(ascii: "\n")]
        }
        let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return }
        try? FileHandle(fileDescriptor: descriptor, closeOnDealloc: true).write(contentsOf: text)
    }
}

/// The lab's end of one journal: reads what is new.
package struct BrokerJournalReader: Sendable {
    private let path: String
    private var offset: UInt64 = 0

    /// Of the process with this page.
    package init(besidePage page: String) { path = BrokerJournal.path(besidePage: page) }

    /// What was written since the last time; nothing where there is no journal, and no line that makes no sense.
    package mutating func read() -> [BrokerNews] {
        guard let file = FileHandle(forReadingAtPath: path) else { return [] }
        defer { try? file.close() }
        guard (try? file.seek(toOffset: offset)) != nil, let data = try? file.read(upToCount: Self.most),
            let end = data.lastIndex(of: UInt8(ascii: "\n"))
        else { return [] }
        offset += UInt64(end - data.startIndex) + 1
        return data[...end].split(separator: UInt8(ascii: "\n"))
            .compactMap { try? JSONDecoder().decode(BrokerNews.self, from: Data($0)) }
    }

    /// Bytes at a time: more than a client ever writes.
    private static let most = 1 << 20
}
