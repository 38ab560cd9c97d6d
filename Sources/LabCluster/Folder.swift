package import LabCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Folders of the lab's own making.
package enum Folder {
    /// Makes the folder and what leads to it; a private one, if it is new, for the lab's user alone.
    /// - Throws: ``LabError`` naming the first part that cannot be made.
    package static func make(_ path: String, isPrivate: Bool = false) throws(LabError) {
        var partial = path.hasPrefix("/") ? "" : "."
        let parts = path.split(separator: "/")
        for (index, part) in parts.enumerated() {
            partial += "/" + part
            let mode: mode_t = isPrivate && index == parts.count - 1 ? 0o700 : 0o755
            guard mkdir(partial, mode) == 0 || errno == EEXIST || errno == EISDIR else {
                let error = errno
                var status = stat()
                if stat(partial, &status) == 0 { continue }
                throw LabError("\(partial): cannot be created: \(SystemError.words(error))")
            }
        }
    }

    package static func entries(of path: String) -> [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Removes a folder with what is in it.
    ///
    /// Links are removed, not followed.
    /// - Returns: what could not be removed first, and why; `nil` if nothing is left.
    @discardableResult
    package static func remove(_ path: String) -> String? {
        if unlink(path) == 0 || errno == ENOENT { return nil }
        let error = errno
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            return "\(path): \(SystemError.words(error))"
        }
        let left = entries(of: path).compactMap { remove("\(path)/\($0)") }
        if rmdir(path) == 0 || errno == ENOENT { return nil }
        return left.first ?? "\(path): \(SystemError.words(errno))"
    }

    /// Free bytes for an ordinary user on the file system of `path`; `nil` if it does not exist.
    package static func freeBytes(at path: String) -> ByteCount? {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { return nil }
        return ByteCount(Int64(clamping: UInt64(status.f_bavail) &* UInt64(status.f_frsize)))
    }
}
