import LabCluster
import Synchronization

/// What the lab keeps of the pods of commands while a stage runs: the ends of their output, and the ports that they
/// were given.
final class CommandPods: Sendable {
    typealias Tails = (output: OutputTail, error: OutputTail)

    private struct State {
        var tails: [String: Tails] = [:]
        /// Of the present life, by pod.
        var ports: [String: (life: Int, port: Int)] = [:]
    }

    private let logsFolder: String
    private let state = Mutex(State())

    /// Lines of a pod's last words that are shown.
    private static let lines = 5

    init(logsFolder: String) { self.logsFolder = logsFolder }

    /// The same for all lives of a pod.
    func tails(of pod: String) -> Tails {
        state.withLock { state in
            if let known = state.tails[pod] { return known }
            let tails = (
                output: OutputTail(path: "\(logsFolder)/\(pod).out.log"),
                error: OutputTail(path: "\(logsFolder)/\(pod).err.log")
            )
            state.tails[pod] = tails
            return tails
        }
    }

    func set(port: Int, of pod: String, life: Int) { state.withLock { $0.ports[pod] = (life, port) } }

    func port(of pod: String, life: Int) -> Int? {
        state.withLock { state in state.ports[pod].flatMap { $0.life == life ? $0.port : nil } }
    }

    /// What a pod wrote to its standard error last, or to its standard output if it never wrote there.
    func lastWords(of pod: String) -> String {
        guard let tails = state.withLock({ $0.tails[pod] }) else { return "none" }
        let lines = [tails.error, tails.output].map { $0.lastLines(Self.lines) }.first { !$0.isEmpty }
        return lines?.joined(separator: " ⏎ ") ?? "none"
    }
}
