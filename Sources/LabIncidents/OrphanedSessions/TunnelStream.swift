import Synchronization

/// What comes from a node for one session: bytes now, and nobody knows whether there will be more.
///
/// One session reads, truly suspended while nothing is there.
final class TunnelStream: Sendable {
    /// By which the tunnel knows it.
    let id: UInt64

    private struct State {
        var arrived: [UInt8] = []
        var isClosed = false
        var reader: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    init(id: UInt64) { self.id = id }

    /// Does nothing once the stream is closed.
    func deliver(_ bytes: some Sequence<UInt8>) {
        let reader = state.withLock { state in
            if !state.isClosed { state.arrived.append(contentsOf: bytes) }
            return state.reader.take()
        }
        reader?.resume()
    }

    /// Ends the reading, after what has arrived.
    /// - Returns: false if the stream was closed before.
    @discardableResult
    func close() -> Bool {
        let (wasOpen, reader) = state.withLock { state in
            let wasOpen = !state.isClosed
            state.isClosed = true
            return (wasOpen, state.reader.take())
        }
        reader?.resume()
        return wasOpen
    }

    /// Moves what has arrived into the buffer, as much as fits; suspends while there is nothing.
    ///
    /// For one caller at a time.
    /// - Returns: the number of bytes; `nil` at the end.
    func read(into buffer: inout [UInt8]) async -> Int? {
        while true {
            let (count, isAtEnd) = state.withLock { state in
                let count = min(buffer.count, state.arrived.count)
                buffer.replaceSubrange(..<count, with: state.arrived[..<count])
                state.arrived.removeFirst(count)
                return (count, state.isClosed && state.arrived.isEmpty)
            }
            if count > 0 { return count }
            if isAtEnd { return nil }
            await waitForArrival()
        }
    }

    private func waitForArrival() async {
        await withCheckedContinuation { continuation in
            let isReady = state.withLock { state in
                if state.isClosed || !state.arrived.isEmpty { return true }
                state.reader = continuation
                return false
            }
            if isReady { continuation.resume() }
        }
    }
}
