#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The guardian's own side: reads its list from standard input until the lab is gone.
///
/// Blocks the calling thread. Interrupts from the terminal are ignored, since the guardian must outlive the lab.
package func runGuardian() {
    for number in [SIGINT, SIGTERM, SIGHUP, SIGPIPE] { signal(number, SIG_IGN) }
    var list = GuardianList()
    var pending: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4_096)
    while true {
        let count = read(STDIN_FILENO, &chunk, chunk.count)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { break }
        pending.append(contentsOf: chunk[..<count])
        while let end = pending.firstIndex(of: 10) {
            list.take(String(decoding: pending[..<end], as: UTF8.self))
            pending.removeSubrange(...end)
        }
    }
    list.endEverything()
}
