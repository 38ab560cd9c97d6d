/* A consumer whose growth is known: the zoo's leaks and levels in C.
 *
 * zoo BROKERS TOPIC GROUP [name=value ...], with the parameters of `leaklab incidents zoo` in plain numbers, and
 * truth=FILE: where to note what is truly held. cc -O2 -pthread -o zoo zoo.c -lrdkafka -lm
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <librdkafka/rdkafka.h>
#include <math.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define REST 1.0 /* seconds without an event */
#define STACK (256 << 10)

static volatile sig_atomic_t stopped;
static int argument_count;
static char **arguments;

static void stop(int number) { (void)number; stopped = 1; }

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec * 1e-9;
}

/* The value of name=value, or otherwise. */
static const char *option(const char *name, const char *otherwise) {
    size_t length = strlen(name);
    for (int index = 4; index < argument_count; index++)
        if (!strncmp(arguments[index], name, length) && arguments[index][length] == '=')
            return arguments[index] + length + 1;
    return otherwise;
}

static double number(const char *name, double otherwise) {
    const char *text = option(name, NULL);
    return text ? atof(text) : otherwise;
}

/* Units of one kind: pieces of memory in a chain, descriptors in a list, threads that wait for a semaphore. */
struct medium {
    const char *kind;
    size_t size;
    void *last;
    int descriptors[65536];
    int count;
    sem_t ends;
};

static int is(const struct medium *medium, const char *kind) { return !strcmp(medium->kind, kind); }
static int has_bytes(const struct medium *medium) { return is(medium, "malloc") || is(medium, "mmap"); }

static void make(struct medium *medium, const char *kind, double size) {
    medium->kind = kind;
    medium->size = size < 32 ? 32 : (size_t)size;
    if (is(medium, "mmap")) medium->size = (medium->size + 4095) / 4096 * 4096;
    sem_init(&medium->ends, 0, 0);
}

static void *park(void *ends) {
    while (sem_wait(ends)) {}
    return NULL;
}

static void start_thread(struct medium *medium) {
    pthread_t thread;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_create(&thread, &attributes, park, &medium->ends);
    pthread_attr_destroy(&attributes);
}

static void take(struct medium *medium) {
    if (is(medium, "thread")) {
        start_thread(medium);
    } else if (is(medium, "descriptor")) {
        medium->descriptors[medium->count] = socket(AF_UNIX, SOCK_STREAM, 0);
    } else {
        size_t usable = is(medium, "malloc") ? medium->size - 8 : medium->size;
        void *unit = is(medium, "malloc")
            ? malloc(usable)
            : mmap(NULL, usable, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (!unit || unit == MAP_FAILED) abort();
        memset(unit, 0xA5, usable);
        *(void **)unit = medium->last;
        medium->last = unit;
    }
    medium->count++;
}

static void give_back(struct medium *medium) {
    medium->count--;
    if (is(medium, "thread")) {
        sem_post(&medium->ends);
    } else if (is(medium, "descriptor")) {
        close(medium->descriptors[medium->count]);
    } else {
        void *unit = medium->last;
        medium->last = *(void **)unit;
        if (is(medium, "malloc")) free(unit); else munmap(unit, medium->size);
    }
}

/* When an event may leak. */
struct leak { long every; double begin, end, period, burst, length; int partition; };

static struct leak leak;
static struct medium leaked, held;

static int may_leak(double seconds, int partition) {
    double begin = leak.begin * leak.length;
    if (!leak.every || (leak.partition >= 0 && partition != leak.partition)) return 0;
    if (seconds < begin || (leak.end < 1 && seconds >= leak.end * leak.length)) return 0;
    return leak.period <= 0 || fmod(seconds - begin, leak.period) < leak.burst;
}

/* How much is held at a time. */
struct level { const char *shape; double units, at, period, length; };

static struct level level;

static double filled(double seconds, double turn) {
    return turn > 0 ? fmin(1, fmax(0, seconds / turn)) : 1;
}

static double share(double seconds, double busy) {
    double turn = level.at * level.length;
    const char *shape = level.shape;
    if (!strcmp(shape, "fill")) return filled(seconds, turn);
    if (!strcmp(shape, "emptied")) return filled(seconds < turn ? seconds : seconds - turn, turn);
    if (!strcmp(shape, "capped")) return seconds < 0.9 * level.length ? filled(seconds, turn) : 0.5;
    if (!strcmp(shape, "saw")) return fmod(seconds, level.period) / level.period;
    if (!strcmp(shape, "startup")) return seconds < level.period;
    if (!strcmp(shape, "transient")) return seconds >= turn && seconds < turn + level.period;
    if (!strcmp(shape, "table")) return seconds >= turn;
    if (!strcmp(shape, "creep")) return log1p(seconds / 30);
    if (!strcmp(shape, "backlog")) return fmax(0, 1 - fabs(seconds - turn - level.period) / level.period);
    if (!strcmp(shape, "rest")) return busy < 0 ? 0 : busy / level.length;
    return 0;
}

/* Times below zero are none. */
static double start = -1, busy_since = -1, last_event = 0;
static long events, may_leak_count, leaked_units, level_units, most_units;

static void settle(double time) {
    if (time - last_event >= REST) busy_since = -1;
    long target = start < 0
        ? (strcmp(level.shape, "startup") ? 0 : (long)level.units)
        : (long)(level.units * share(time - start, busy_since < 0 ? -1 : time - busy_since));
    for (; level_units < target; level_units++) take(&held);
    for (; level_units > target; level_units--) give_back(&held);
    if (level_units > most_units) most_units = level_units;
}

static void handle(int partition, double time) {
    if (start < 0) start = time;
    if (busy_since < 0) busy_since = time;
    last_event = time;
    events++;
    if (may_leak(time - start, partition) && ++may_leak_count % leak.every == 0) {
        take(&leaked);
        leaked_units++;
    }
}

/* Leaked units and bytes, the same with the level at its highest, events. */
static void tell_truth(int file) {
    char text[128];
    long leaked_bytes = has_bytes(&leaked) ? leaked_units * (long)leaked.size : 0;
    long level_bytes = has_bytes(&held) ? most_units * (long)held.size : 0;
    int length = snprintf(text, sizeof text, "%ld %ld %ld %ld %ld%40s\n", leaked_units, leaked_bytes,
                          leaked_units + most_units, leaked_bytes + level_bytes, events, "");
    if (file >= 0 && pwrite(file, text, length, 0) < 0) perror("truth");
}

static void read_options(void) {
    double length = number("length", 90);
    leak = (struct leak){number("leakEvery", 0), number("leakFrom", 0), number("leakUntil", 1),
                         number("leakPeriod", 0), number("leakFor", 0), length, number("leakPartition", -1)};
    level = (struct level){option("level", "none"), number("levelUnits", 0), number("levelAt", 0.5),
                           number("levelPeriod", 5), length};
    make(&leaked, option("leakMedium", "malloc"), number("leakBytes", 80));
    make(&held, option("levelMedium", "malloc"), number("levelBytes", 64 << 10));
}

static rd_kafka_t *consumer(const char *brokers, const char *group) {
    char error[256];
    const char *settings[][2] = {
        {"bootstrap.servers", brokers}, {"group.id", group}, {"auto.offset.reset", "earliest"},
        {"auto.commit.interval.ms", "500"}, {"session.timeout.ms", "6000"}, {"fetch.wait.max.ms", "10"},
        {"queued.max.messages.kbytes", "1024"},
    };
    rd_kafka_conf_t *configuration = rd_kafka_conf_new();
    for (size_t index = 0; index < sizeof settings / sizeof *settings; index++)
        if (rd_kafka_conf_set(configuration, settings[index][0], settings[index][1], error, sizeof error)) {
            fprintf(stderr, "%s\n", error);
            exit(1);
        }
    rd_kafka_t *client = rd_kafka_new(RD_KAFKA_CONSUMER, configuration, error, sizeof error);
    if (!client) {
        fprintf(stderr, "%s\n", error);
        exit(1);
    }
    rd_kafka_poll_set_consumer(client);
    return client;
}

static void run(rd_kafka_t *client, int truth) {
    double settled = 0;
    while (!stopped) {
        rd_kafka_message_t *message = rd_kafka_consumer_poll(client, 50);
        double time = now();
        if (message) {
            if (message->err) fprintf(stderr, "%s\n", rd_kafka_message_errstr(message));
            else handle(message->partition, time);
            rd_kafka_message_destroy(message);
        }
        if (time - settled >= 0.02) {
            settled = time;
            settle(time);
            tell_truth(truth);
        }
    }
}

int main(int count, char **values) {
    argument_count = count;
    arguments = values;
    if (count < 4) return 2;
    signal(SIGTERM, stop);
    signal(SIGINT, stop);
    read_options();
    const char *path = option("truth", NULL);
    int truth = path ? open(path, O_CREAT | O_WRONLY, 0644) : -1;
    settle(now());
    rd_kafka_t *client = consumer(values[1], values[3]);
    rd_kafka_topic_partition_list_t *topics = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(topics, values[2], RD_KAFKA_PARTITION_UA);
    rd_kafka_subscribe(client, topics);
    rd_kafka_topic_partition_list_destroy(topics);
    run(client, truth);
    rd_kafka_consumer_close(client); /* commits what was handled, and leaves the group */
    rd_kafka_destroy(client);
    return 0;
}
