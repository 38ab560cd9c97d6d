import Foundation

/// From what a sampling allocator saw to what there is.
///
/// jemalloc samples each allocated byte with the same small probability, so an allocation of s bytes is seen with probability
/// 1 − e^(−s/period), and stands for the reciprocal of that many. The formula is that of `jeprof` for `heap_v2`
/// (`AdjustSamples`), with the mean size of a stack's allocations for s; jemalloc 5.3 prepares its counts so that this formula
/// has no bias (`opt.prof_unbias`).
enum Unsampling {
    /// By how much to multiply the objects and bytes of a stack.
    static func factor(objects: Int, bytes: Int, period: Int) -> Double {
        guard objects > 0, bytes > 0, period > 1 else { return 1 }
        let ratio = Double(bytes) / Double(objects) / Double(period)
        return 1 / -expm1(-ratio)
    }
}
