/// A pointer that the C documentation promises to be there, where Swift's import cannot know.
///
/// The constructors of librdkafka that come without an error end the process themselves if memory runs out
/// (`rd_malloc` in rd.h), so the trap is unreachable.
func promised<Pointer>(_ pointer: Pointer?, by call: StaticString) -> Pointer {
    guard let pointer else { preconditionFailure("\(call) returned no object") }
    return pointer
}
