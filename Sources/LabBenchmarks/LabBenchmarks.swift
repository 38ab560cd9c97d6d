import Foundation
import LabCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Measures what LeakLab promises, and prints the figures beside their targets.
///
/// `LabBenchmarks --leaklab FILE --scenarios FOLDER [--peer FILE] [--output FILE] [NAME…]`, or one of its own children:
/// `LabBenchmarks pod|harness|bare FILE`. Exit status 1 means that something could not be measured; a target that is
/// missed is a result.
@main
enum LabBenchmarks {
    static func main() async {
        let arguments = Array(CommandLine.arguments.dropFirst())
        do {
            if let child = BenchmarkChild(arguments) {
                try await child.run()
            } else {
                let options = try BenchmarkOptions(parsing: arguments)
                exit(try await run(options) ? 0 : 1)
            }
        } catch is CancellationError {
            exit(ExitStatus.interrupted.rawValue)
        } catch {
            Report.error("\(error)")
            exit(1)
        }
    }

    /// - Returns: whether everything could be measured.
    private static func run(_ options: BenchmarkOptions) async throws -> Bool {
        let table = try await Workbench.open(options) { bench in
            var table = FigureTable(conditions: Conditions.now)
            for benchmark in options.benchmarks {
                try Task.checkCancellation()
                Report.progress("\(benchmark.name): \(benchmark.summary)")
                try await table.append(benchmark, in: bench)
            }
            return table
        }
        print(table.text)
        if let output = options.output { try Report.write(table.markdown, to: output) }
        return table.failures.isEmpty
    }
}

/// What the command line asks for.
struct BenchmarkOptions: Sendable {
    var leaklab = ""
    var scenarios = ""
    var peer: String?
    var output: String?
    var benchmarks: [any Benchmark] = []

    /// - Throws: ``LabError`` with exit status 64's text for anything that is not understood.
    init(parsing arguments: [String]) throws(LabError) {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            switch argument {
            case "--leaklab": leaklab = try Self.value(of: argument, &rest)
            case "--scenarios": scenarios = try Self.value(of: argument, &rest)
            case "--peer": peer = try Self.value(of: argument, &rest)
            case "--output": output = try Self.value(of: argument, &rest)
            default:
                guard let benchmark = Benchmarks.all.first(where: { $0.name == argument }) else {
                    throw LabError(
                        "“\(argument)” is none of \(Benchmarks.all.map(\.name).joined(separator: ", "))"
                    )
                }
                benchmarks.append(benchmark)
            }
        }
        guard !leaklab.isEmpty, !scenarios.isEmpty else {
            throw LabError("--leaklab and --scenarios are needed")
        }
        if benchmarks.isEmpty { benchmarks = Benchmarks.all }
    }

    private static func value(of option: String, _ rest: inout ArraySlice<String>) throws(LabError) -> String
    {
        guard let value = rest.popFirst() else { throw LabError("\(option): a value is missing") }
        return value
    }
}
