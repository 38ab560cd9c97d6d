#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Sockets that nobody is connected to, one descriptor each.
struct ZooDescriptors: ZooMedium, Sendable {
    private let isForGood: Bool
    private var open: [Int32] = []

    /// - Parameter isForGood: none will be given back.
    init(isForGood: Bool) { self.isForGood = isForGood }

    mutating func take() -> Bool {
        let descriptor = socket(AF_UNIX, Self.stream, 0)
        guard descriptor >= 0 else { return false }
        if !isForGood { open.append(descriptor) }
        return true
    }

    mutating func giveBack() {
        if let descriptor = open.popLast() { close(descriptor) }
    }

    #if canImport(Glibc)
    private static let stream = Int32(SOCK_STREAM.rawValue)
    #else
    private static let stream = SOCK_STREAM
    #endif
}
