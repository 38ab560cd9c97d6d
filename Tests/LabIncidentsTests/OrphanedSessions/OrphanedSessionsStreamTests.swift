import Testing

@testable import LabIncidents

@Suite(.timeLimit(.minutes(1))) struct OrphanedSessionsStreamTests {
    private func readAll(_ stream: TunnelStream, bufferSize: Int) async -> [[UInt8]] {
        var buffer = [UInt8](repeating: 0, count: bufferSize)
        var pieces: [[UInt8]] = []
        while let count = await stream.read(into: &buffer) { pieces.append(Array(buffer[..<count])) }
        return pieces
    }

    @Test("What has arrived is read in pieces of the buffer, also after the stream was closed")
    func pieces() async {
        let stream = TunnelStream(id: 1)
        stream.deliver([1, 2, 3, 4, 5])
        let closings = [stream.close(), stream.close()]
        #expect(closings == [true, false])
        stream.deliver([6])
        #expect(await readAll(stream, bufferSize: 2) == [[1, 2], [3, 4], [5]])
    }

    @Test("A reader that waits is woken by bytes and by the end")
    func waking() async {
        let stream = TunnelStream(id: 1)
        let reader = Task { await readAll(stream, bufferSize: 8) }
        for _ in 0..<20 { await Task.yield() }
        stream.deliver([7])
        for _ in 0..<20 { await Task.yield() }
        stream.close()
        #expect(await reader.value == [[7]])
    }

    @Test("The first outcome of an answer counts, whether somebody waits or not", arguments: [true, false])
    func answer(outcome: Bool) async {
        let early = TunnelAnswer()
        early.settle(outcome)
        early.settle(!outcome)
        #expect(await early.wait() == outcome)
        let late = TunnelAnswer()
        let waiter = Task { await late.wait() }
        for _ in 0..<20 { await Task.yield() }
        late.settle(outcome)
        #expect(await waiter.value == outcome)
    }
}
