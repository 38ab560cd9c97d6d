import Kafka
import LabCluster
import LabCore
package import LabScenario

/// What `leaklab doctor` looks at.
package struct Examination: Sendable {
    package struct Finding: Sendable {
        package enum Severity: Sendable {
            case fine
            case warning
            case failure
        }

        package let severity: Severity
        package let subject: String
        package let text: String

        package var sign: String {
            switch severity {
            case .fine: "ok"
            case .warning: "!"
            case .failure: "✗"
            }
        }
    }

    private let version: String
    private let scenario: Scenario?
    private let jemalloc: Jemalloc?

    /// - Parameters:
    ///   - version: of this program.
    ///   - scenario: to examine the machine for.
    ///   - jemalloc: as it was found on this machine.
    package init(version: String, scenario: Scenario?, jemalloc: Jemalloc?) {
        self.version = version
        self.scenario = scenario
        self.jemalloc = jemalloc
    }

    package func findings() -> [Finding] {
        var findings = [Finding(severity: .fine, subject: "leaklab", text: version)]
        findings += Machine.description.map { Finding(severity: .fine, subject: $0.label, text: $0.value) }
        findings += [kafka, memoryControl, heapProfiles, agent, availableMemory, scratch, leftovers]
            .compactMap(
                \.self
            )
        return findings
    }

    private var kafka: Finding {
        // Before release 2.2.0 tagged fields in responses are skipped one byte short.
        let isOld = KafkaLibrary.versionNumber < 0x0202_0000
        let protocols = KafkaLibrary.hasConsumerProtocol ? "classic and consumer" : "classic"
        let text = "librdkafka \(KafkaLibrary.version), group protocols: \(protocols)"
        return Finding(
            severity: isOld ? .warning : .fine,
            subject: "Kafka client",
            text: isOld ? text + "; releases before 2.2.0 may fail against some brokers at ApiVersions" : text
        )
    }

    /// Nothing needs them, so their absence is worth no sign.
    private var heapProfiles: Finding {
        guard let jemalloc else {
            return Finding(
                severity: .fine,
                subject: "heap profiles",
                text: "none: this machine has no jemalloc. \(Jemalloc.installation)"
            )
        }
        let build = "jemalloc \(jemalloc.version) at \(jemalloc.path)"
        return Finding(
            severity: .fine,
            subject: "heap profiles",
            text: jemalloc.canProfile ? build : "none: \(build) was built without profiling"
        )
    }

    /// Of no use without jemalloc.
    private var agent: Finding? {
        guard jemalloc != nil else { return nil }
        let installed = (try? Executable.path()).flatMap(AgentLibrary.installed)
        let compiler = AgentLibrary.compiler.map { "made for each run that needs it, with \($0)" }
        return Finding(
            severity: .fine,
            subject: "agent",
            text: installed?.path ?? compiler
                ?? "none: it was not installed, and there is no C compiler (apt-get install gcc)"
        )
    }

    private var memoryControl: Finding {
        let control = MemoryControl.detect()
        let weakness: String? =
            switch control {
            case .version1, .version2: nil
            case .watchdog: "pods are looked at every 20 ms and may exceed their limits for as long"
            case .none: "pods run unlimited, and memory charge is not known"
            }
        return Finding(
            severity: weakness == nil ? .fine : .warning,
            subject: "memory limits",
            text: [control.explanation, weakness].compactMap(\.self).joined(separator: "; ")
        )
    }

    private var availableMemory: Finding? {
        guard let available = Machine.availableMemory else { return nil }
        guard let scenario else {
            return Finding(severity: .fine, subject: "free memory", text: "\(available)")
        }
        guard let limits = RunPlan(id: "doctor", scenario: scenario).largestMemory else {
            return Finding(
                severity: .fine,
                subject: "free memory",
                text: "\(available); the scenario sets no limits for its pods"
            )
        }
        let suffices = limits <= available
        return Finding(
            severity: suffices ? .fine : .failure,
            subject: "free memory",
            text: "\(available) for pods that may take \(limits) together"
        )
    }

    private var scratch: Finding? {
        let size = scenario.map { RunPlan(id: "doctor", scenario: $0).sharedBytes } ?? ByteCount.mebibytes(16)
        let root = Scratch.defaultRoot(needing: size)
        guard let free = Folder.freeBytes(at: root) else { return nil }
        return Finding(
            severity: free > size ? .fine : .failure,
            subject: "scratch space",
            text: "\(free) free at \(root), a run needs \(size)"
        )
    }

    private var leftovers: Finding {
        let found = Leftovers.find().names
        guard !found.isEmpty else { return Finding(severity: .fine, subject: "leftovers", text: "none") }
        return Finding(
            severity: .warning,
            subject: "leftovers",
            text: "\(found.joined(separator: ", ")); “\(Program.name) doctor --clean” removes them"
        )
    }
}
