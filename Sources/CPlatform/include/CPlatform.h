#ifndef CPLATFORM_H
#define CPLATFORM_H

#include <stdbool.h>
#include <stdint.h>

/// The heap as the process's allocator counts it. Chunks, not requests: an allocation counts with its header and
/// rounding.
struct cplatform_heap {
    /// Bytes in live allocations.
    uint64_t used_bytes;
    /// Bytes that the allocator has taken from the system, live or free.
    uint64_t arena_bytes;
    /// False if no allocator on this platform tells; both numbers are 0 then.
    bool is_known;
};

/// Reads the heap's size: jemalloc's own statistics if it is loaded, without what its threads keep for later, else mallinfo2 (glibc) or the malloc zones
/// (macOS). glibc walks its free chunks under the arena locks: with a million of them this takes over 100 ms.
struct cplatform_heap cplatform_read_heap(void);

/// Lets the allocator keep up to `kept_bytes` of freed memory, blocks of up to `largest_block` among it, instead of
/// giving it back to the system at once: for a process whose queues fill and empty all the time. glibc only, and for the
/// whole process; does nothing elsewhere. glibc takes blocks of up to 32 MiB.
void cplatform_keep_freed_memory(int kept_bytes, int largest_block);

/// The allocator that `cplatform_read_heap` asks: "jemalloc", "glibc", "macOS malloc" or "unknown".
const char *cplatform_allocator_name(void);

/// Whether the loaded allocator is taking samples of allocations for a heap profile: jemalloc with `prof:true`.
bool cplatform_profile_is_active(void);

/// Writes a heap profile to a new file. Returns 0 or an error number; ENOSYS where there is no profile to write.
int cplatform_dump_profile(const char *path);

/// A Swift name without its mangling, to be freed by the caller; NULL for what is no such name, and where the runtime
/// cannot do it.
char *cplatform_demangle(const char *symbol);

/// Asks the kernel to send `signal_number` to this process when the thread that started it ends. False where the
/// platform has no such thing.
bool cplatform_signal_on_parent_death(int signal_number);

/// From now on a crash writes its frames and one line of words to standard error, and the process ends by the signal at
/// once. In the place of the Swift runtime's handler, which starts another program and waits for it. Names over 63 bytes
/// are cut.
void cplatform_report_crashes(const char *name);

/// Names the calling thread, as `ps -L` and debuggers show it. Names over 15 bytes are cut.
void cplatform_name_thread(const char *name);

/// From now on SIGTERM and SIGINT set a flag instead of ending the process. Interrupted system calls are not
/// restarted, so that a waiting thread looks at the flag at once.
bool cplatform_install_stop_flag(void);

/// Whether SIGTERM or SIGINT has arrived since the flag was installed. Costs one load.
bool cplatform_stop_requested(void);

/// The signal that set the flag last; 0 for none.
int cplatform_stop_signal(void);

/// Nanoseconds of CLOCK_MONOTONIC, which all processes of a machine share.
uint64_t cplatform_monotonic_nanoseconds(void);

/// CPU time of the calling thread so far, nanoseconds.
uint64_t cplatform_thread_nanoseconds(void);

/// Creates the file's blocks up to `size`, so that writing to a mapping of it cannot run out of disk space.
/// Returns 0 or an error number.
int cplatform_allocate_file(int descriptor, int64_t size);

#endif
