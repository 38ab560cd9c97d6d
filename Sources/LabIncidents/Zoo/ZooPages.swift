#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Anonymous mappings in a chain, each with the address of the one before it in its first word.
struct ZooPages: ZooMedium, Sendable {
    private let size: Int
    private var last: UInt = 0

    /// - Parameter bytes: of each mapping; whole pages are mapped, one at least.
    init(bytes: Int) {
        let page = Int(sysconf(Int32(_SC_PAGESIZE)))
        size = max(1, (bytes + page - 1) / page) * page
    }

    mutating func take() -> Bool {
        let flags = MAP_PRIVATE | MAP_ANONYMOUS
        let pages = unsafe mmap(nil, size, PROT_READ | PROT_WRITE, flags, -1, 0)
        guard let pages = unsafe pages, unsafe pages != MAP_FAILED else { return false }
        unsafe memset(pages, 0xA5, size)
        unsafe pages.storeBytes(of: last, as: UInt.self)
        last = UInt(bitPattern: pages)
        return true
    }

    mutating func giveBack() {
        guard let pages = unsafe UnsafeMutableRawPointer(bitPattern: last) else { return }
        last = unsafe pages.load(as: UInt.self)
        unsafe munmap(pages, size)
    }
}
