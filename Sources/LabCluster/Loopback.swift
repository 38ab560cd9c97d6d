package import LabCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Sockets of TCP on 127.0.0.1, by their descriptors; whoever makes one closes it.
///
/// Results are those of the system's calls: 0, or -1 with `errno`.
package enum Loopback {
    /// One that never blocks, and that children do not inherit.
    /// - Throws: ``LabError`` if there is none to be had.
    package static func stream() throws(LabError) -> Int32 {
        #if canImport(Glibc)
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #else
        let descriptor = socket(AF_INET, SOCK_STREAM, 0)
        #endif
        guard descriptor >= 0 else { throw LabError("no socket: \(SystemError.words(errno))") }
        prepare(descriptor)
        return descriptor
    }

    /// Makes a descriptor one of ``stream()``'s kind.
    package static func prepare(_ descriptor: Int32) {
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    }

    /// Takes a port; 0 is one that the system chooses.
    package static func bind(_ descriptor: Int32, to port: Int) -> Int32 {
        #if canImport(Glibc)
        withAddress(port) { Glibc.bind(descriptor, $0, $1) }
        #else
        withAddress(port) { Darwin.bind(descriptor, $0, $1) }
        #endif
    }

    /// Begins to connect: `EINPROGRESS` is no failure.
    package static func connect(_ descriptor: Int32, to port: Int) -> Int32 {
        #if canImport(Glibc)
        withAddress(port) { Glibc.connect(descriptor, $0, $1) }
        #else
        withAddress(port) { Darwin.connect(descriptor, $0, $1) }
        #endif
    }

    /// The port that a socket has; 0 if it has none.
    package static func port(of descriptor: Int32) -> Int {
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &size) }
        }
        return status == 0 ? Int(UInt16(bigEndian: address.sin_port)) : 0
    }

    /// A port at which nothing listens now; whoever gets it is to take it at once.
    /// - Throws: ``LabError`` if there is none.
    package static func freePort() throws(LabError) -> Int {
        let listener = try stream()
        defer { close(listener) }
        guard bind(listener, to: 0) == 0 else {
            throw LabError("no free port on 127.0.0.1: \(SystemError.words(errno))")
        }
        return port(of: listener)
    }

    private static func withAddress(
        _ port: Int,
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(truncatingIfNeeded: port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return withUnsafePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                body(address, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
