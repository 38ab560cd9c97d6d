#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "CPlatform.h"

#include <dlfcn.h>
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#if defined(__APPLE__)
#include <malloc/malloc.h>
#elif defined(__GLIBC__)
#include <malloc.h>
#if __GLIBC_PREREQ(2, 33)
#define HAS_MALLINFO2 1
#endif
#endif

typedef int (*mallctl_function)(const char *, void *, size_t *, void *, size_t);

// jemalloc takes malloc's place when it is preloaded; its symbol is then visible to the whole process. The look-up is
// idempotent, so threads that race here store the same pointer.
static mallctl_function jemalloc_control(void) {
    static mallctl_function found;
    static bool has_looked;
    if (!__atomic_load_n(&has_looked, __ATOMIC_ACQUIRE)) {
        mallctl_function symbol = (mallctl_function)dlsym(RTLD_DEFAULT, "mallctl");
        __atomic_store_n(&found, symbol, __ATOMIC_RELAXED);
        __atomic_store_n(&has_looked, true, __ATOMIC_RELEASE);
    }
    return __atomic_load_n(&found, __ATOMIC_RELAXED);
}

static bool read_jemalloc(mallctl_function control, struct cplatform_heap *heap) {
    // The statistics are a snapshot that writing to "epoch" renews.
    uint64_t epoch = 1;
    size_t length = sizeof(epoch);
    control("epoch", &epoch, &length, &epoch, sizeof(epoch));

    size_t allocated = 0;
    size_t active = 0;
    length = sizeof(allocated);
    if (control("stats.allocated", &allocated, &length, NULL, 0) != 0) return false;
    length = sizeof(active);
    if (control("stats.active", &active, &length, NULL, 0) != 0) return false;
    // What threads keep for their next allocations counts as allocated. 4096 stands for all arenas (jemalloc(3),
    // MALLCTL_ARENAS_ALL); releases before 5.3 do not count it.
    size_t cached = 0;
    length = sizeof(cached);
    if (control("stats.arenas.4096.tcache_bytes", &cached, &length, NULL, 0) != 0 || cached > allocated) cached = 0;
    heap->used_bytes = allocated - cached;
    heap->arena_bytes = active;
    heap->is_known = true;
    return true;
}

struct cplatform_heap cplatform_read_heap(void) {
    struct cplatform_heap heap = {0, 0, false};
    mallctl_function control = jemalloc_control();
    if (control != NULL && read_jemalloc(control, &heap)) return heap;
#if defined(__APPLE__)
    malloc_statistics_t statistics;
    malloc_zone_statistics(NULL, &statistics);
    heap.used_bytes = statistics.size_in_use;
    heap.arena_bytes = statistics.size_allocated;
    heap.is_known = true;
#elif defined(HAS_MALLINFO2)
    struct mallinfo2 info = mallinfo2();
    heap.used_bytes = info.uordblks + info.hblkhd;
    heap.arena_bytes = info.arena + info.hblkhd;
    heap.is_known = true;
#endif
    return heap;
}

bool cplatform_profile_is_active(void) {
    mallctl_function control = jemalloc_control();
    if (control == NULL) return false;
    bool is_active = false;
    size_t length = sizeof(is_active);
    return control("opt.prof", &is_active, &length, NULL, 0) == 0 && is_active;
}

int cplatform_dump_profile(const char *path) {
    mallctl_function control = jemalloc_control();
    if (control == NULL) return ENOSYS;
    return control("prof.dump", NULL, NULL, &path, sizeof(path));
}

void cplatform_keep_freed_memory(int kept_bytes, int largest_block) {
#if defined(__GLIBC__)
    // Both: setting one of them ends glibc's own adjustment of the other (mallopt(3)).
    mallopt(M_TRIM_THRESHOLD, kept_bytes);
    mallopt(M_MMAP_THRESHOLD, largest_block);
#else
    (void)kept_bytes;
    (void)largest_block;
#endif
}

const char *cplatform_allocator_name(void) {
    if (jemalloc_control() != NULL) return "jemalloc";
#if defined(__APPLE__)
    return "macOS malloc";
#elif defined(HAS_MALLINFO2)
    return "glibc";
#else
    return "unknown";
#endif
}

// Part of the runtime's stable interface (stdlib/public/SwiftShims), in no header that is installed. It is named and not looked up,
// so that a program with the runtime linked in has it too.
char *swift_demangle(const char *symbol, size_t length, char *text, size_t *size, uint32_t flags);

char *cplatform_demangle(const char *symbol) { return swift_demangle(symbol, strlen(symbol), NULL, NULL, 0); }
