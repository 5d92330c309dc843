"""Logins: each mechanism over each protocol with Java, librdkafka and kafka-python.

Every login is one of alice, who may use the topic `alice` and not the topic `bob`: so it is known
not only that she came in, but that it is she. The same with a wrong secret must fail.
"""

import base64
import json
import os
import subprocess
import time

import brokers

MECHANISMS = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER unsecured",
              "OAUTHBEARER JWKS", "delegation token", "mTLS")
PROTOCOLS = {"open": "PLAINTEXT", "sasl": "SASL_PLAINTEXT", "sasls": "SASL_SSL",
             "jwks": "SASL_PLAINTEXT", "jwkss": "SASL_SSL", "mtls": "SSL"}


def url64(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


class Papers:
    """Keys, certificates and tokens, in a folder."""

    def __init__(self, folder):
        self.folder = folder
        self.openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                     "-subj", "/CN=authority", "-keyout", "ca.key", "-out", "ca.pem")
        for name, subject in (("server", "/CN=127.0.0.1"), ("alice", "/CN=Alice/O=People"),
                              ("stranger", "/CN=Alice/O=People")):
            self.openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", subject,
                         "-keyout", name + ".key", "-out", name + ".csr")
            with open(self.path(name + ".ext"), "w") as extension:
                extension.write("subjectAltName=IP:127.0.0.1\n")
            if name == "stranger":
                signer = ["-signkey", "stranger.key"]
            else:
                signer = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial"]
            self.openssl("x509", "-req", "-in", name + ".csr", "-days", "2", "-extfile",
                         name + ".ext", "-out", name + ".crt", *signer)
            with open(self.path(name + ".pem"), "w") as both:
                both.write(self.read(name + ".key") + self.read(name + ".crt"))
        self.openssl("genrsa", "-out", "token.key", "2048")
        self.write("jwks.json", json.dumps({"keys": [self.public()]}))
        self.write("good.jwt", self.token("token.key"))
        self.openssl("genrsa", "-out", "other.key", "2048")
        self.write("bad.jwt", self.token("other.key"))

    def path(self, name):
        return os.path.join(self.folder, name)

    def read(self, name):
        with open(self.path(name)) as file:
            return file.read()

    def write(self, name, text):
        with open(self.path(name), "w") as file:
            file.write(text)

    def openssl(self, *words, stdin=None):
        ran = subprocess.run(("openssl",) + words, cwd=self.folder, input=stdin,
                             capture_output=True, check=True)
        return ran.stdout

    def public(self):
        told = self.openssl("rsa", "-in", "token.key", "-noout", "-modulus").decode()
        modulus = bytes.fromhex(told.strip().split("=")[1])
        return {"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "k", "e": "AQAB",
                "n": url64(modulus)}

    def token(self, key):
        now = int(time.time())
        head = {"alg": "RS256", "typ": "JWT", "kid": "k"}
        claims = {"sub": "alice", "iss": "here", "aud": "brokers", "scope": "all",
                  "iat": now - 5, "exp": now + 3600}
        signed = ".".join(url64(json.dumps(part).encode()) for part in (head, claims))
        signature = self.openssl("dgst", "-sha256", "-sign", key, stdin=signed.encode())
        return signed + "." + url64(signature)


def settings(papers, ports):
    """What a broker is told: the same to both."""
    plain = "org.apache.kafka.common.security.plain.PlainLoginModule required " \
        "user_alice=\"secret\";"
    scram = "org.apache.kafka.common.security.scram.ScramLoginModule required;"
    bearer = "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required;"
    unsecured = "org.apache.kafka.common.security.oauthbearer.internals.unsecured." \
        "OAuthBearerUnsecuredValidatorCallbackHandler"
    checked = "org.apache.kafka.common.security.oauthbearer.OAuthBearerValidatorCallbackHandler"
    out = {
        "listeners": ",".join("%s://127.0.0.1:%d" % (name.upper(), ports[name])
                              for name in PROTOCOLS),
        "listener.security.protocol.map": ",".join(
            "%s:%s" % (name.upper(), protocol) for name, protocol in PROTOCOLS.items()),
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users": "User:ANONYMOUS",
        "delegation.token.secret.key": "hidden",
        "ssl.keystore.type": "PEM", "ssl.keystore.location": papers.path("server.pem"),
        "ssl.truststore.type": "PEM", "ssl.truststore.location": papers.path("ca.pem"),
        "ssl.principal.mapping.rules": "RULE:^.*CN=([^,]+).*$/$1/L,DEFAULT",
        "listener.name.mtls.ssl.client.auth": "required",
        "sasl.enabled.mechanisms": "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER",
    }
    for name in ("sasl", "sasls"):
        at = "listener.name.%s." % name
        out[at + "plain.sasl.jaas.config"] = plain
        out[at + "scram-sha-256.sasl.jaas.config"] = scram
        out[at + "scram-sha-512.sasl.jaas.config"] = scram
        out[at + "oauthbearer.sasl.jaas.config"] = bearer
        out[at + "oauthbearer.sasl.server.callback.handler.class"] = unsecured
    for name in ("jwks", "jwkss"):
        at = "listener.name.%s." % name
        out[at + "sasl.enabled.mechanisms"] = "OAUTHBEARER"
        out[at + "oauthbearer.sasl.jaas.config"] = bearer
        out[at + "oauthbearer.sasl.server.callback.handler.class"] = checked
        out[at + "sasl.oauthbearer.jwks.endpoint.url"] = "file://" + papers.path("jwks.json")
        out[at + "sasl.oauthbearer.expected.audience"] = "brokers"
        out[at + "sasl.oauthbearer.expected.issuer"] = "here"
    return ["%s=%s" % pair for pair in out.items()]


def guarded(broker, papers):
    """A broker of the same kind with these listeners."""
    ports = {name: brokers.free_port() for name in PROTOCOLS}
    told = settings(papers, ports)

    class Guarded(type(broker)):
        def __init__(self):
            self.papers = papers
            super().__init__(told)

        def start(self):
            self.port = ports["open"]
            self.address = "127.0.0.1:%d" % self.port
            if isinstance(self, brokers.RkDev):
                command = [brokers.rk(), "dev", "--data-dir", os.path.join(self.folder, "data")]
                for pair in self.settings:
                    command += ["--config", pair]
                return self.spawn(command)
            controller = "127.0.0.1:%d" % brokers.free_port()
            allowed = "-Dorg.apache.kafka.sasl.oauthbearer.allowed.urls=file://%s" \
                % papers.path("jwks.json")
            pairs = dict(pair.split("=", 1) for pair in self.properties() + self.settings)
            pairs["advertised.listeners"] = pairs["listeners"]
            pairs["listeners"] += ",CONTROLLER://" + controller
            pairs["listener.security.protocol.map"] += ",CONTROLLER:PLAINTEXT"
            pairs["controller.quorum.voters"] = "1@" + controller
            pairs["inter.broker.listener.name"] = "OPEN"
            file = os.path.join(self.folder, "server.properties")
            with open(file, "w") as properties:
                properties.write("".join("%s=%s\n" % pair for pair in pairs.items()))
            words = ["kafka.tools.StorageTool", "format", "-t", brokers.cluster_id(), "-c", file]
            subprocess.run([brokers.kafka(), "java"] + words, check=True, stdout=self.log)
            return self.spawn([brokers.kafka(), "java", "-Xmx1g", allowed, "kafka.Kafka", file])

    made = Guarded()
    made.ports = ports
    return made


def logins(ports):
    """Every login that is tried: mechanism, protocol, address."""
    for mechanism in MECHANISMS:
        names = {"mTLS": ("mtls",), "OAUTHBEARER JWKS": ("jwks", "jwkss")}
        for name in names.get(mechanism, ("sasl", "sasls")):
            yield {"mechanism": mechanism, "protocol": PROTOCOLS[name],
                   "address": "127.0.0.1:%d" % ports[name]}


def drive(broker, hand):
    papers = Papers(broker.folder)
    doors = guarded(broker, papers)
    try:
        tried = list(logins(doors.ports))
        task = os.path.join(broker.folder, "task.json")
        with open(task, "w") as file:
            json.dump({"folder": papers.folder, "open": doors.address, "logins": tried}, file)
        flat = os.path.join(broker.folder, "task.txt")
        with open(flat, "w") as file:
            file.write("%s\t%s\n" % (papers.folder, doors.address))
            file.writelines("%(mechanism)s\t%(protocol)s\t%(address)s\n" % one for one in tried)
        # Java is first: it makes the topics, the user, and what she may do.
        table = {}
        for name, command in hand.programs.items():
            run(hand, table, name, command + [flat if name == "java" else task])
        show(table, tried, hand.programs)
    finally:
        doors.end()


def run(hand, table, name, command):
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=hand.log, text=True, start_new_session=True)
    for line in process.stdout:
        word, _, rest = line.rstrip("\n").partition("\t")
        if word == "version":
            hand.line("version\t%s %s" % (name, rest))
            continue
        what, _, why = rest.partition("\t")
        table[(name, what)] = word
        hand.line("%s\t%s: %s\t%s" % (word, name, what, why))
    if process.wait() != 0:
        hand.line("failed\t%s: the end\tit ended with %d" % (name, process.returncode))
        raise AssertionError("%s ended with %d" % (name, process.returncode))


def show(table, tried, names):
    print("\n  | mechanism | protocol | " + " | ".join(names) + " |")
    for one in tried:
        what = "%(mechanism)s over %(protocol)s" % one
        cells = [table.get((name, what), "-") for name in names]
        print("  | %s | %s | %s |" % (one["mechanism"], one["protocol"], " | ".join(cells)))
    print(flush=True)
