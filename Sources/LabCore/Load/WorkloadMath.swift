#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The few transcendental functions that the samplers need, so that one file alone imports the C library.
package enum Transcendental {
    package static func exponential(_ value: Double) -> Double { exp(value) }
    package static func logarithm(_ value: Double) -> Double { log(value) }
    static func cosine(_ value: Double) -> Double { cos(value) }
    /// (eˣ − 1) / x, continued through x = 0.
    static func exponentialRatio(_ value: Double) -> Double { abs(value) < 1e-12 ? 1 : expm1(value) / value }
    /// log(1 + x) / x, continued through x = 0.
    static func logarithmRatio(_ value: Double) -> Double { abs(value) < 1e-12 ? 1 : log1p(value) / value }
}
