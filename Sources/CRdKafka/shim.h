#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#if RD_KAFKA_VERSION < 0x020002ff
#error "librdkafka 2.0.2 or newer is required (apt: librdkafka-dev, brew: librdkafka)"
#endif

/// RD_KAFKA_PARTITION_UA is a macro with a cast, which Swift cannot import.
static const int32_t crd_partition_unassigned = RD_KAFKA_PARTITION_UA;
