package import LabCore

/// Makes names of the addresses of a dump: by a symbolizer where there is one, with files, lines and inlined functions, else
/// from the symbol tables of the files themselves.
package struct Symbolizer: Sendable {
    /// Runs a program and returns what it wrote to standard output; `nil` if it cannot be had.
    package typealias Run = @Sendable (_ program: String, _ arguments: [String]) async -> String?

    private let program: String?
    private let run: Run
    private let demangle: @Sendable (String) -> String?

    /// - Parameters:
    ///   - program: `llvm-symbolizer`; `nil` where there is none.
    ///   - demangle: of Swift's names; `nil` for what is none.
    ///   - run: for the program.
    package init(program: String?, demangle: @escaping @Sendable (String) -> String?, run: @escaping Run) {
        self.program = program
        self.demangle = demangle
        self.run = run
    }

    /// Dumps with names in the place of addresses, and with estimates in the place of samples; each file is asked once.
    ///
    /// Files that are gone leave addresses. A stack's addresses are those that calls return to, so the byte before each is
    /// looked up.
    package func profiles(_ dumps: [(dump: HeapDump, head: HeapProfile)]) async -> [HeapProfile] {
        var places: [String: Set<UInt64>] = [:]
        for (dump, _) in dumps {
            for address in Set(dump.stacks.flatMap(\.addresses)) {
                if let (path, offset) = dump.place(of: address) { places[path, default: []].insert(offset) }
            }
        }
        var names: [String: [UInt64: [SymbolizedFrame]]] = [:]
        for (path, offsets) in places { names[path] = await frames(in: path, at: offsets.sorted()) }
        return dumps.map { profile($0, $1, names) }
    }

    private func profile(
        _ dump: HeapDump,
        _ head: HeapProfile,
        _ names: [String: [UInt64: [SymbolizedFrame]]]
    ) -> HeapProfile {
        var table = FrameTable(demangle: demangle)
        var profile = head
        profile.samplePeriod = dump.samplePeriod
        profile.symbols = program == nil ? "symbol tables" : "llvm-symbolizer"
        profile.stacks = dump.stacks.map { stack in
            let (objects, bytes) = (stack.objects, stack.bytes)
            let factor = Unsampling.factor(objects: objects, bytes: bytes, period: dump.samplePeriod)
            let frames = stack.addresses.flatMap { address -> [Int] in
                guard let (path, offset) = dump.place(of: address) else { return [table.index(of: address)] }
                return table.indices(of: names[path]?[offset] ?? [], at: offset, in: path)
            }
            return HeapProfile.Stack(
                frames: frames,
                samples: objects,
                objects: Double(objects) * factor,
                bytes: Double(bytes) * factor
            )
        }
        profile.frames = table.frames
        return profile
    }

    private func frames(in path: String, at offsets: [UInt64]) async -> [UInt64: [SymbolizedFrame]] {
        guard let file = ElfFile(at: path, readsFunctions: false) else { return [:] }
        let places = offsets.compactMap { offset in file.address(ofOffset: offset).map { (offset, $0) } }
        var found = await symbolized(path, places)
        let missing = places.filter { found[$0.0]?.isEmpty ?? true }
        guard !missing.isEmpty, let tables = ElfFile(at: path) else { return found }
        for (offset, address) in missing {
            if let symbol = tables.symbol(at: address) { found[offset] = [SymbolizedFrame(symbol: symbol)] }
        }
        return found
    }

    private func symbolized(_ path: String, _ places: [(UInt64, UInt64)]) async -> [UInt64: [SymbolizedFrame]]
    {
        guard let program, !places.isEmpty else { return [:] }
        var found: [UInt64: [SymbolizedFrame]] = [:]
        for start in stride(from: 0, to: places.count, by: Self.addressesAtOnce) {
            let part = places[start..<min(start + Self.addressesAtOnce, places.count)]
            let arguments = ["--no-demangle", "--obj=\(path)"] + part.map { "0x" + String($0.1, radix: 16) }
            guard let text = await run(program, arguments) else { return found }
            for (place, frames) in zip(part, SymbolizerText.frames(text)) { found[place.0] = frames }
        }
        return found
    }

    /// Well below what a command line may have.
    private static let addressesAtOnce = 2_000
}

extension HeapDump {
    /// The file that a return address lies in, and where in it the call is.
    fileprivate func place(of address: UInt64) -> (path: String, offset: UInt64)? {
        guard address > 0, let mapping = mapping(of: address - 1) else { return nil }
        return (mapping.path, address - 1 - mapping.start + mapping.offset)
    }
}

/// Frames, each once.
private struct FrameTable {
    let demangle: @Sendable (String) -> String?
    private(set) var frames: [ProfileFrame] = []
    private var known: [ProfileFrame: Int] = [:]

    init(demangle: @escaping @Sendable (String) -> String?) { self.demangle = demangle }

    /// Of an address that no file is mapped at.
    mutating func index(of address: UInt64) -> Int {
        add(ProfileFrame(function: hexadecimal(address), library: "", owner: .runtime))
    }

    mutating func indices(of found: [SymbolizedFrame], at offset: UInt64, in path: String) -> [Int] {
        let library = path.split(separator: "/").last.map(String.init) ?? path
        guard !found.isEmpty else {
            let owner = ProfileFrame.Owner(library: library, module: "", symbol: "")
            return [add(ProfileFrame(function: hexadecimal(offset), library: library, owner: owner))]
        }
        return found.map { add(frame($0, library)) }
    }

    private func frame(_ found: SymbolizedFrame, _ library: String) -> ProfileFrame {
        let name = demangle(found.symbol).map { SwiftName($0) }
        let module = name?.module ?? ""
        let owner = ProfileFrame.Owner(library: library, module: module, symbol: found.symbol)
        return ProfileFrame(
            function: name?.function ?? found.symbol,
            module: module,
            library: library,
            file: found.file,
            line: found.line,
            owner: name?.isThunk == true && owner == .own ? .runtime : owner
        )
    }

    private mutating func add(_ frame: ProfileFrame) -> Int {
        if let index = known[frame] { return index }
        known[frame] = frames.count
        frames.append(frame)
        return frames.count - 1
    }

    private func hexadecimal(_ address: UInt64) -> String { "0x" + String(address, radix: 16) }
}
