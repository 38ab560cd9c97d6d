import LabCore

#if canImport(Glibc)
package import Glibc
#elseif canImport(Darwin)
package import Darwin
#endif

/// 127.0.0.1.
package enum Loopback {
    /// For `bind` and `connect`.
    package static func address(port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(truncatingIfNeeded: port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return address
    }

    /// A port at which nothing listens now; whoever gets it is to take it at once.
    /// - Throws: ``LabError`` if there is none.
    package static func freePort() throws -> Int {
        #if canImport(Glibc)
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #else
        let listener = socket(AF_INET, SOCK_STREAM, 0)
        #endif
        defer { if listener >= 0 { close(listener) } }
        var address = address(port: 0)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                let bound = bind(listener, address, size)
                return bound == 0 ? getsockname(listener, address, &size) : bound
            }
        }
        guard listener >= 0, status == 0 else {
            throw LabError("no free port on 127.0.0.1: \(SystemError.words(errno))")
        }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
