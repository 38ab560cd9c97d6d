import LabCore
import LabTesting
import Testing

@testable import LabCluster

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

@Suite("What runs a process") struct RuntimeProcessTests {
    @Test(
        "is known by what it has mapped",
        arguments: [
            (["sh", "libjvm.so"], .jvm), (["node"], .node), (["libnode.so.108"], .node),
            (["python3.11"], .python),
            (["x", "libpython3.11.so.1.0"], .python), (["dotnet", "libcoreclr.so"], .dotnet),
        ] as [([Substring], ProgramRuntime)]
    )
    func libraries(files: [Substring], runtime: ProgramRuntime) {
        #expect(RuntimeProcess.runtime(ofFiles: Set(files)) == runtime)
    }

    @Test(
        "is nothing that is known where only others have such names",
        arguments: ["pythonic", "nodes", "libc.so.6"]
    )
    func others(file: Substring) { #expect(RuntimeProcess.runtime(ofFiles: [file]) == nil) }

    @Test("is Go where its linker left its note in an ELF file")
    func go() {
        let elf: [UInt8] = [0x7F, 0x45, 0x4C, 0x46]
        let note: [UInt8] = [4, 0, 0, 0, 0x53, 0, 0, 0, 4, 0, 0, 0, 0x47, 0x6F, 0, 0]
        #expect(GoProgram.hasMark(elf + Array(repeating: 0, count: 100) + note))
        #expect(!GoProgram.hasMark(elf + Array(repeating: 0, count: 100)) && !GoProgram.hasMark(note))
    }

    @Test(
        "is native for this program, whose pid is its own",
        .enabled(if: TextFile.contents(of: "/proc/self/stat") != nil)
    )
    func own() {
        #expect(RuntimeProcess.runtime(of: getpid()) == .native)
        #expect(ProcessText.ownPID(of: getpid()) == getpid())
        #expect(RuntimeProcess.largest(of: PodProcesses(pid: getpid()))?.runtime == .native)
        #expect(!ProcessText.catches(SIGUSR2, getpid()))
    }
}

@Suite("Settings of a heap") struct HeapSettingsTests {
    @Test(
        "come from the words of the command and its environment, the last one counting",
        arguments: [
            (.jvm, ["java", "-Xmx1g", "-Xmx512m"], [], 512 << 20),
            (.jvm, ["java", "-XX:MaxHeapSize=64k"], [], 64 << 10),
            (.jvm, ["java"], ["JAVA_TOOL_OPTIONS=-Xms1m -Xmx2g"], 2 << 30),
            (.jvm, ["java", "-Xmx"], [], nil),
            (.jvm, ["java", "-Xmx99999999999g"], [], nil), (.go, [], ["GOMEMLIMIT=300MiB"], 300 << 20),
            (.go, [], ["GOMEMLIMIT=off"], nil), (.go, [], ["XGOMEMLIMIT=1"], nil),
            (.node, ["node", "--max-old-space-size=256"], [], 256 << 20),
            (.node, ["node"], ["NODE_OPTIONS=--max-old-space-size=64"], 64 << 20),
            (.python, ["-Xmx1g"], [], nil), (.native, [], ["GOMEMLIMIT=1GiB"], nil),
        ] as [(ProgramRuntime, [String], [String], Int64?)]
    )
    func ceilings(runtime: ProgramRuntime, words: [String], environment: [String], ceiling: Int64?) {
        #expect(HeapSettings(runtime, words: words, environment: environment).ceiling == ceiling)
    }

    @Test(
        "say how far a heap of Go grows",
        arguments: [([], 100), (["GOGC=50"], 50), (["GOGC=off"], nil), (["GOGC=x"], 100)]
            as [([String], Double?)]
    )
    func growth(environment: [String], percent: Double?) {
        #expect(HeapSettings(.go, words: [], environment: environment).growthPercent == percent)
        #expect(HeapSettings(.jvm, words: [], environment: environment).growthPercent == nil)
    }
}
