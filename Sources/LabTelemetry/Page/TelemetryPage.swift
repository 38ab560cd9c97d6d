package import LabCore
import Synchronization

/// The page on which one life of a pod writes what the lab reads, at any time and without disturbing it.
///
/// The page describes itself: a table of descriptors says what its slots are. One process writes it, from any thread;
/// any number read it. What was written survives the writer's SIGKILL as it stood.
///
/// A page that has handed out a metric stays mapped until the process ends, because metrics are plain pointers into
/// it and may be held by objects that leak on purpose.
package final class TelemetryPage: Sendable {
    /// Room for about 50 histograms, or as many other metrics as there are descriptors.
    package static let defaultSize = 256 << 10

    let file: MappedFile
    private let registration = Mutex(Registration())

    private struct Registration {
        var descriptors: [MetricDescriptor] = []
        var isKeptForGood = false
    }

    private init(file: MappedFile) { self.file = file }

    /// Makes the page's file, which the pod then opens.
    /// - Throws: ``LabError`` if the file cannot be made or there is no room for it.
    package static func create(at path: String, size: Int = defaultSize) throws -> TelemetryPage {
        try format(MappedFile.create(at: path, size: max(size, PageLayout.minimumSize)))
    }

    /// Opens a page for writing on; metrics registered before are found again under their names.
    /// - Throws: ``LabError`` if the file is missing, too small, or no telemetry page of this version.
    package static func open(at path: String) throws -> TelemetryPage {
        let file = try MappedFile.open(at: path, isWritable: true, minimumSize: PageLayout.minimumSize)
        let page = TelemetryPage(file: file)
        let table = try PageTable(of: file, named: path)
        page.registration.withLock { $0.descriptors = table.descriptors(from: 0).readable }
        return page
    }

    /// A page in the memory of this process, for a pod without a lab and for tests.
    /// - Throws: ``LabError`` if the memory cannot be mapped.
    package static func anonymous(size: Int = defaultSize) throws -> TelemetryPage {
        try format(MappedFile.anonymous(size: max(size, PageLayout.minimumSize)))
    }

    private static func format(_ file: MappedFile) -> TelemetryPage {
        let words = file.words
        words[PageLayout.versionWord].store(PageLayout.version, ordering: .relaxed)
        words[PageLayout.nextSlotWord].store(UInt64(PageLayout.overflowSlots), ordering: .relaxed)
        words[PageLayout.magicWord].store(PageLayout.magic, ordering: .releasing)
        return TelemetryPage(file: file)
    }

    /// Registering a name twice gives the same number.
    ///
    /// When the page is full, all further metrics of a kind share one that is called `other`. Names over 56
    /// bytes are cut.
    package func counter(
        _ name: String,
        unit: MetricUnit = .count,
        class: MetricClass = .pod
    ) -> Counter {
        Counter(word(register(name, .counter, unit, `class`)))
    }

    /// As ``counter(_:unit:class:)``, for a level: `store` it, or `add` and `subtract`.
    package func gauge(_ name: String, unit: MetricUnit = .count, class: MetricClass = .pod) -> Counter {
        Counter(word(register(name, .gauge, unit, `class`)))
    }

    /// As ``counter(_:unit:class:)``, for a level that is slow to read.
    package func timedGauge(
        _ name: String,
        unit: MetricUnit = .count,
        class: MetricClass = .pod
    ) -> TimedGauge {
        let slot = register(name, .timedGauge, unit, `class`)
        return TimedGauge(value: Counter(word(slot)), time: Counter(word(slot + 1)))
    }

    /// As ``counter(_:unit:class:)``, for a distribution.
    package func histogram(
        _ name: String,
        unit: MetricUnit = .microseconds,
        class: MetricClass = .pod
    ) -> HistogramHandle {
        HistogramHandle(word(register(name, .histogram, unit, `class`)))
    }

    /// As ``counter(_:unit:class:)``, for what one place in the code makes.
    ///
    /// The page's gauge `tasks` or `instances` counts it too.
    package func site(_ name: String, kind: CensusSite.Kind) -> CensusSite {
        let slot = register(name, .site, .count, kind == .task ? .task : .instance)
        return CensusSite(
            created: Counter(word(slot)),
            live: Counter(word(slot + 1)),
            total: gauge((kind == .task ? MetricName.tasks : .instances).rawValue)
        )
    }

    /// The first slot of the metric of that name and kind.
    private func register(_ name: String, _ kind: MetricKind, _ unit: MetricUnit, _ class: MetricClass) -> Int
    {
        let name = MetricDescriptor.fitting(name)
        return registration.withLock { state in
            keepForGood(&state)
            guard !name.isEmpty, name != PageLayout.overflowName else {
                return publishOverflow(of: kind, in: &state)
            }
            if let known = state.descriptors.first(where: { $0.name == name && $0.kind == kind }) {
                return known.slot
            }
            let limit = PageLayout.descriptorCapacity - PageLayout.reservedDescriptors
            guard state.descriptors.count < limit, let slot = takeSlots(kind.slotCount) else {
                return publishOverflow(of: kind, in: &state)
            }
            publish(
                MetricDescriptor(name: name, kind: kind, unit: unit, class: `class`, slot: slot),
                in: &state
            )
            return slot
        }
    }

    private func keepForGood(_ state: inout Registration) {
        guard !state.isKeptForGood else { return }
        state.isKeptForGood = true
        _ = Unmanaged.passRetained(self)
    }

    private func publishOverflow(of kind: MetricKind, in state: inout Registration) -> Int {
        let slot = PageLayout.overflowSlot(of: kind)
        let isKnown = state.descriptors.contains { $0.slot == slot && $0.kind == kind }
        if !isKnown, state.descriptors.count < PageLayout.descriptorCapacity {
            let descriptor = MetricDescriptor(
                name: PageLayout.overflowName,
                kind: kind,
                unit: .count,
                class: .pod,
                slot: slot
            )
            publish(descriptor, in: &state)
        }
        return slot
    }

    private func takeSlots(_ count: Int) -> Int? {
        let words = file.words
        let next = Int(truncatingIfNeeded: words[PageLayout.nextSlotWord].load(ordering: .relaxed))
        let available = PageLayout.slotCount(ofWords: words.count)
        guard next >= PageLayout.overflowSlots, next <= available, available - next >= count else {
            return nil
        }
        words[PageLayout.nextSlotWord].store(UInt64(next + count), ordering: .relaxed)
        return next
    }

    private func publish(_ descriptor: MetricDescriptor, in state: inout Registration) {
        let words = file.words
        let start = PageLayout.descriptorWord(state.descriptors.count)
        for (index, word) in descriptor.words.enumerated() {
            words[start + index].store(word, ordering: .relaxed)
        }
        state.descriptors.append(descriptor)
        words[PageLayout.descriptorCountWord].store(UInt64(state.descriptors.count), ordering: .releasing)
    }

    private func word(_ slot: Int) -> UnsafeMutablePointer<Atomic<UInt64>> {
        // Slots come from `takeSlots` or from a validated descriptor, so the index is inside the mapping.
        file.words.baseAddress.unsafelyUnwrapped + (PageLayout.slotsWord + slot)
    }
}
