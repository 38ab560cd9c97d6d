import Foundation

/// Runs what blocks on a thread of its own, so that it does not hold up other tests: they share as many threads as there are
/// cores.
package func onThread(_ body: @escaping @Sendable () throws -> Void) async throws {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Result(catching: body)) }
    }
}
