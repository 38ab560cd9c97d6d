import LabCore
import LabReport
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Shows a run while it happens: redrawn in place on a terminal, a line every few seconds elsewhere.
protocol ProgressDisplay: Sendable {
    func show(_ snapshot: LiveSnapshot)
}

enum ProgressDisplays {
    static func make(isQuiet: Bool, color: ColorChoice) -> any ProgressDisplay {
        if isQuiet { return SilentDisplay() }
        let isTerminal = StandardError.isTerminal && Environment.value("TERM") != "dumb"
        return isTerminal ? TerminalDisplay(style: color.style(isTerminal: true)) : LineDisplay()
    }
}

struct SilentDisplay: ProgressDisplay {
    func show(_ snapshot: LiveSnapshot) {}
}

/// Draws over what it drew before, and leaves the last picture standing.
final class TerminalDisplay: ProgressDisplay {
    private let style: TextStyle
    private let drawnLines = Mutex(0)

    init(style: TextStyle) { self.style = style }

    func show(_ snapshot: LiveSnapshot) {
        let (width, height) = Self.size
        let lines = LiveFrame.lines(snapshot, width: width, height: max(4, height - 1), style: style)
        drawnLines.withLock { drawn in
            let up = drawn > 0 ? "\u{1B}[\(drawn)A" : ""
            StandardError.write(up + "\r" + lines.map { $0 + "\u{1B}[K\n" }.joined() + "\u{1B}[J")
            drawn = lines.count
        }
    }

    private static var size: (columns: Int, rows: Int) {
        var size = winsize()
        guard unsafe ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0
        else {
            return (80, 24)
        }
        return (Int(size.ws_col), Int(size.ws_row))
    }
}

final class LineDisplay: ProgressDisplay {
    private static let interval = Duration.seconds(5)
    private let last = Mutex<ContinuousClock.Instant?>(nil)

    func show(_ snapshot: LiveSnapshot) {
        let isDue = last.withLock { last in
            guard last.map({ .now - $0 >= Self.interval }) ?? true else { return false }
            last = .now
            return true
        }
        if isDue { StandardError.write(LiveFrame.plainLine(snapshot) + "\n") }
    }

}
