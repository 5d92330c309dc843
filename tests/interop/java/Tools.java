import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

import org.apache.kafka.common.utils.Exit;

/**
 * Runs Kafka's command-line tools in one JVM, one after the other, as if each had its own.
 *
 * <p>A line of input is the tool's class, its standard input and its arguments, each in hex with
 * a dot before it, with spaces between. The answer is a line with the exit code and the lengths
 * of what the tool printed on standard output and standard error, and then both.
 */
public class Tools {
    /** Leaves a tool. Some tools catch it as any other error and exit once more. */
    private static final class Exited extends RuntimeException {
        private Exited() {
            super(null, null, false, false);
        }
    }

    /** The code of the tool's first exit. */
    private static Integer code;

    /** What the tool wants done at the end of its JVM: the producer sends its last records so. */
    private static final List<Runnable> hooks = new ArrayList<>();

    private static void exit(int code, String message) {
        if (Tools.code == null) {
            Tools.code = code;
        }
        throw new Exited();
    }

    private static byte[] word(String text) {
        return HexFormat.of().parseHex(text.substring(1));
    }

    private static int run(String tool, String[] args) throws Exception {
        code = null;
        try {
            Class.forName(tool).getMethod("main", String[].class).invoke(null, (Object) args);
        } catch (InvocationTargetException e) {
            if (!(e.getCause() instanceof Exited)) {
                e.getCause().printStackTrace();
                code = 1;
            }
        }
        for (Runnable hook : hooks) {
            hook.run();
        }
        hooks.clear();
        return code == null ? 0 : code;
    }

    public static void main(String[] unused) throws Exception {
        Exit.setExitProcedure(Tools::exit);
        Exit.setHaltProcedure(Tools::exit);
        Exit.setShutdownHookAdder((name, hook) -> hooks.add(hook));
        PrintStream answers = System.out;
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split(" ");
            String[] args = Arrays.stream(words).skip(2).map(w -> new String(word(w))).toArray(String[]::new);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ByteArrayOutputStream err = new ByteArrayOutputStream();
            System.setIn(new ByteArrayInputStream(word(words[1])));
            System.setOut(new PrintStream(out, true));
            System.setErr(new PrintStream(err, true));
            int code = run(new String(word(words[0])), args);
            System.out.flush();
            System.err.flush();
            answers.println(code + " " + out.size() + " " + err.size());
            out.writeTo(answers);
            err.writeTo(answers);
            answers.flush();
        }
        Runtime.getRuntime().halt(0);
    }
}
