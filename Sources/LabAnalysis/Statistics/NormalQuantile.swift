#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// The value that a standard normal variable does not exceed with `probability`, by bisection of the error function;
/// finite for every argument.
func normalQuantile(_ probability: Double) -> Double {
    guard probability.isFinite else { return 0 }
    var low = -9.0
    var high = 9.0
    for _ in 0..<60 {
        let middle = (low + high) / 2
        if 0.5 * erfc(-middle / 2.0.squareRoot()) < probability { low = middle } else { high = middle }
    }
    return (low + high) / 2
}
