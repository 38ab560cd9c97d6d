#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Functions of librdkafka that came after the release whose headers this was compiled with.
enum LateFunction {
    /// Where the running library has a function.
    ///
    /// - Returns: `nil` if it has none of that name. Whoever calls it states what its header says of its parameters.
    static func address(of name: String) -> UnsafeMutableRawPointer? {
        #if canImport(Darwin)
        let everywhere = UnsafeMutableRawPointer(bitPattern: -2)
        #else
        let everywhere: UnsafeMutableRawPointer? = nil
        #endif
        return dlsym(everywhere, name)
    }
}
