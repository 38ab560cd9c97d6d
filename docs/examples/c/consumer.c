/* A consumer in C that now and then keeps what it should free.
 *
 * consumer BROKERS TOPIC GROUP KEPT: of every KEPTth event 72 bytes are kept, of none if KEPT is 0.
 */
#include <librdkafka/rdkafka.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct session {
    struct session *next;
    char key[64];
};

static volatile sig_atomic_t stopped;
static struct session *sessions;
static long events;

static void stop(int number) { (void)number; stopped = 1; }

__attribute__((noinline)) static struct session *open_session(const rd_kafka_message_t *message) {
    struct session *session = calloc(1, sizeof *session);
    if (session == NULL) abort();
    snprintf(session->key, sizeof session->key, "%d/%lld", message->partition, (long long)message->offset);
    return session;
}

/* Every event has its session, which ends with it; the bug forgets some. */
static void handle(const rd_kafka_message_t *message, long kept) {
    struct session *session = open_session(message);
    events++;
    if (kept > 0 && events % kept == 0) {
        session->next = sessions;
        sessions = session;
    } else {
        free(session);
    }
}

static rd_kafka_t *consumer(const char *brokers, const char *group) {
    const char *settings[][2] = {
        {"bootstrap.servers", brokers},     {"group.id", group},
        {"auto.offset.reset", "earliest"},  {"auto.commit.interval.ms", "500"},
        {"session.timeout.ms", "6000"},     {"fetch.wait.max.ms", "10"},
    };
    char error[256];
    rd_kafka_conf_t *configuration = rd_kafka_conf_new();
    for (size_t index = 0; index < sizeof settings / sizeof *settings; index++) {
        if (rd_kafka_conf_set(configuration, settings[index][0], settings[index][1], error, sizeof error)) {
            fprintf(stderr, "%s\n", error);
            exit(1);
        }
    }
    rd_kafka_t *client = rd_kafka_new(RD_KAFKA_CONSUMER, configuration, error, sizeof error);
    if (client == NULL) {
        fprintf(stderr, "%s\n", error);
        exit(1);
    }
    rd_kafka_poll_set_consumer(client);
    return client;
}

int main(int count, char **values) {
    if (count != 5) return 2;
    signal(SIGTERM, stop);
    signal(SIGINT, stop);
    rd_kafka_t *client = consumer(values[1], values[3]);
    rd_kafka_topic_partition_list_t *topics = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(topics, values[2], RD_KAFKA_PARTITION_UA);
    rd_kafka_subscribe(client, topics);
    rd_kafka_topic_partition_list_destroy(topics);
    while (!stopped) {
        rd_kafka_message_t *message = rd_kafka_consumer_poll(client, 50);
        if (message == NULL) continue;
        if (message->err) {
            fprintf(stderr, "%s\n", rd_kafka_message_errstr(message));
        } else {
            handle(message, atol(values[4]));
        }
        rd_kafka_message_destroy(message);
    }
    rd_kafka_consumer_close(client); /* commits what was handled, and leaves the group */
    rd_kafka_destroy(client);
    return 0;
}
