import LabRecording

/// The recording of a run, which begins when its first stage does.
struct RecordingHandle: Sendable {
    let recorder: RunRecorder
}
