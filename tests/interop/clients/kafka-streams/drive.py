"""Kafka Streams: WordCount with exactly-once v2, killed and restarted, and so is the broker."""

import os
import signal
import subprocess
import time

import brokers

INTERNALS = """\
word-count-by-word-repartition 2 {cleanup.policy=delete, message.timestamp.type=CreateTime, \
retention.ms=-1, segment.bytes=52428800}
word-count-count-changelog 2 {cleanup.policy=compact, message.timestamp.type=CreateTime}
"""


class WordCount:
    def __init__(self, broker, hand, protocol):
        self.broker, self.hand, self.protocol, self.process = broker, hand, protocol, None
        classes = os.path.join(hand.cache, "classes-streams")
        libs = subprocess.run([brokers.kafka(), "install"], capture_output=True, text=True,
                              check=True).stdout.strip()
        os.makedirs(classes, exist_ok=True)
        subprocess.run(["javac", "-cp", libs + "/*", "-d", classes,
                        os.path.join(hand.here, "WordCount.java")], check=True)
        self.command = hand.java + ["-cp", classes + ":" + libs + "/*", "WordCount"]

    def run(self, verb, *words):
        command = self.command + [verb, self.broker.address] + [str(word) for word in words]
        ran = subprocess.run(command, stdout=subprocess.PIPE, stderr=self.hand.log, text=True,
                             timeout=240)
        if ran.returncode:
            raise AssertionError("%s ended with %d" % (verb, ran.returncode))
        return ran.stdout

    def start(self):
        state = os.path.join(self.broker.folder, "state-" + self.protocol)
        self.process = subprocess.Popen(
            self.command + ["app", self.broker.address, state, self.protocol],
            stdout=self.hand.log, stderr=self.hand.log, start_new_session=True)

    def stop(self, how):
        self.process.send_signal(how)
        self.process.wait(60)

    def exact(self, lines):
        told = self.run("counts", lines, 90).strip()
        if told != "exact":
            raise AssertionError(told)


def course(count, broker, hand):
    def killed():
        count.run("feed", 500, 1000)
        time.sleep(1)
        count.stop(signal.SIGKILL)
        count.start()
        count.exact(1000)

    def stopped():
        count.stop(signal.SIGTERM)
        count.run("feed", 1000, 1500)
        count.start()
        count.exact(1500)

    def broker_restarts(how, lines):
        count.run("feed", lines - 500, lines)
        broker.restart(how)
        count.exact(lines)

    def created():
        count.run("create")
        count.run("feed", 0, 500)
        count.start()
        count.exact(500)

    def internals():
        told = count.run("internals")
        if told != INTERNALS:
            raise AssertionError("expected %s, actual %s" % (INTERNALS, told))
    def step(what, how):
        hand.step("group.protocol=%s: %s" % (count.protocol, what), how)
    step("exactly-once v2: counts are exact", created)
    step("its internal topics are as asked", internals)
    step("exact after kill -9 of the program", killed)
    step("exact after a restart of the program", stopped)
    step("exact after a restart of the broker", lambda: broker_restarts(signal.SIGTERM, 2000))
    step("exact after kill -9 of the broker", lambda: broker_restarts(signal.SIGKILL, 2500))


def told(command):
    ran = subprocess.run(command, capture_output=True, text=True, timeout=120)
    if ran.returncode:
        raise AssertionError(ran.stderr.strip() or ran.stdout.strip())
    return ran.stdout


def rk(broker, *words):
    """What `rk groups` says, as rows of cells without their head."""
    out = told([brokers.rk(), "groups"] + list(words) + ["-b", broker.address, "-o", "csv"])
    return sorted(tuple(line.split(",")) for line in out.splitlines()[1:])


def theirs(broker, *words):
    """The same of Kafka's own tool."""
    out = told([brokers.kafka(), "streams-groups", "--bootstrap-server", broker.address]
               + list(words))
    rows = [tuple(line.split()) for line in out.splitlines()]
    return sorted(row for row in rows if row and row[0] != "GROUP")


def same(expected, actual):
    if expected != actual or not expected:
        raise AssertionError("expected %s, actual %s" % (expected, actual))


def groups(count, broker, hand):
    """A streams group under `rk groups`, held against Kafka's own tool."""
    group = ("--group", "word-count")

    def described():
        # Group, topic, partition, offset, end, lag: the tool tells of a leader epoch between.
        kafkas = [row[:4] + row[5:7] for row in theirs(broker, "--describe", *group, "--verbose")]
        same(kafkas, [row[:6] for row in rk(broker, "describe", "word-count")])
        kafkas = theirs(broker, "--list", "--state")
        same(kafkas, [(row[0], row[2]) for row in rk(broker, "list") if row[1] == "Streams"])

    def reset():
        to = ("--to-earliest", "--dry-run")
        kafkas = theirs(broker, "--reset-offsets", *group, "--all-input-topics", *to)
        ours = rk(broker, "reset-offsets", *group, "--topic", "lines", *to)
        same(kafkas, [row[:3] + row[4:] for row in ours])
        rk(broker, "reset-offsets", *group, "--topic", "lines", "--to-earliest", "--execute")
        rows = [row for row in rk(broker, "describe", "word-count") if row[1] == "lines"]
        same([("0", "0"), ("1", "0")], [row[2:4] for row in rows])
        kafkas = theirs(broker, "--reset-offsets", *group, "--all-input-topics", "--to-current",
                        "--dry-run")
        same(["0", "0"], [row[3] for row in kafkas])

    def deleted():
        rk(broker, "delete", "word-count", "--yes")
        if theirs(broker, "--list"):
            raise AssertionError("it is still there")

    hand.step("rk groups describe, list: as kafka-streams-groups", described)
    count.stop(signal.SIGTERM)
    hand.step("rk groups reset-offsets: as kafka-streams-groups", reset)
    hand.step("rk groups delete: gone for kafka-streams-groups", deleted)


def drive(broker, hand):
    hand.line("version\t4.3.1")
    one(broker, hand, "classic")
    # The same topics and the same group again, so on a broker of its own.
    fresh = type(broker)(broker.settings)
    try:
        one(fresh, hand, "streams")
    finally:
        fresh.end()


def one(broker, hand, protocol):
    count = WordCount(broker, hand, protocol)
    try:
        course(count, broker, hand)
        if protocol == "streams":
            groups(count, broker, hand)
    finally:
        if count.process:
            count.stop(signal.SIGKILL)
