package import LabCore

/// The conditions that a run's phases set in the incident's world: written by the lab, read by pods and companions.
///
/// A page as the pods have for their metrics, one gauge for each variable, so that a change is seen at once by every
/// process and reading it costs one load. Variables that nobody registered are as they should be.
package struct World: Sendable {
    /// `nil` where nothing ever changes.
    private let page: TelemetryPage?

    /// Where everything is as it should be, for good.
    package static let undisturbed = World(page: nil)

    /// Makes the page's file, with a gauge for each variable.
    /// - Throws: ``LabError`` if the file cannot be made or there is no room for it.
    package static func create(at path: String, variables: [WorldVariable]) throws -> World {
        let world = World(page: try TelemetryPage.create(at: path))
        for variable in variables { _ = world.gauge(variable.name) }
        return world
    }

    /// - Throws: ``LabError`` if the file is missing or no page of this version.
    package static func open(at path: String) throws -> World {
        World(page: try TelemetryPage.open(at: path))
    }

    /// A world in the memory of this process, for a handler without a lab and for tests.
    /// - Throws: ``LabError`` if the memory cannot be mapped.
    package static func anonymous() throws -> World { World(page: try TelemetryPage.anonymous()) }

    /// Sets one variable; without effect where nothing changes.
    ///
    /// A delay is wall time, rounded to microseconds; a share is rounded to a millionth.
    package func set(_ name: String, to condition: WorldCondition) {
        gauge(name)?.store(Self.word(for: condition))
    }

    /// Something that answers, or does not.
    package func service(_ name: String) -> WorldService { WorldService(word: gauge(name)) }

    /// A part of all.
    package func share(_ name: String) -> WorldShare { WorldShare(word: gauge(name)) }

    private func gauge(_ name: String) -> Counter? { page?.gauge(name, class: .incident) }

    /// Zero is normal for every kind, so that a page is right from its creation on.
    private static func word(for condition: WorldCondition) -> UInt64 {
        switch condition {
        // The broker has its own way of learning of it.
        case .normal, .errors: 0
        case .down: WorldService.down
        case .slow(let delay): max(1, UInt64(clamping: delay.inNanoseconds / 1_000))
        case .share(let share): UInt64((min(max(share, 0), 1) * WorldShare.unit).rounded())
        }
    }
}

/// How something that answers is doing at this instant.
package struct WorldService: Sendable {
    static let down = UInt64(1) << 63
    let word: Counter?

    package var isDown: Bool { word?.load() == Self.down }

    /// By which every answer is late, wall time; zero while nothing is wrong, or while there is none at all.
    package var delay: Duration {
        let value = word?.load() ?? 0
        return value == Self.down ? .zero : .microseconds(Int64(clamping: value))
    }
}

/// A part of all at this instant.
package struct WorldShare: Sendable {
    static let unit = 1e6
    let word: Counter?

    /// From 0 to 1.
    package var value: Double { Double(min(word?.load() ?? 0, UInt64(Self.unit))) / Self.unit }
}
