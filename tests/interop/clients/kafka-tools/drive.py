"""Kafka's command-line tools: what they print on `rk dev`, beside what they print on Kafka.

`scenario.txt` says what they are asked, `said-4.3.1.txt` what Apache Kafka 4.3.1 said. With
`RK_UPDATE=1 run --kafka kafka-tools` the latter is written anew.
"""

import difflib
import os
import re
import select
import shlex
import subprocess
import tempfile

import brokers

PATIENCE = 90
TOOLS = "org.apache.kafka.tools."
CLASSES = {
    "acls": "AclCommand",
    "broker-api-versions": "BrokerApiVersionsCommand",
    "client-compatibility": "ClientCompatibilityTest",
    "client-metrics": "ClientMetricsCommand",
    "cluster": "ClusterTool",
    "configs": "kafka.admin.ConfigCommand",
    "console-consumer": "consumer.ConsoleConsumer",
    "console-producer": "ConsoleProducer",
    "console-share-consumer": "consumer.ConsoleShareConsumer",
    "consumer-groups": "consumer.group.ConsumerGroupCommand",
    "consumer-perf-test": "ConsumerPerformance",
    "delegation-tokens": "DelegationTokenCommand",
    "delete-records": "DeleteRecordsCommand",
    "e2e-latency": "EndToEndLatency",
    "features": "FeatureCommand",
    "get-offsets": "GetOffsetShell",
    "groups": "GroupsCommand",
    "leader-election": "LeaderElectionCommand",
    "log-dirs": "LogDirsCommand",
    "metadata-quorum": "MetadataQuorumCommand",
    "producer-perf-test": "ProducerPerformance",
    "reassign-partitions": "reassign.ReassignPartitionsCommand",
    "share-consumer-perf-test": "ShareConsumerPerformance",
    "share-groups": "consumer.group.ShareGroupCommand",
    "streams-application-reset": "StreamsResetter",
    "streams-groups": "streams.StreamsGroupCommand",
    "topics": "TopicCommand",
    "transactional-message-copier": "TransactionalMessageCopier",
    "transactions": "TransactionsCommand",
    "verifiable-consumer": "VerifiableConsumer",
    "verifiable-producer": "VerifiableProducer",
}


# What is different on purpose, each with its reason.
DIFFERENT = {
    "metadata-quorum B describe --status": "rk dev has no listener of a controller to name",
}


class Jvm:
    """One JVM for all tools: see Tools.java for how it is spoken with."""

    def __init__(self, log):
        program = os.path.join(os.path.dirname(__file__), "../../java/Tools.java")
        self.process = subprocess.Popen(
            [brokers.kafka(), "java", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=log, env={**os.environ, "KAFKA_TIER": "1"}, start_new_session=True)

    def run(self, name, words, stdin):
        kind = CLASSES[name] if "kafka." in CLASSES[name] else TOOLS + CLASSES[name]
        line = " ".join("." + word.encode().hex() for word in [kind, stdin] + words)
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()
        if not select.select([self.process.stdout], [], [], PATIENCE)[0]:
            self.process.kill()
            return None
        code, out, err = map(int, self.process.stdout.readline().split())
        return code, self.process.stdout.read(out).decode(), self.process.stdout.read(err).decode()

    def end(self):
        self.process.kill()
        self.process.wait()


def an_id(match):
    """Masks an id of 16 bytes in Base64; a word of 22 letters is a word."""
    return "ID" if re.search(r"[A-Z0-9_].*[A-Z0-9_].*[A-Z0-9_]", match[0]) else match[0]


def masked(text, broker, folder):
    """Takes out what differs from run to run."""
    text = text.replace(broker.address, "ADDRESS").replace(folder, "DIR")
    for pattern, to in (
            # Log lines and traces are for people, and say when and where.
            (r"^\[[0-9]{4}-.*\n", ""), (r"^\tat .*\n|^\t\.\.\. .*\n", ""),
            # What Tools.java itself leaves behind when a tool catches its own exit.
            (r"^null$|^.*Tools\$Exited$|^.*error Exited: null .*$", ""),
            (r"^.*producer_send_success.*$", ""), (r"\bA{22}\b", "ZERO"),
            # The loggers are a JVM's own business.
            (r"^ +[\w.$-]+=[A-Z]+ sensitive=false synonyms=\{\}$", ""),
            (str(broker.port), "PORT"), (re.escape(broker.folder) + r"[^ ,\"}\])]*", "FOLDER"),
            (r"console-consumer-[0-9]+", "console-consumer-N"),
            (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22,27}", "UUID"),
            (r"(?<![\w-])(?=[\w-]*[A-Z])(?=[\w-]*[a-z])[\w-]{22}(?![\w-])", an_id),
            # A commit is answered before its markers are written.
            (r"\b(Prepare|Complete)(Commit|Abort)\b", r"\2"),
            (r"\b1[0-9]{12}\b", "TIME"), (r"(TIME|None) [0-9]+ (?=[a-z]+-[0-9])", "TIME N "),
            (r"[0-9]{4}[-/][0-9]{2}[-/][0-9]{2}[ T][0-9:.,]+", "DATE"),
            (r"Epoch: [0-9]+$", "Epoch: N"), (r"TIME\s+[0-9]+\s*$", "TIME N"),
            (r"\"size\":[0-9]+", '"size":N'), (r"(?<=-)[0-9]+(?=-UUID)", "N"),
            (r"[ \t]+", " ")):
        text = re.sub(pattern, to, text, flags=re.M)
    return text


def measured(text):
    """Takes the numbers out of what a benchmark prints."""
    return re.sub(r"[0-9]+(\.[0-9]+)?", "N", text)


# Tools whose numbers are measurements, or of a log that others write too.
MEASURES = {"producer-perf-test", "consumer-perf-test", "share-consumer-perf-test", "e2e-latency",
            "metadata-quorum", "verifiable-consumer"}


def steps(broker, folder):
    """Yields (the line, its tool, its words, its standard input, sorted or not)."""
    with open(os.path.join(os.path.dirname(__file__), "scenario.txt")) as lines:
        for line in lines.read().splitlines():
            if line.startswith("file "):
                _, name, text = line.split(" ", 2)
                with open(os.path.join(folder, name), "w") as file:
                    file.write(text + "\n")
            elif line and not line.startswith("#"):
                left, _, right = line.partition(" <<< ")
                stdin = right.strip('"').replace("\\t", "\t").replace("\\n", "\n")
                words = []
                for word in shlex.split(left.lstrip("~")):
                    word = word.replace("DIR", folder).replace("ADDRESS", broker.address)
                    words += ["--bootstrap-server", broker.address] if word == "B" else [word]
                yield line, words[0], words[1:], stdin, line.startswith("~")


def said(broker, hand):
    """Runs everything, and returns what each line made the tools say."""
    folder = tempfile.mkdtemp(dir=broker.folder)
    told, jvm = {}, Jvm(hand.log)
    for count, (line, tool, words, stdin, unordered) in enumerate(steps(broker, folder)):
        ran = jvm.run(tool, words, stdin)
        if ran is None:
            text = "hangs\n"
            jvm = Jvm(hand.log)
        else:
            out = masked(ran[1] + ran[2], broker, folder)
            out = measured(out) if tool in MEASURES else out
            lines = [one.rstrip() for one in out.splitlines() if one.strip()]
            text = "".join(one + "\n" for one in (sorted(lines) if unordered else lines))
            text += "code %d\n" % ran[0]
        told["%03d %s" % (count + 1, line)] = text
        hand.log.write("$ %s\n%s%s" % (line, text, "" if ran is None else ran[2]))
        hand.log.flush()
    jvm.end()
    return told


def read(path):
    told, last = {}, None
    with open(path) as lines:
        for line in lines:
            if line.startswith("$ "):
                last = line[2:].rstrip("\n")
                told[last] = ""
            else:
                told[last] += line
    return told


def drive(broker, hand):
    hand.line("version\t4.3.1")
    path = os.path.join(hand.here, "said-4.3.1.txt")
    actual = said(broker, hand)
    if os.environ.get("RK_UPDATE"):
        with open(path, "w") as file:
            for line, text in actual.items():
                file.write("$ %s\n%s" % (line, text))
    expected = read(path)
    for line, text in actual.items():
        if text == expected.get(line):
            hand.line("passed\t" + line)
        else:
            diff = difflib.unified_diff(expected.get(line, "").splitlines(), text.splitlines(),
                                        "Kafka", broker.name, lineterm="", n=0)
            shown = " ".join(one for one in list(diff)[2:] if not one.startswith("@@"))
            reason = DIFFERENT.get(line.split(" ", 1)[1])
            hand.line("skipped\t%s\tdifferent, for %s" % (line, reason) if reason
                      else "failed\t%s\t%s" % (line, shown[:700]))
    hand.line(("passed" if actual.keys() == expected.keys() else "failed") + "\tnothing left out")
