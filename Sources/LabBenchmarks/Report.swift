import Foundation
import Kafka
import LabCluster
import LabCore
import LabEngine

/// What goes to the terminal and into files.
enum Report {
    /// Progress goes to standard error, so that standard output is the table alone.
    static func progress(_ text: String) { FileHandle.standardError.write(Data("\(text)\n".utf8)) }

    static func error(_ text: String) { progress("bench: \(text)") }

    /// - Throws: ``LabError`` naming the file.
    static func write(_ text: String, to path: String) throws(LabError) {
        let error = TextFile.put(text, to: path, creating: true)
        guard error == 0 else { throw LabError("\(path): cannot be written: \(SystemError.words(error))") }
    }
}

/// The machine and the libraries that the figures belong to.
enum Conditions {
    static var now: [LabelledValue] {
        Machine.description + [
            LabelledValue("librdkafka", KafkaLibrary.version),
            LabelledValue("load average before", loadAverage),
        ]
    }

    private static var loadAverage: String {
        let words = (TextFile.contents(of: "/proc/loadavg") ?? "").split(separator: " ")
        return words.first.map(String.init) ?? "unknown"
    }
}

/// Lets Ctrl-C end the measurement with everything that it started: the first cancels, the second exits at once, and
/// the guardian ends what is left.
enum Interruptible {
    static func run<Result: Sendable>(
        _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        // Unstructured, because a signal has to cancel it; awaited two lines below.
        let task = Task { try await body() }
        let sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number)
            source.setEventHandler {
                if task.isCancelled { _exit(ExitStatus.interrupted.rawValue) }
                Report.progress("bench: ending; once more ends everything at once")
                task.cancel()
            }
            source.resume()
            return source
        }
        defer {
            for source in sources { source.cancel() }
        }
        return try await task.value
    }
}
