#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "CPlatform.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

#if defined(__linux__)
#include <sys/prctl.h>
#endif

#if ATOMIC_INT_LOCK_FREE != 2
#error "a signal handler may only touch lock-free atomics"
#endif
static atomic_int stop_signal = 0;

static void note_stop(int signal_number) { atomic_store_explicit(&stop_signal, signal_number, memory_order_relaxed); }

bool cplatform_install_stop_flag(void) {
    struct sigaction action;
    memset(&action, 0, sizeof(action));
    action.sa_handler = note_stop;
    sigemptyset(&action.sa_mask);
    return sigaction(SIGTERM, &action, NULL) == 0 && sigaction(SIGINT, &action, NULL) == 0;
}

int cplatform_stop_signal(void) { return atomic_load_explicit(&stop_signal, memory_order_relaxed); }

bool cplatform_stop_requested(void) { return cplatform_stop_signal() != 0; }

bool cplatform_signal_on_parent_death(int signal_number) {
#if defined(__linux__)
    return prctl(PR_SET_PDEATHSIG, (unsigned long)signal_number, 0, 0, 0) == 0;
#else
    (void)signal_number;
    return false;
#endif
}

void cplatform_name_thread(const char *name) {
    char cut[16];
    strncpy(cut, name, sizeof(cut) - 1);
    cut[sizeof(cut) - 1] = '\0';
#if defined(__APPLE__)
    pthread_setname_np(cut);
#elif defined(__linux__)
    pthread_setname_np(pthread_self(), cut);
#endif
}

static uint64_t nanoseconds_of(clockid_t clock) {
    struct timespec now;
    if (clock_gettime(clock, &now) != 0) return 0;
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

uint64_t cplatform_monotonic_nanoseconds(void) { return nanoseconds_of(CLOCK_MONOTONIC); }

uint64_t cplatform_thread_nanoseconds(void) { return nanoseconds_of(CLOCK_THREAD_CPUTIME_ID); }

int cplatform_allocate_file(int descriptor, int64_t size) {
#if defined(__APPLE__)
    fstore_t store = {F_ALLOCATEALL, F_PEOFPOSMODE, 0, size, 0};
    if (fcntl(descriptor, F_PREALLOCATE, &store) != 0) return errno;
    return ftruncate(descriptor, size) == 0 ? 0 : errno;
#else
    int result;
    do {
        result = posix_fallocate(descriptor, 0, size);
    } while (result == EINTR);
    return result;
#endif
}
