import LabCore

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// A value behind a readers–writer lock: readers do not wait for each other.
///
/// Safety: the cell holds an initialised lock and value for as long as this owner lives, at one address, as POSIX
/// asks. The value is read under either lock and changed under the writer's only, so it may be shared between
/// threads; the bodies are synchronous and get no chance to keep it.
@safe
struct ReadWriteLocked<Value: Sendable>: ~Copyable, @unchecked Sendable {
    private struct Cell {
        var lock: pthread_rwlock_t
        var value: Value
    }

    private let cell: UnsafeMutablePointer<Cell>

    init(_ value: Value) {
        unsafe cell = .allocate(capacity: 1)
        // Field by field: POSIX initialises its lock in place.
        unsafe withUnsafeMutablePointer(to: &cell.pointee.value) { unsafe $0.initialize(to: value) }
        let status = unsafe pthread_rwlock_init(&cell.pointee.lock, nil)
        precondition(status == 0, "a readers–writer lock cannot be made: \(SystemError.words(status))")
    }

    deinit {
        unsafe pthread_rwlock_destroy(&cell.pointee.lock)
        unsafe cell.deinitialize(count: 1)
        unsafe cell.deallocate()
    }

    func read<Result>(_ body: (borrowing Value) -> Result) -> Result {
        unsafe pthread_rwlock_rdlock(&cell.pointee.lock)
        defer { unsafe pthread_rwlock_unlock(&cell.pointee.lock) }
        return unsafe body(cell.pointee.value)
    }

    func write<Result>(_ body: (inout Value) -> Result) -> Result {
        unsafe pthread_rwlock_wrlock(&cell.pointee.lock)
        defer { unsafe pthread_rwlock_unlock(&cell.pointee.lock) }
        return unsafe body(&cell.pointee.value)
    }
}
