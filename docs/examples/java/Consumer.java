import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.WakeupException;

/**
 * A consumer that keeps a hundred megabytes of sessions, and adds up events by player. With "leak" it also keeps a kilobyte of every
 * event, in a list that nothing ever takes from.
 *
 * Arguments: SERVERS TOPIC GROUP PORT [leak]. kafka-clients, slf4j-api and lz4-java are in jars/:
 * javac -cp 'jars/*' -d build Consumer.java
 */
public class Consumer {
    /** With its array 1,024 bytes: 24 and 16 + 984, with compressed references. */
    private static final class Entry {
        final Entry next;
        final byte[] data = new byte[984];

        Entry(Entry next) {
            this.next = next;
        }
    }

    private static volatile long handled;

    public static void main(String[] arguments) throws Exception {
        boolean leaks = arguments.length > 4 && arguments[4].equals("leak");
        List<Entry> sessions = new ArrayList<>();
        for (int i = 0; i < 100 << 10; i++) {
            sessions.add(new Entry(null));
        }
        serve(Integer.parseInt(arguments[3]));
        KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(properties(arguments));
        Thread main = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            consumer.wakeup();
            try {
                main.join(5_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
        Map<String, Integer> players = new HashMap<>();
        Entry kept = null;
        consumer.subscribe(List.of(arguments[1]));
        try {
            while (true) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    String key = record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
                    players.merge(key, 1, Integer::sum);
                    if (leaks) {
                        kept = new Entry(kept);
                        System.arraycopy(record.value(), 0, kept.data, 0, Math.min(record.value().length, 984));
                    }
                    handled++;
                }
            }
        } catch (WakeupException end) {
            consumer.close();
        }
        System.out.println(sessions.size() + " sessions, " + players.size() + " players" + (kept == null ? "" : ", a leak"));
    }

    private static Properties properties(String[] arguments) {
        Properties properties = new Properties();
        properties.put("bootstrap.servers", arguments[0]);
        properties.put("group.id", arguments[2]);
        properties.put("auto.offset.reset", "earliest");
        properties.put("auto.commit.interval.ms", "500");
        properties.put("session.timeout.ms", "6000");
        properties.put("heartbeat.interval.ms", "1000");
        String bytes = "org.apache.kafka.common.serialization.ByteArrayDeserializer";
        properties.put("key.deserializer", bytes);
        properties.put("value.deserializer", bytes);
        return properties;
    }

    private static void serve(int port) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
        server.createContext("/metrics", exchange -> {
            byte[] page = ("# TYPE events_total counter\nevents_total " + handled + "\n").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
            exchange.close();
        });
        server.start();
    }
}
