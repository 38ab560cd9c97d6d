#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "CPlatform.h"

#include <execinfo.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#define FRAMES 32

static char program[64];

static void write_text(const char *text) {
    size_t left = strlen(text);
    while (left > 0) {
        ssize_t count = write(STDERR_FILENO, text, left);
        if (count <= 0) return;
        text += count;
        left -= (size_t)count;
    }
}

static const char *words_for(int number) {
    switch (number) {
    case SIGABRT: return "aborted (signal 6)";
    case SIGBUS: return "bus error (signal 7)";
    case SIGFPE: return "arithmetic error (signal 8)";
    case SIGILL: return "illegal instruction (signal 4)";
    case SIGSEGV: return "segmentation fault (signal 11)";
    case SIGTRAP: return "trapped by a failed check (signal 5)";
    default: return "a signal";
    }
}

/// Only calls that a signal handler may make; `backtrace` has loaded what it needs before.
static void report(int number) {
    void *frames[FRAMES];
    int count = backtrace(frames, FRAMES);
    // Last of all the words: the end of a log is what a reader looks at.
    backtrace_symbols_fd(frames, count, STDERR_FILENO);
    write_text(program);
    write_text(": crashed: ");
    write_text(words_for(number));
    write_text("\n");
    // The action is the default one by now: the process ends by the signal that it was, as whoever waits for it sees.
    raise(number);
}

void cplatform_report_crashes(const char *name) {
    strncpy(program, name, sizeof(program) - 1);
    void *frame;
    backtrace(&frame, 1);
    struct sigaction action;
    memset(&action, 0, sizeof(action));
    action.sa_handler = report;
    action.sa_flags = SA_RESETHAND | SA_NODEFER | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    const int signals[] = {SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP};
    for (size_t index = 0; index < sizeof(signals) / sizeof(signals[0]); index++) {
        sigaction(signals[index], &action, NULL);
    }
}
