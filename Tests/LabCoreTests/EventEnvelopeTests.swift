import LabCore
import Testing

@Suite struct EventEnvelopeTests {
    private func read(_ text: String) -> EventEnvelope? {
        Array(text.utf8).withUnsafeBytes { EventEnvelope(readingFrom: $0.bytes) }
    }

    @Test("The sequence number and the intended time are read from the start of a payload")
    func reading() {
        let expected = EventEnvelope(sequence: 42, intendedMicroseconds: 1_700_000_000_000_000)
        #expect(read(#"{"seq":42,"at":1700000000000000,"player":7}"#) == expected)
        #expect(read(#"{"seq":42,"at":1700000000000000"#) == expected)
        #expect(read(#"{"seq":18446744073709551615,"at":0,"#)?.sequence == .max)
    }

    @Test(
        "A payload that begins otherwise has none",
        arguments: [
            "", "{", #"{"seq":"#, #"{"seq":,"at":1"#, #"{"seq":1,"at":"#, #"{"seq":-1,"at":1"#,
            #"{"seq": 1,"at":1"#,
            #"{"at":1,"seq":1"#, #"{"seq":111111111111111111111,"at":1"#,
        ]
    )
    func refusing(_ text: String) {
        #expect(read(text) == nil)
    }

    @Test("An event lends its key and payload")
    func event() {
        let (key, value) = (Array("k1".utf8), Array("payload".utf8))
        key.withUnsafeBytes { key in
            value.withUnsafeBytes { value in
                let event = Event(partition: 3, offset: 9, key: key, value: value)
                let (keySize, valueSize) = (
                    event.withKey { $0.byteCount }, event.withPayload { $0.byteCount }
                )
                let (place, size) = ([Int64(event.partition), event.offset], event.payloadSize)
                #expect(place == [3, 9])
                #expect(keySize == 2)
                #expect(valueSize == 7)
                #expect(size == 7)
            }
        }
    }
}
