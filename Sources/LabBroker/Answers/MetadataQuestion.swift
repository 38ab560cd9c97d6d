import LabCore

/// What a client wants to know of the cluster.
struct MetadataQuestion: Hashable {
    /// How a client names a topic: since version 10 also by the number that it was given with the name.
    enum Subject: Hashable {
        case name(String)
        case id(TopicID)
    }

    /// `nil`: all topics.
    let subjects: [Subject]?
    let createsMissing: Bool

    /// `reader`: behind the request's head.
    init(_ head: RequestHead, _ reader: inout WireReader) throws(WireError) {
        let (version, isFlexible) = (head.version, head.isFlexible)
        if let count = try reader.count(isCompact: isFlexible) {
            var subjects: [Subject] = []
            for _ in 0..<count {
                let id = version >= 10 ? TopicID(bytes: Array(try reader.raw(16))) : nil
                let name = try reader.nullableString(isCompact: isFlexible)
                if isFlexible { try reader.skipTags() }
                if let name { subjects.append(.name(name)) } else if let id { subjects.append(.id(id)) }
            }
            self.subjects = version == 0 && count == 0 ? nil : subjects
        } else {
            subjects = nil
        }
        createsMissing = version >= 4 ? try reader.bool() : true
    }

    /// The question that stands before the mock in its place: all topics, none of which is to be made.
    ///
    /// `version`: ``ClusterView/withIDs`` or ``ClusterView/withoutIDs``.
    static func ofAllTopics(_ correlation: Int32, in version: Int16) -> [UInt8] {
        let isFlexible = version >= ClusterView.withIDs
        var question = WireWriter()
        question.int16(KafkaRequest.metadata.rawValue)
        question.int16(version)
        question.int32(correlation)
        question.string(nil)
        question.tags(ifFlexible: isFlexible)
        question.count(-1, isCompact: isFlexible)
        if isFlexible {
            // Neither are topics made that are missing, nor are operations listed that the client may do.
            question.bool(false)
            question.bool(false)
        }
        question.tags(ifFlexible: isFlexible)
        return question.frame
    }
}

/// The number of a topic in versions that name topics by number: that of the mock, where it gives one, else made of the
/// name, so that it never changes.
struct TopicID: Hashable, Sendable {
    let bytes: [UInt8]

    init(bytes: [UInt8]) { self.bytes = bytes }

    init(of name: String) {
        var writer = WireWriter()
        let hash = FNV1a.hash(name.utf8)
        // Never zero, which stands for none.
        for half in [hash, hash ^ .max] { writer.int64(Int64(bitPattern: half)) }
        bytes = writer.bytes
    }

    static let none = TopicID(bytes: [UInt8](repeating: 0, count: 16))
}
