import CPlatform
import LabCluster

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A child of the lab ends with it, also when nobody is left to end it: the kernel sends it SIGKILL then.
///
/// The kernel does so when the *thread* ends that has started the child. Children are started by one thread, which
/// lives as long as the lab.
enum ParentTie {
    /// Ties this process to its parent if that is what the parent asks for; ends it if the parent is gone already.
    ///
    /// Before anything else is done: what this process starts does not inherit the request.
    static func make() {
        guard let text = unsafe getenv(ChildProcess.parentVariable) else { return }
        let parent = Int32(unsafe String(cString: text))
        unsafe unsetenv(ChildProcess.parentVariable)
        guard let parent, cplatform_signal_on_parent_death(SIGKILL) else { return }
        if getppid() != parent { kill(getpid(), SIGKILL) }
    }
}
