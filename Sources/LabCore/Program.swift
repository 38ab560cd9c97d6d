import Synchronization

/// The program that runs: `leaklab`, or a laboratory with handlers of its own.
package enum Program {
    private static let called = Mutex("leaklab")

    /// As people start it: for help, examples and messages.
    package static var name: String { called.withLock { $0 } }

    /// Call it first, if at all: texts that were made before have the old name.
    package static func call(_ name: String) { called.withLock { $0 = name } }
}
