import LabCluster
import LabCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The folders where a run's files can be: in memory, the folder for temporary files, and one that somebody names.
struct ScratchPlaces: Sendable {
    /// What is known of a folder.
    struct Room: Sendable, Hashable {
        /// For an ordinary user.
        var free: ByteCount
        /// Read-only file systems are not.
        var isWritable: Bool
    }

    static let memory = "/dev/shm"

    let temporary: String
    private let look: @Sendable (String) -> Room?

    /// - Parameters:
    ///   - temporary: the folder for temporary files.
    ///   - look: at a folder; `nil` if there is none.
    init(
        temporary: String = TemporaryFolder.path,
        look: @escaping @Sendable (String) -> Room? = { Room(ofFolder: $0) }
    ) {
        self.temporary = temporary
        self.look = look
    }

    /// Memory where there is twice the room, else the folder for temporary files; memory too where it is the only one
    /// of them that can be written and has the room.
    func root(needing size: ByteCount) -> String {
        if hasRoom(Self.memory, ByteCount(clamping: size.bytes.multipliedReportingOverflow(by: 2))) {
            return Self.memory
        }
        if !hasRoom(temporary, size), hasRoom(Self.memory, size) { return Self.memory }
        return temporary
    }

    private func hasRoom(_ folder: String, _ size: ByteCount) -> Bool {
        look(folder).map { $0.isWritable && $0.free >= size } ?? false
    }

    /// All where a lab may have left something, or its name.
    /// - Parameter named: the folder that somebody names for runs.
    /// - Returns: folders, each once.
    func all(and named: String?) -> [String] {
        var places: [String] = []
        for place in [temporary, TemporaryFolder.system, Self.memory, named].compactMap(\.self)
        where !places.contains(place) { places.append(place) }
        return places
    }
}

extension ScratchPlaces.Room {
    init?(ofFolder path: String) {
        guard let free = Folder.freeBytes(at: path) else { return nil }
        self.init(free: free, isWritable: unsafe access(path, W_OK | X_OK) == 0)
    }
}

extension ByteCount {
    /// The product, or the largest number if there is none.
    fileprivate init(clamping product: (partialValue: Int64, overflow: Bool)) {
        self.init(product.overflow ? .max : product.partialValue)
    }
}
