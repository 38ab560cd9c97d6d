import LabCluster
import LabCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Sockets on 127.0.0.1 that never block.
///
/// Owned by one value; closed with it.
struct LoopbackSocket: ~Copyable {
    enum Transfer {
        case bytes(Int)
        /// Nothing to be had, or no room, for now.
        case later
        /// The other side has closed it, or it broke.
        case ended
    }

    let descriptor: Int32

    private init(adopting descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    private static func make() throws(LabError) -> LoopbackSocket {
        #if canImport(Glibc)
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #else
        let descriptor = socket(AF_INET, SOCK_STREAM, 0)
        #endif
        guard descriptor >= 0 else { throw LabError("no socket: \(SystemError.words(errno))") }
        let made = LoopbackSocket(adopting: descriptor)
        made.prepare()
        return made
    }

    private func prepare() {
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        set(Int32(IPPROTO_TCP), TCP_NODELAY)
        #if canImport(Darwin)
        set(SOL_SOCKET, SO_NOSIGPIPE)
        #endif
    }

    private func set(_ level: Int32, _ option: Int32) {
        var on: Int32 = 1
        setsockopt(descriptor, level, option, &on, socklen_t(MemoryLayout<Int32>.size))
    }

    /// Has a port without listening at it, so that nobody else gets it.
    ///
    /// `port`: 0 for one that the system chooses.
    ///
    /// Throws ``LabError`` if the port is taken.
    static func bound(to port: Int) throws(LabError) -> LoopbackSocket {
        let made = try make()
        made.set(SOL_SOCKET, SO_REUSEADDR)
        var address = Loopback.address(port: port)
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(made.descriptor, $0, size) }
        }
        guard status == 0 else {
            throw LabError("127.0.0.1:\(port): cannot be had: \(SystemError.words(errno))")
        }
        return made
    }

    /// Listens at a port that a socket of ``bound(to:)`` has.
    static func listening(at port: Int) throws(LabError) -> LoopbackSocket {
        let made = try bound(to: port)
        guard listen(made.descriptor, 128) == 0 else {
            throw LabError("127.0.0.1:\(port): cannot be listened at: \(SystemError.words(errno))")
        }
        return made
    }

    /// Begins to connect; what is sent before it is connected waits.
    static func connecting(to port: Int) throws(LabError) -> LoopbackSocket {
        let made = try make()
        var address = Loopback.address(port: port)
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(made.descriptor, $0, size) }
        }
        guard status == 0 || errno == EINPROGRESS else {
            throw LabError("127.0.0.1:\(port): no connection: \(SystemError.words(errno))")
        }
        return made
    }

    /// The port that it has.
    var port: Int {
        var address = Loopback.address(port: 0)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = withUnsafeMutablePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &size) }
        }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    /// The next connection that waits to be taken; `nil` if there is none.
    func accepted() -> LoopbackSocket? {
        let descriptor = accept(descriptor, nil, nil)
        guard descriptor >= 0 else { return nil }
        let made = LoopbackSocket(adopting: descriptor)
        made.prepare()
        return made
    }

    func receive(into buffer: UnsafeMutableRawBufferPointer) -> Transfer {
        Self.transfer(recv(descriptor, buffer.baseAddress, buffer.count, 0), isEndAtZero: true)
    }

    func send(_ bytes: UnsafeRawBufferPointer) -> Transfer {
        #if canImport(Glibc)
        let flags = Int32(MSG_NOSIGNAL)
        return Self.transfer(
            Glibc.send(descriptor, bytes.baseAddress, bytes.count, flags),
            isEndAtZero: false
        )
        #else
        return Self.transfer(Darwin.send(descriptor, bytes.baseAddress, bytes.count, 0), isEndAtZero: false)
        #endif
    }

    private static func transfer(_ count: Int, isEndAtZero: Bool) -> Transfer {
        if count > 0 || (count == 0 && !isEndAtZero) { return .bytes(count) }
        if count == 0 { return .ended }
        // While a connection is being made there is nothing to send to yet.
        return [EAGAIN, EINTR, ENOTCONN].contains(errno) ? .later : .ended
    }
}
