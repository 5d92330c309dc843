import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;

import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Message;
import org.apache.kafka.common.protocol.ObjectSerializationCache;

/**
 * Reads messages with Kafka's own classes and writes them again. A line of input is a name, a
 * version and the bytes in hex; a line of output is the bytes that Kafka writes, or an error.
 */
public class Recode {
    private static final List<String> PLACES = List.of(
        "org.apache.kafka.common.message.%sData",
        "org.apache.kafka.common.message.%s",
        "org.apache.kafka.common.metadata.%s",
        "org.apache.kafka.coordinator.group.generated.%s",
        "org.apache.kafka.coordinator.share.generated.%s",
        "org.apache.kafka.coordinator.transaction.generated.%s",
        "org.apache.kafka.server.log.remote.metadata.storage.generated.%s");

    private static Message message(String name) throws Exception {
        for (String place : PLACES) {
            try {
                Class<?> found = Class.forName(String.format(place, name));
                return (Message) found.getConstructor().newInstance();
            } catch (ClassNotFoundException | ClassCastException e) {
                // It is in another place.
            }
        }
        throw new IllegalArgumentException("no class for " + name);
    }

    private static String recode(String[] words) {
        HexFormat hex = HexFormat.of();
        try {
            Message message = message(words[0]);
            short version = Short.parseShort(words[1]);
            byte[] bytes = words.length < 3 ? new byte[0] : hex.parseHex(words[2]);
            ByteBuffer in = ByteBuffer.wrap(bytes);
            message.read(new ByteBufferAccessor(in), version);
            if (in.hasRemaining()) {
                return "error: " + in.remaining() + " bytes are left";
            }
            ObjectSerializationCache cache = new ObjectSerializationCache();
            ByteBuffer out = ByteBuffer.allocate(message.size(cache, version));
            message.write(new ByteBufferAccessor(out), cache, version);
            return hex.formatHex(out.array(), 0, out.position());
        } catch (Exception e) {
            return "error: " + e;
        }
    }

    public static void main(String[] args) throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        StringBuilder out = new StringBuilder();
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            out.append(recode(line.split(" "))).append('\n');
        }
        System.out.print(out);
    }
}
