import CPlatform
import LabCore
import Synchronization

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// A region of memory that processes share through a file, or that one process has for itself.
///
/// Safety: the pointer is set once, before anybody else sees the object, and valid until `deinit`. What lies behind
/// it is reached through ``words`` only, 64-bit atomics, so threads and processes may overlap in any way. The atomics'
/// bytes are those of a `UInt64`, and all bits zero, which a new mapping has, is an initialised atomic.
package final class MappedFile: Sendable {
    /// In bytes.
    package let size: Int
    nonisolated(unsafe) private let base: UnsafeMutableRawPointer
    /// `nil` for memory that is no file.
    private let origin: Origin?

    /// Which file it is, so that its size can be asked for without a descriptor.
    private struct Origin {
        let path: String
        let device: UInt64
        let number: UInt64
    }

    private init(adopting base: UnsafeMutableRawPointer, size: Int, origin: Origin? = nil) {
        self.base = base
        self.size = size
        self.origin = origin
    }

    deinit { munmap(base, size) }

    /// Makes a file of `size` zero bytes, its blocks allocated, and maps it for reading and writing.
    ///
    /// A file that exists already is replaced; processes that have it mapped keep the old one.
    /// - Throws: ``LabError`` naming the folder and the size if the disk is full, or the file cannot be made.
    package static func create(at path: String, size: Int) throws -> MappedFile {
        unlink(path)
        let descriptor = openFile(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path, "cannot be created", errno) }
        defer { close(descriptor) }
        let error = cplatform_allocate_file(descriptor, Int64(size))
        guard error == 0 else {
            unlink(path)
            throw allocationFailure(path, size: size, error: error)
        }
        return try map(descriptor, path: path, size: size, isWritable: true)
    }

    /// Maps an existing file whole.
    ///
    /// It must have at least `minimumSize` bytes.
    /// - Throws: ``LabError`` if the file is missing, smaller than `minimumSize`, or cannot be mapped.
    package static func open(at path: String, isWritable: Bool, minimumSize: Int) throws -> MappedFile {
        let descriptor = openFile(path, (isWritable ? O_RDWR : O_RDONLY) | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path, "cannot be opened", errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure(path, "cannot be examined", errno) }
        guard Int(status.st_size) >= max(1, minimumSize) else {
            throw LabError("\(path): holds \(status.st_size) bytes where at least \(minimumSize) are needed")
        }
        return try map(descriptor, path: path, size: Int(status.st_size), isWritable: isWritable)
    }

    /// Zeroed memory of this process alone.
    package static func anonymous(size: Int) throws -> MappedFile {
        let base = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let base, base != MAP_FAILED else {
            throw LabError("memory: \(ByteCount(Int64(size))) cannot be mapped: \(reason(errno))")
        }
        return MappedFile(adopting: base, size: size)
    }

    /// Whether all of the region can be touched: behind the end of a file that was cut short, a load kills the process.
    ///
    /// Costs one system call. A file that was removed or replaced lives on as it was.
    package var isWhole: Bool {
        guard let origin else { return true }
        var status = stat()
        guard stat(origin.path, &status) == 0, UInt64(truncatingIfNeeded: status.st_dev) == origin.device,
            UInt64(truncatingIfNeeded: status.st_ino) == origin.number
        else { return true }
        return Int(status.st_size) >= size
    }

    /// The whole region as 64-bit atomics.
    ///
    /// Valid as long as this object lives; nothing may be stored through it if the file was opened for
    /// reading.
    var words: UnsafeMutableBufferPointer<Atomic<UInt64>> {
        let count = size / MemoryLayout<UInt64>.stride
        return UnsafeMutableBufferPointer(
            start: base.bindMemory(to: Atomic<UInt64>.self, capacity: count),
            count: count
        )
    }

    private static func map(
        _ descriptor: Int32,
        path: String,
        size: Int,
        isWritable: Bool
    ) throws -> MappedFile {
        let protection = isWritable ? PROT_READ | PROT_WRITE : PROT_READ
        let base = mmap(nil, size, protection, MAP_SHARED, descriptor, 0)
        guard let base, base != MAP_FAILED else { throw failure(path, "cannot be mapped", errno) }
        var status = stat()
        let isKnown = fstat(descriptor, &status) == 0
        let origin = Origin(
            path: path,
            device: UInt64(truncatingIfNeeded: status.st_dev),
            number: UInt64(truncatingIfNeeded: status.st_ino)
        )
        return MappedFile(adopting: base, size: size, origin: isKnown ? origin : nil)
    }

    private static func allocationFailure(_ path: String, size: Int, error: Int32) -> LabError {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        return LabError(
            "\(folder.isEmpty ? "/" : folder): no room for a file of \(ByteCount(Int64(size))): \(reason(error))",
            hint: "Free some space there, or give the lab another folder.",
            exitStatus: .labFailed
        )
    }

    private static func failure(_ path: String, _ problem: String, _ error: Int32) -> LabError {
        LabError("\(path): \(problem): \(reason(error))")
    }

    private static func reason(_ error: Int32) -> String {
        String(cString: strerror(error)).lowercased()
    }
}

/// Outside the type, where `open` is the system's.
private func openFile(_ path: String, _ flags: Int32) -> Int32 { open(path, flags, 0o600) }
