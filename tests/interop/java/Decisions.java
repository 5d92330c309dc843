import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.metrics.internals.PluginMetricsImpl;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.security.auth.KafkaPrincipal;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.apache.kafka.common.utils.SecurityUtils;
import org.apache.kafka.metadata.authorizer.StandardAcl;
import org.apache.kafka.metadata.authorizer.StandardAuthorizer;
import org.apache.kafka.server.authorizer.Action;
import org.apache.kafka.server.authorizer.AuthorizableRequestContext;
import org.apache.kafka.server.authorizer.AuthorizationResult;

/**
 * Asks Kafka's StandardAuthorizer. Lines, with tabs between their words:
 *
 * <pre>
 * new SUPER-USERS ALLOW-WITHOUT-ACL
 * acl TYPE NAME PATTERN PRINCIPAL HOST OPERATION PERMISSION   (codes as numbers)
 * ask PRINCIPAL HOST OPERATION TYPE NAME
 * any PRINCIPAL HOST OPERATION TYPE
 * </pre>
 *
 * <p>Each of the last two is answered with 1 or 0 on a line of its own.
 */
public class Decisions {
    private record Context(KafkaPrincipal principal, InetAddress clientAddress)
            implements AuthorizableRequestContext {
        public String listenerName() {
            return "PLAINTEXT";
        }

        public SecurityProtocol securityProtocol() {
            return SecurityProtocol.PLAINTEXT;
        }

        public int requestType() {
            return 0;
        }

        public int requestVersion() {
            return 0;
        }

        public String clientId() {
            return "";
        }

        public int correlationId() {
            return 0;
        }
    }

    private static StandardAuthorizer authorizer;
    private static final Map<Uuid, StandardAcl> acls = new HashMap<>();

    private static StandardAuthorizer begin(String superUsers, String allow) {
        StandardAuthorizer authorizer = new StandardAuthorizer();
        authorizer.configure(Map.of(
                "node.id", "1",
                "super.users", superUsers,
                "allow.everyone.if.no.acl.found", allow));
        authorizer.withPluginMetrics(new PluginMetricsImpl(new Metrics(), Map.of()));
        return authorizer;
    }

    private static Context context(String principal, String host) throws Exception {
        return new Context(SecurityUtils.parseKafkaPrincipal(principal), InetAddress.getByName(host));
    }

    private static byte number(String word) {
        return Byte.parseByte(word);
    }

    public static void main(String[] args) throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        PrintWriter out = new PrintWriter(System.out);
        boolean loaded = false;
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] w = line.split("\t", -1);
            if (w[0].equals("new")) {
                authorizer = begin(w[1], w[2]);
                acls.clear();
                loaded = false;
                continue;
            }
            if (w[0].equals("acl")) {
                acls.put(Uuid.randomUuid(), new StandardAcl(
                        ResourceType.fromCode(number(w[1])), w[2], PatternType.fromCode(number(w[3])),
                        w[4], w[5], AclOperation.fromCode(number(w[6])),
                        AclPermissionType.fromCode(number(w[7]))));
                continue;
            }
            if (!loaded) {
                authorizer.loadSnapshot(acls);
                authorizer.completeInitialLoad();
                loaded = true;
            }
            AclOperation operation = AclOperation.fromCode(number(w[3]));
            ResourceType type = ResourceType.fromCode(number(w[4]));
            AuthorizationResult result;
            if (w[0].equals("any")) {
                result = authorizer.authorizeByResourceType(context(w[1], w[2]), operation, type);
            } else {
                ResourcePattern pattern = new ResourcePattern(type, w[5], PatternType.LITERAL);
                Action action = new Action(operation, pattern, 1, false, false);
                result = authorizer.authorize(context(w[1], w[2]), List.of(action)).get(0);
            }
            out.println(result == AuthorizationResult.ALLOWED ? "1" : "0");
        }
        out.flush();
    }
}
