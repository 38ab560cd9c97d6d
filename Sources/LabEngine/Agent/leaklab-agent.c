// The agent: a library that is preloaded beside jemalloc into a pod, also into one that runs a program of somebody else's.
//
// It maps the page that LEAKLAB_AGENT names, starts one thread, and writes there twice a second what the allocator holds: bytes, and
// live objects by size class. When the lab asks through the page, it writes a heap profile. docs/profiles.md says what is made of it.
//
// It must not disturb the program: its thread allocates nothing from the program's arenas, takes no signals, and holds no file open.
// Without a page, without jemalloc, or in a process that is not the one that the page was made for, it does nothing at all. A child that
// the program forks has neither the thread nor the page; one that becomes another program finds that the page has an owner.
//
// The page is a telemetry page (Sources/LabTelemetry/Page): header, table of descriptors, slots, all of 64-bit words. Every value has
// the time of its reading behind it, which is stored after it: a reader that finds the same time before and after it read the value has a
// value of that time.

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

// jemalloc(3). Weak: in a process without it they are null.
extern int mallctl(const char *, void *, size_t *, void *, size_t) __attribute__((weak));
extern int mallctlnametomib(const char *, size_t *, size_t *) __attribute__((weak));
extern int mallctlbymib(const size_t *, size_t, void *, size_t *, void *, size_t) __attribute__((weak));

// As PageLayout and MetricDescriptor have them.
#define PAGE_MAGIC UINT64_C(0x454741504b41454c)
#define PAGE_VERSION 1
enum {
    MAGIC_WORD = 0,
    VERSION_WORD = 1,
    DESCRIPTOR_COUNT_WORD = 2,
    NEXT_SLOT_WORD = 3,
    OWNER_WORD = 4,
    REQUEST_WORD = 5,
    ANSWER_WORD = 6,
    ERROR_WORD = 7,
    HEADER_WORDS = 16,
    DESCRIPTOR_WORDS = 8,
    DESCRIPTOR_CAPACITY = 256,
    SLOTS_WORD = HEADER_WORDS + DESCRIPTOR_CAPACITY * DESCRIPTOR_WORDS,
    LARGEST_PAGE = 1 << 20,
    NAME_CAPACITY = 56,
    KIND_TIMED_GAUGE = 2,
    UNIT_COUNT = 0,
    UNIT_BYTES = 1,
    UNIT_NANOSECONDS = 2,
};

enum {
    NANOSECONDS = 1000000000,
    ROUND_NANOSECONDS = 500000000,
    // How soon a request is seen: a pod that gains 100 MB/s gains 2 MB in it.
    PAUSE_NANOSECONDS = 20000000,
    MOST_CLASSES = 512,
    STACK_BYTES = 512 << 10,
};

typedef _Atomic uint64_t word;

static word *words;
static size_t word_count;
static char page_path[4096];
static dev_t page_device;
static ino_t page_number;
static char dumps[3072];

// What jemalloc counts for all arenas together (MALLCTL_ARENAS_ALL).
struct size_class {
    // Bytes of one object.
    size_t size;
    // Below stats.arenas, where its live objects stand.
    size_t path[6];
    // 0 until there was one.
    size_t slot;
};

static struct size_class classes[MOST_CLASSES];
static size_t class_count;

static uint64_t nanoseconds_of(clockid_t clock) {
    struct timespec now = {0, 0};
    clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * NANOSECONDS + (uint64_t)now.tv_nsec;
}

// MARK: - The page

// A file that was cut short must not be touched. One that was removed lives on as long as it is mapped.
static bool page_is_whole(void) {
    struct stat status;
    if (stat(page_path, &status) != 0) return true;
    if (status.st_dev != page_device || status.st_ino != page_number) return true;
    return (size_t)status.st_size >= word_count * sizeof(word);
}

static bool map_page(const char *path) {
    size_t length = strlen(path);
    if (length == 0 || length >= sizeof(page_path)) return false;
    memcpy(page_path, path, length + 1);
    int descriptor = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (descriptor < 0) return false;
    struct stat status;
    void *base = MAP_FAILED;
    size_t size = 0;
    if (fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode) && status.st_size <= LARGEST_PAGE &&
        (size_t)status.st_size > SLOTS_WORD * sizeof(word)) {
        size = (size_t)status.st_size;
        page_device = status.st_dev;
        page_number = status.st_ino;
        base = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    }
    close(descriptor);
    if (base == MAP_FAILED) return false;
    word *mapped = base;
    if (atomic_load(&mapped[MAGIC_WORD]) != PAGE_MAGIC || atomic_load(&mapped[VERSION_WORD]) != PAGE_VERSION ||
        madvise(base, size, MADV_DONTFORK) != 0) {
        munmap(base, size);
        return false;
    }
    words = mapped;
    word_count = size / sizeof(word);
    return true;
}

// One process writes a page. It stays the same one when it becomes another program.
static bool own_page(void) {
    uint64_t own = (uint64_t)getpid();
    uint64_t owner = 0;
    return atomic_compare_exchange_strong(&words[OWNER_WORD], &owner, own) || owner == own;
}

static void describe(uint64_t descriptor[DESCRIPTOR_WORDS], const char *name, unsigned unit, size_t slot) {
    size_t length = strlen(name);
    memset(descriptor, 0, DESCRIPTOR_WORDS * sizeof(uint64_t));
    descriptor[0] = KIND_TIMED_GAUGE | (uint64_t)unit << 8 | (uint64_t)length << 24 | (uint64_t)slot << 32;
    for (size_t index = 0; index < length; index++) {
        descriptor[1 + index / 8] |= (uint64_t)(unsigned char)name[index] << (8 * (index % 8));
    }
}

static bool is_described(size_t index, const uint64_t descriptor[DESCRIPTOR_WORDS]) {
    const word *present = &words[HEADER_WORDS + index * DESCRIPTOR_WORDS];
    if ((uint32_t)atomic_load(&present[0]) != (uint32_t)descriptor[0]) return false;
    for (size_t part = 1; part < DESCRIPTOR_WORDS; part++) {
        if (atomic_load(&present[part]) != descriptor[part]) return false;
    }
    return true;
}

// The first of the two slots of a metric; 0 if the page has no room. What the program was before it became another one has
// described it already, and readers know it there.
static size_t slot_of(const char *name, unsigned unit) {
    uint64_t descriptor[DESCRIPTOR_WORDS];
    if (strlen(name) > NAME_CAPACITY) return 0;
    describe(descriptor, name, unit, 0);
    uint64_t count = atomic_load(&words[DESCRIPTOR_COUNT_WORD]);
    uint64_t slot = atomic_load(&words[NEXT_SLOT_WORD]);
    if (count > DESCRIPTOR_CAPACITY) return 0;
    for (size_t index = 0; index < count; index++) {
        if (!is_described(index, descriptor)) continue;
        size_t known = atomic_load(&words[HEADER_WORDS + index * DESCRIPTOR_WORDS]) >> 32;
        return known + 2 <= word_count - SLOTS_WORD ? known : 0;
    }
    if (count == DESCRIPTOR_CAPACITY || slot == 0 || slot > word_count || slot + 2 > word_count - SLOTS_WORD) return 0;
    describe(descriptor, name, unit, slot);
    word *place = &words[HEADER_WORDS + count * DESCRIPTOR_WORDS];
    for (size_t part = 0; part < DESCRIPTOR_WORDS; part++) atomic_store(&place[part], descriptor[part]);
    atomic_store(&words[NEXT_SLOT_WORD], slot + 2);
    atomic_store_explicit(&words[DESCRIPTOR_COUNT_WORD], count + 1, memory_order_release);
    return slot;
}

static void put(size_t slot, int64_t value, uint64_t now) {
    if (slot == 0) return;
    atomic_store_explicit(&words[SLOTS_WORD + slot], (uint64_t)value, memory_order_relaxed);
    atomic_thread_fence(memory_order_release);
    atomic_store_explicit(&words[SLOTS_WORD + slot + 1], now, memory_order_relaxed);
}

// MARK: - What the allocator holds

static bool read_size(const char *name, size_t *value) {
    size_t length = sizeof(*value);
    return mallctl(name, value, &length, NULL, 0) == 0 && length == sizeof(*value);
}

static bool read_unsigned(const char *name, unsigned *value) {
    size_t length = sizeof(*value);
    return mallctl(name, value, &length, NULL, 0) == 0 && length == sizeof(*value);
}

// `size` and `live` are the paths of the first class of its kind; the number of a class is the third part of one and the fifth of the
// other.
static void find_classes(unsigned count, const char *size, const char *live) {
    size_t sizes[4], lives[6];
    size_t size_length = 4, live_length = 6;
    if (mallctlnametomib(size, sizes, &size_length) != 0 || size_length != 4) return;
    if (mallctlnametomib(live, lives, &live_length) != 0 || live_length != 6) return;
    for (unsigned index = 0; index < count && class_count < MOST_CLASSES; index++) {
        struct size_class *class = &classes[class_count];
        size_t length = sizeof(class->size);
        sizes[2] = index;
        lives[4] = index;
        if (mallctlbymib(sizes, size_length, &class->size, &length, NULL, 0) != 0) continue;
        memcpy(class->path, lives, sizeof(lives));
        class_count++;
    }
}

static void find_all_classes(void) {
    unsigned small = 0, large = 0;
    if (read_unsigned("arenas.nbins", &small)) {
        find_classes(small, "arenas.bin.0.size", "stats.arenas.4096.bins.0.curregs");
    }
    if (read_unsigned("arenas.nlextents", &large)) {
        find_classes(large, "arenas.lextent.0.size", "stats.arenas.4096.lextents.0.curlextents");
    }
}

static void put_classes(uint64_t now) {
    for (size_t index = 0; index < class_count; index++) {
        struct size_class *class = &classes[index];
        size_t live = 0;
        size_t length = sizeof(live);
        if (mallctlbymib(class->path, 6, &live, &length, NULL, 0) != 0) continue;
        if (class->slot == 0 && live > 0) {
            char name[NAME_CAPACITY];
            snprintf(name, sizeof(name), "objects:%zu", class->size);
            class->slot = slot_of(name, UNIT_COUNT);
        }
        put(class->slot, (int64_t)live, now);
    }
}

// Resident memory of this process that is no file's, bytes; negative if it cannot be read (proc_pid_statm(5)).
static int64_t anonymous_bytes(void) {
    char text[128];
    int descriptor = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return -1;
    ssize_t count = read(descriptor, text, sizeof(text) - 1);
    close(descriptor);
    if (count <= 0) return -1;
    text[count] = '\0';
    char *rest = text;
    strtoull(rest, &rest, 10);
    uint64_t resident = strtoull(rest, &rest, 10);
    uint64_t shared = strtoull(rest, &rest, 10);
    return resident < shared ? -1 : (int64_t)(resident - shared) * sysconf(_SC_PAGESIZE);
}

struct totals {
    size_t heap, active, resident, retained, outside, time;
};

static struct totals slots;

static void put_totals(uint64_t now) {
    size_t allocated = 0, cached = 0, active = 0, resident = 0, retained = 0;
    if (!read_size("stats.allocated", &allocated) || !read_size("stats.active", &active)) return;
    // What threads keep for their next allocations counts as allocated; releases before 5.3 do not count it.
    if (!read_size("stats.arenas.4096.tcache_bytes", &cached) || cached > allocated) cached = 0;
    put(slots.heap, (int64_t)(allocated - cached), now);
    put(slots.active, (int64_t)active, now);
    if (read_size("stats.retained", &retained)) put(slots.retained, (int64_t)retained, now);
    if (!read_size("stats.resident", &resident)) return;
    put(slots.resident, (int64_t)resident, now);
    int64_t anonymous = anonymous_bytes();
    if (anonymous >= 0) put(slots.outside, anonymous - (int64_t)resident, now);
}

static void take_slots(void) {
    slots.heap = slot_of("heap", UNIT_BYTES);
    slots.active = slot_of("heapActive", UNIT_BYTES);
    slots.resident = slot_of("heapResident", UNIT_BYTES);
    slots.retained = slot_of("heapRetained", UNIT_BYTES);
    slots.outside = slot_of("heapOutside", UNIT_BYTES);
    slots.time = slot_of("agentTime", UNIT_NANOSECONDS);
}

static void put_everything(void) {
    // The statistics are a snapshot that writing to "epoch" renews.
    uint64_t epoch = 1;
    size_t length = sizeof(epoch);
    if (mallctl("epoch", &epoch, &length, &epoch, sizeof(epoch)) != 0) return;
    uint64_t now = nanoseconds_of(CLOCK_MONOTONIC);
    put_totals(now);
    put_classes(now);
    put(slots.time, (int64_t)nanoseconds_of(CLOCK_THREAD_CPUTIME_ID), now);
}

// MARK: - Heap profiles

static void answer_request(void) {
    uint64_t wanted = atomic_load_explicit(&words[REQUEST_WORD], memory_order_acquire);
    if (wanted == atomic_load_explicit(&words[ANSWER_WORD], memory_order_relaxed)) return;
    char path[4096];
    const char *argument = path;
    snprintf(path, sizeof(path), "%s.%llu.heap.part", dumps, (unsigned long long)wanted);
    int error = dumps[0] == '\0' ? ENOENT : mallctl("prof.dump", NULL, NULL, &argument, sizeof(argument));
    atomic_store_explicit(&words[ERROR_WORD], (uint64_t)error, memory_order_relaxed);
    atomic_store_explicit(&words[ANSWER_WORD], wanted, memory_order_release);
}

// MARK: - The thread

// An arena of its own, and no cache: what the C library or jemalloc allocate here is none of the program's.
static void leave_arenas_alone(void) {
    bool is_cached = false;
    mallctl("thread.tcache.enabled", NULL, NULL, &is_cached, sizeof(is_cached));
    unsigned arena = 0;
    size_t length = sizeof(arena);
    if (mallctl("arenas.create", &arena, &length, NULL, 0) != 0) return;
    mallctl("thread.arena", NULL, NULL, &arena, sizeof(arena));
}

static void *work(void *unused) {
    (void)unused;
    pthread_setname_np(pthread_self(), "leaklab-agent");
    leave_arenas_alone();
    find_all_classes();
    take_slots();
    uint64_t due = 0;
    for (;;) {
        if (page_is_whole()) {
            uint64_t now = nanoseconds_of(CLOCK_MONOTONIC);
            if (now >= due) {
                put_everything();
                due = now + ROUND_NANOSECONDS;
            }
            answer_request();
        }
        struct timespec pause = {0, PAUSE_NANOSECONDS};
        nanosleep(&pause, NULL);
    }
    return NULL;
}

// Signals are the program's: its own threads shall take them.
static void start_thread(void) {
    sigset_t all, before;
    pthread_attr_t attributes;
    if (pthread_attr_init(&attributes) != 0) return;
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attributes, STACK_BYTES);
    sigfillset(&all);
    pthread_t thread;
    if (pthread_sigmask(SIG_SETMASK, &all, &before) == 0) {
        pthread_create(&thread, &attributes, work, NULL);
        pthread_sigmask(SIG_SETMASK, &before, NULL);
    }
    pthread_attr_destroy(&attributes);
}

__attribute__((constructor)) static void begin(void) {
    const char *page = getenv("LEAKLAB_AGENT");
    if (page == NULL || mallctl == NULL || mallctlnametomib == NULL || mallctlbymib == NULL) return;
    if (!map_page(page) || !own_page()) return;
    const char *prefix = getenv("LEAKLAB_AGENT_DUMPS");
    if (prefix != NULL && strlen(prefix) < sizeof(dumps)) memcpy(dumps, prefix, strlen(prefix) + 1);
    start_thread();
}
