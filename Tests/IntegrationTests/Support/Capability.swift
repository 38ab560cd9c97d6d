import LabCluster
import LabCore
import LabTesting

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// What this machine lets a test do.
enum Capability {
    /// Where Debian and Fedora have the allocator that takes them.
    static var heapProfiles: Bool {
        ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64"].contains {
            access("\($0)/libjemalloc.so.2", R_OK) == 0
        }
    }

    static var memoryCgroup: Bool { MemoryControl.detect().place != nil }

    static var mayMount: Bool {
        #if os(Linux)
        geteuid() == 0 && access("/usr/bin/mount", X_OK) == 0
        #else
        false
        #endif
    }
}

/// A file system of a given size, for as long as a test needs it.
enum SmallDisk {
    static func with(kibibytes: Int, at folder: String, _ body: (String) async throws -> Void) async throws {
        try Folder.make(folder)
        try await command("/usr/bin/mount", "-t", "tmpfs", "-o", "size=\(kibibytes)k", "tmpfs", folder)
        do {
            try await body(folder)
        } catch {
            try await command("/usr/bin/umount", "--lazy", folder)
            throw error
        }
        try await command("/usr/bin/umount", "--lazy", folder)
    }

    private static func command(_ program: String, _ arguments: String...) async throws {
        let child = ChildProcess(executable: program, arguments: arguments, logPath: "/dev/null")
        let end = try await child.run { _ in }.end
        guard end == .exited(0) else {
            throw LabError("\(program) \(arguments.joined(separator: " ")): \(end)")
        }
    }
}
