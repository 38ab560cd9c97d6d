import Dispatch

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Signals to this process as a sequence; they do not end it any more.
struct SignalSource {
    /// The numbers of those that came, for one reader.
    let arrivals: AsyncStream<Int32>
    private let sources: [any DispatchSourceSignal]

    /// Returns when none of them can be missed any more.
    init(_ numbers: Int32...) async {
        let (arrivals, arrived) = AsyncStream.makeStream(of: Int32.self)
        let queue = DispatchQueue(label: "signals")
        var sources: [any DispatchSourceSignal] = []
        for number in numbers {
            #if canImport(Darwin)
            // The kernel's queue gets signals beside their action, which would end the process.
            unsafe signal(number, SIG_IGN)
            #endif
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler { arrived.yield(number) }
            await withCheckedContinuation { registered in
                source.setRegistrationHandler { registered.resume() }
                source.resume()
            }
            sources.append(source)
        }
        self.arrivals = arrivals
        self.sources = sources
    }

    /// Nothing arrives after it.
    func cancel() {
        for source in sources { source.cancel() }
    }
}
