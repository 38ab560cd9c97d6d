import LabCommands
import LabCore
import LabIncidents

/// A program that is the whole laboratory, with handlers of its own.
///
/// Mark one type of an executable with `@main`, and the executable has every command of `leaklab`: `run`, `check`,
/// `compare`, `report`, `selftest` and the rest. Scenarios name the incidents below beside those that come with the lab.
///
/// ```swift
/// import LeakLab
///
/// @main
/// struct CheckoutLab: Laboratory {
///     static let incidents = [
///         Incident(
///             "checkout",
///             summary: "Every basket leaves its prices in a cache that forgets nothing.",
///             parameters: PriceCache.capacity,
///             handlers: [
///                 .suspect("old-build", "Keeps the prices of every basket.") { try OldBuild($0) },
///                 .fix("new-build", "Keeps the prices of the latest baskets.") { try NewBuild($0) },
///             ]
///         )
///     ]
/// }
/// ```
///
/// The lab starts this executable again for every process of a run: pods, the producer, the broker. So whatever stands in
/// the executable's `main` besides the laboratory happens in each of them; there is room for it in
/// ``EventHandler``s, which are made in pods only.
public protocol Laboratory {
    /// The program's own incidents, in the order in which `incidents` lists them.
    ///
    /// Read once at the start of each process, on the main thread. Names are checked then: one that is malformed, stands
    /// twice or belongs to an incident of the lab's ends the program with exit status 1 and one line that says where.
    static var incidents: [Incident] { get }
}

extension Laboratory {
    /// Parses the program's arguments, runs the command and ends the process with the exit status of the contract.
    ///
    /// 0 is as expected, 1 the lab failed, 2 expectations are not met, 3 inconclusive or invalid, 4 the scenario is
    /// invalid, 5 a capability is missing, 6 the broker is unavailable, 64 usage, 130 interrupted. In help and messages
    /// the program has the name of its executable.
    @MainActor
    public static func main() async {
        Program.call(ExecutableName.from(CommandLine.arguments.first))
        do {
            IncidentLibrary.add(try Registration.checked(incidents, besides: IncidentLibrary.builtIn))
        } catch {
            LeakLabCommand.fail(error)
        }
        await LeakLabCommand.runAsProgram()
    }
}

enum ExecutableName {
    /// The last part of the path that the program was started by; `leaklab` if there is none.
    static func from(_ path: String?) -> String {
        let name = (path ?? "").split(separator: "/").last.map(String.init) ?? ""
        return name.isEmpty ? "leaklab" : name
    }
}
