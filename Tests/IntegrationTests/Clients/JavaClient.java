import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/**
 * A member of a group: joins, reads so many events, commits, and leaves only if asked to.
 *
 * Arguments: SERVERS TOPIC GROUP EVENTS [die]. Reads until it has so many events and a second has passed in which there
 * may be more, commits, and prints "read N". With "die" it then waits to be killed; else it leaves its group and ends.
 */
public class JavaClient {
    public static void main(String[] arguments) throws Exception {
        Properties properties = new Properties();
        properties.put("bootstrap.servers", arguments[0]);
        properties.put("group.id", arguments[2]);
        properties.put("auto.offset.reset", "earliest");
        properties.put("enable.auto.commit", "false");
        properties.put("session.timeout.ms", "6000");
        properties.put("heartbeat.interval.ms", "1000");
        String bytes = "org.apache.kafka.common.serialization.ByteArrayDeserializer";
        properties.put("key.deserializer", bytes);
        properties.put("value.deserializer", bytes);
        int events = Integer.parseInt(arguments[3]);
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(properties)) {
            consumer.subscribe(List.of(arguments[1]));
            int read = 0;
            long end = Long.MAX_VALUE;
            while (System.nanoTime() < end) {
                read += consumer.poll(Duration.ofMillis(500)).count();
                if (read >= events && end == Long.MAX_VALUE) {
                    end = System.nanoTime() + 1_000_000_000L;
                }
            }
            consumer.commitSync();
            System.out.println("read " + read);
            while (arguments.length > 4) {
                Thread.sleep(1000);
            }
        }
    }
}
