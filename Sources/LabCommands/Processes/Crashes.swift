import CPlatform
import LabCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// What a crash of this program may cost: a few lines on standard error.
///
/// The Swift runtime would start `swift-backtrace` instead, inside the pod's cgroup, where it takes fifty times the pod's
/// memory and seconds of its life; and the lab's own death would be seconds late.
enum Crashes {
    /// By this variable somebody asks for the runtime's own way.
    private static let variable = "SWIFT_BACKTRACE"

    /// Before anything else is done.
    static func makeCheap() {
        guard unsafe getenv(variable) == nil else { return }
        unsafe cplatform_report_crashes(Program.name)
    }
}
