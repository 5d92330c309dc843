import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.utils.Utils;

/** Prints keys in hex, their hash, and where Kafka's producer puts them among some partitions. */
public class Partitions {
    private static final int[] COUNTS = {1, 2, 3, 4, 7, 12, 50, 1000};

    public static void main(String[] args) {
        List<byte[]> keys = new ArrayList<>();
        for (String text : new String[] {"", "a", "ab", "abc", "abcd", "key", "customer-42", "é", "😀"}) {
            keys.add(text.getBytes(StandardCharsets.UTF_8));
        }
        for (int i = 0; i < 40; i++) {
            keys.add(("k" + i).getBytes(StandardCharsets.UTF_8));
        }
        Random random = new Random(42);
        for (int length = 0; length < 260; length++) {
            byte[] key = new byte[length];
            random.nextBytes(key);
            keys.add(key);
        }
        StringBuilder out = new StringBuilder();
        for (byte[] key : keys) {
            out.append('=').append(HexFormat.of().formatHex(key)).append(' ').append(Utils.murmur2(key));
            for (int count : COUNTS) {
                out.append(' ').append(count).append(':');
                out.append(BuiltInPartitioner.partitionForKey(key, count));
            }
            out.append('\n');
        }
        System.out.print(out);
    }
}
