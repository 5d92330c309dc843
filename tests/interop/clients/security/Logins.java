import java.nio.file.*;
import java.time.Duration;
import java.util.*;
import java.util.concurrent.*;

import org.apache.kafka.clients.admin.*;
import org.apache.kafka.clients.producer.*;
import org.apache.kafka.common.acl.*;
import org.apache.kafka.common.resource.*;
import org.apache.kafka.common.security.token.delegation.DelegationToken;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.AppInfoParser;

/** Logins with Kafka's own client. Before it, it makes what all clients need, as a super user. */
public class Logins {
    static final String MODULES = "org.apache.kafka.common.security.";
    static Path folder;
    static DelegationToken token;

    record Login(String mechanism, String protocol, String address) {}

    static void prepare(String open) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", open))) {
            admin.createTopics(List.of(new NewTopic("alice", 1, (short) 1), new NewTopic("bob", 1, (short) 1))).all().get();
            // A user may be named once in a request.
            admin.alterUserScramCredentials(List.of(scram(ScramMechanism.SCRAM_SHA_256))).all().get();
            admin.alterUserScramCredentials(List.of(scram(ScramMechanism.SCRAM_SHA_512))).all().get();
            admin.createAcls(List.of(AclOperation.READ, AclOperation.WRITE).stream().map(operation -> new AclBinding(
                new ResourcePattern(ResourceType.TOPIC, "alice", PatternType.LITERAL),
                new AccessControlEntry("User:alice", "*", operation, AclPermissionType.ALLOW))).toList()).all().get();
        }
    }

    static UserScramCredentialAlteration scram(ScramMechanism mechanism) {
        return new UserScramCredentialUpsertion("alice", new ScramCredentialInfo(mechanism, 4096), "secret");
    }

    /** A token is asked for by one who came in with a password. */
    static void token(Login login) throws Exception {
        try (Admin admin = Admin.create(options(new Login("SCRAM-SHA-256", login.protocol, login.address), true))) {
            token = admin.createDelegationToken().delegationToken().get();
        }
    }

    static String jaas(String module, String... pairs) {
        StringBuilder out = new StringBuilder(MODULES + module + " required");
        for (int i = 0; i < pairs.length; i += 2) {
            out.append(" ").append(pairs[i]).append("=\"").append(pairs[i + 1]).append('"');
        }
        return out.append(";").toString();
    }

    static Map<String, Object> options(Login login, boolean right) throws Exception {
        Map<String, Object> out = new HashMap<>();
        out.put("bootstrap.servers", login.address);
        out.put("security.protocol", login.protocol);
        out.put("max.block.ms", right ? 20_000 : 3_000);
        out.put("retries", 0);
        if (login.protocol.endsWith("SSL")) {
            out.put("ssl.truststore.type", "PEM");
            out.put("ssl.truststore.location", folder.resolve("ca.pem").toString());
        }
        String password = right ? "secret" : "wrong";
        switch (login.mechanism) {
            case "PLAIN" -> {
                out.put("sasl.mechanism", "PLAIN");
                out.put("sasl.jaas.config", jaas("plain.PlainLoginModule", "username", "alice", "password", password));
            }
            case "SCRAM-SHA-256", "SCRAM-SHA-512" -> {
                out.put("sasl.mechanism", login.mechanism);
                out.put("sasl.jaas.config", jaas("scram.ScramLoginModule", "username", "alice", "password", password));
            }
            case "delegation token" -> {
                out.put("sasl.mechanism", "SCRAM-SHA-256");
                out.put("sasl.jaas.config", jaas("scram.ScramLoginModule", "username", token.tokenInfo().tokenId(),
                    "password", right ? token.hmacAsBase64String() : "wrong", "tokenauth", "true"));
            }
            case "OAUTHBEARER unsecured" -> {
                out.put("sasl.mechanism", "OAUTHBEARER");
                // What has no signature cannot be wrong but in what it says.
                out.put("sasl.jaas.config", jaas("oauthbearer.OAuthBearerLoginModule",
                    "unsecuredLoginStringClaim_sub", right ? "alice" : "mallory"));
            }
            case "OAUTHBEARER JWKS" -> {
                String file = folder.resolve(right ? "good.jwt" : "bad.jwt").toUri().toString().replace("file:/", "file:///").replace("file://///", "file:///");
                System.setProperty("org.apache.kafka.sasl.oauthbearer.allowed.urls", file);
                out.put("sasl.mechanism", "OAUTHBEARER");
                out.put("sasl.login.callback.handler.class", MODULES + "oauthbearer.OAuthBearerLoginCallbackHandler");
                out.put("sasl.oauthbearer.token.endpoint.url", file);
                out.put("sasl.jaas.config", jaas("oauthbearer.OAuthBearerLoginModule"));
            }
            default -> {
                out.put("ssl.keystore.type", "PEM");
                out.put("ssl.keystore.location", folder.resolve(right ? "alice.pem" : "stranger.pem").toString());
            }
        }
        return out;
    }

    /** What a sender is told, or nothing. */
    static String send(Map<String, Object> options, String topic) {
        try (Producer<String, String> producer = new KafkaProducer<>(options, new StringSerializer(), new StringSerializer())) {
            try {
                producer.send(new ProducerRecord<>(topic, "v")).get(25, TimeUnit.SECONDS);
                return null;
            } finally {
                producer.close(Duration.ofSeconds(1));
            }
        } catch (ExecutionException e) {
            return e.getCause().getClass().getSimpleName();
        } catch (Exception e) {
            return e.getClass().getSimpleName();
        }
    }

    static void check(boolean fact, String told) {
        if (!fact) {
            throw new AssertionError(told);
        }
    }

    static void attempt(Login login) {
        String what = login.mechanism + " over " + login.protocol;
        try {
            if (login.mechanism.equals("delegation token")) {
                token(login);
            }
            String said = send(options(login, true), "alice");
            check(said == null, "alice is told " + said);
            said = send(options(login, true), "bob");
            check("TopicAuthorizationException".equals(said), "of bob she is told " + said);
            said = send(options(login, false), "alice");
            check(said != null, "a wrong secret is taken");
            System.out.println("passed\t" + what);
        } catch (Throwable e) {
            e.printStackTrace();
            System.out.println("failed\t" + what + "\t" + String.valueOf(e.getMessage()).replaceAll("\\s+", " "));
        }
    }

    public static void main(String[] args) throws Exception {
        List<String> lines = Files.readAllLines(Path.of(args[0]));
        String[] first = lines.get(0).split("\t");
        folder = Path.of(first[0]);
        System.out.println("version\t" + AppInfoParser.getVersion());
        prepare(first[1]);
        for (String line : lines.subList(1, lines.size())) {
            String[] words = line.split("\t");
            attempt(new Login(words[0], words[1], words[2]));
        }
    }
}
