#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#if RD_KAFKA_VERSION < 0x020002ff
#error "librdkafka 2.0.2 or newer is required (apt: librdkafka-dev, brew: librdkafka)"
#endif

/// RD_KAFKA_PARTITION_UA is a macro with a cast, which Swift cannot import.
static const int32_t crd_partition_unassigned = RD_KAFKA_PARTITION_UA;

/// rd_kafka_producev is variadic, which Swift cannot call: copies one record into the queue of its own partition.
/// The headers are the library's if it returns no error, and still the caller's otherwise.
static inline rd_kafka_resp_err_t crd_produce(rd_kafka_t *client, rd_kafka_topic_t *topic, rd_kafka_message_t record,
                                              rd_kafka_headers_t *headers) {
    return rd_kafka_producev(client, RD_KAFKA_V_RKT(topic), RD_KAFKA_V_PARTITION(record.partition),
                             RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_KEY(record.key, record.key_len),
                             RD_KAFKA_V_VALUE(record.payload, record.len), RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_END);
}
