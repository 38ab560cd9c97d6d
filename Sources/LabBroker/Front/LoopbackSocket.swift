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
        let made = LoopbackSocket(adopting: try Loopback.stream())
        made.prepare()
        return made
    }

    private func prepare() {
        set(Int32(IPPROTO_TCP), TCP_NODELAY)
        #if canImport(Darwin)
        set(SOL_SOCKET, SO_NOSIGPIPE)
        #endif
    }

    /// Whether the other side is to see a broken connection in place of an ended one once this is closed.
    ///
    /// Who does not read from a connection never sees its end, and always that it broke.
    func breaksWhenClosed(_ isBreaking: Bool) {
        var option = linger(l_onoff: isBreaking ? 1 : 0, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
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
        guard Loopback.bind(made.descriptor, to: port) == 0 else {
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
        guard Loopback.connect(made.descriptor, to: port) == 0 || errno == EINPROGRESS else {
            throw LabError("127.0.0.1:\(port): no connection: \(SystemError.words(errno))")
        }
        return made
    }

    /// The port that it has.
    var port: Int { Loopback.port(of: descriptor) }

    /// The next connection that waits to be taken; `nil` if there is none.
    func accepted() -> LoopbackSocket? {
        let descriptor = accept(descriptor, nil, nil)
        guard descriptor >= 0 else { return nil }
        Loopback.prepare(descriptor)
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
