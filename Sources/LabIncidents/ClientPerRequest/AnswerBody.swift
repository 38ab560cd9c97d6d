import LabCore
import NIOCore
import Synchronization

/// The body of an answer: the connection's read loop offers it piece by piece, one reader takes it.
///
/// The read loop cannot go on, to the next answer or into the idle pool, before the body has been taken to its end or
/// closed. Nothing closes it by itself.
final class AnswerBody: Sendable {
    private typealias Reader = CheckedContinuation<ByteBuffer?, any Error>
    private typealias ReadLoop = CheckedContinuation<Bool, Never>

    private enum Ending: Sendable {
        case complete
        case failed(any Error)
    }

    private struct State {
        /// Offered, and not taken.
        var piece: ByteBuffer?
        var ending: Ending?
        var reader: Reader?
        var readLoop: ReadLoop?
    }

    private let state = Mutex(State())

    /// Hands the next piece to the reader, and waits until it is taken.
    ///
    /// For the read loop.
    /// - Returns: false if the body was closed.
    func offer(_ piece: ByteBuffer) async -> Bool {
        await withCheckedContinuation { readLoop in
            let (reader, isTaken): (Reader?, Bool?) = state.withLock { state in
                if state.ending != nil { return (nil, false) }
                if let reader = state.reader.take() { return (reader, true) }
                state.piece = piece
                state.readLoop = readLoop
                return (nil, nil)
            }
            reader?.resume(returning: piece)
            if let isTaken { readLoop.resume(returning: isTaken) }
        }
    }

    /// Tells the reader that all has been offered; without effect after another end.
    ///
    /// For the read loop.
    func complete() { end(.complete) }

    /// Lets the reader fail from now on, and frees a read loop that waits.
    func fail(_ error: any Error) { end(.failed(error)) }

    /// Gives up what has not been taken, and with it the connection, unless the body was taken to its end.
    func close() { fail(LabError("backend: the answer's body was closed")) }

    /// The next piece; `nil` at the end.
    ///
    /// For one reader. Cancelling its task closes the body.
    /// - Throws: ``LabError`` if the body was closed; the connection's error if it broke.
    func read() async throws -> ByteBuffer? {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { reader in
                let (outcome, readLoop) = state.withLock { state in take(for: reader, from: &state) }
                readLoop?.resume(returning: true)
                if let outcome { reader.resume(with: outcome) }
            }
        } onCancel: {
            close()
        }
    }

    /// - Returns: what the reader gets, nothing if it has to wait; and the read loop if it can go on.
    private func take(
        for reader: Reader,
        from state: inout State
    ) -> (Result<ByteBuffer?, any Error>?, ReadLoop?) {
        if let piece = state.piece.take() { return (.success(piece), state.readLoop.take()) }
        switch state.ending {
        case .complete: return (.success(nil), nil)
        case .failed(let error): return (.failure(error), nil)
        case nil:
            state.reader = reader
            return (nil, nil)
        }
    }

    private func end(_ ending: Ending) {
        let (reader, readLoop): (Reader?, ReadLoop?) = state.withLock { state in
            guard state.ending == nil else { return (nil, nil) }
            state.ending = ending
            if case .failed = ending { state.piece = nil }
            return (state.reader.take(), state.readLoop.take())
        }
        readLoop?.resume(returning: false)
        switch ending {
        case .complete: reader?.resume(returning: nil)
        case .failed(let error): reader?.resume(throwing: error)
        }
    }
}

/// What a server said to one request.
struct Answer: Sendable {
    let status: Int
    /// Whoever gets the answer has to read it to its end or to close it.
    let body: AnswerBody

    /// Reads the body to its end, so that the connection is free for the next request.
    /// - Returns: the number of its bytes.
    /// - Throws: as ``AnswerBody/read()``.
    func readToEnd() async throws -> Int {
        var count = 0
        while let piece = try await body.read() { count += piece.readableBytes }
        return count
    }
}
