import Foundation
package import LabCore

/// A profile as a run's folder keeps it: JSON, compressed with gzip.
package enum StoredProfile {
    package static let suffix = ".profile.gz"

    /// - Throws: ``LabError`` if zlib has no memory.
    package static func encode(_ profile: HeapProfile) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return try Gzip.compress([UInt8](try encoder.encode(profile)))
    }

    /// - Throws: ``LabError`` if the bytes are no such file, or its stacks have frames that it lacks.
    package static func decode(_ bytes: [UInt8]) throws -> HeapProfile {
        let profile: HeapProfile
        do {
            profile = try JSONDecoder().decode(HeapProfile.self, from: Data(try Gzip.expand(bytes)))
        } catch let error as LabError {
            throw error
        } catch {
            throw LabError("heap profile: damaged")
        }
        let frames = profile.frames.indices
        guard profile.stacks.allSatisfy({ $0.frames.allSatisfy(frames.contains) }) else {
            throw LabError("heap profile: a stack with a frame that is not")
        }
        return profile
    }
}
