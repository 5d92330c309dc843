"""Kafka Connect: a distributed worker with a file source and a file sink, and its three topics."""

import json
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request

import brokers

PATIENCE = 90
# What a worker makes of its three topics: partitions, and how they are cleaned.
TOPICS = {"connect-configs": (1, "compact"), "connect-offsets": (25, "compact"),
          "connect-status": (5, "compact")}


def until(what, fact):
    end = time.time() + PATIENCE
    while True:
        try:
            if fact():
                return
            why = ""
        except (OSError, urllib.error.HTTPError) as e:
            why = ": %s" % e
        if time.time() > end:
            raise AssertionError("not in time: " + what + why)
        time.sleep(0.2)


class Worker:
    def __init__(self, broker, hand):
        self.broker, self.hand = broker, hand
        self.port = brokers.free_port()
        self.source = os.path.join(broker.folder, "source.txt")
        self.sink = os.path.join(broker.folder, "sink.txt")
        self.settings = os.path.join(broker.folder, "worker.properties")
        self.lines = []
        with open(self.settings, "w") as file:
            file.write("\n".join([
                "bootstrap.servers=" + broker.address, "group.id=connect-cluster",
                "key.converter=org.apache.kafka.connect.storage.StringConverter",
                "value.converter=org.apache.kafka.connect.storage.StringConverter",
                "config.storage.topic=connect-configs", "config.storage.replication.factor=1",
                "offset.storage.topic=connect-offsets", "offset.storage.replication.factor=1",
                "status.storage.topic=connect-status", "status.storage.replication.factor=1",
                "offset.flush.interval.ms=500", "listeners=http://127.0.0.1:%d" % self.port,
                "scheduled.rebalance.max.delay.ms=0", "exactly.once.source.support=enabled"]))
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            [brokers.kafka(), "connect-distributed", self.settings], stdout=self.hand.log,
            stderr=self.hand.log, env={**os.environ, "KAFKA_TIER": "1"}, start_new_session=True)

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        self.process.wait(60)

    def ask(self, method, path, body=None):
        request = urllib.request.Request(
            "http://127.0.0.1:%d%s" % (self.port, path), method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def running(self, name):
        told = self.ask("GET", "/connectors/%s/status" % name)
        return told["connector"]["state"] == "RUNNING" and told["tasks"] \
            and all(task["state"] == "RUNNING" for task in told["tasks"])

    def more(self, count):
        new = ["line %d" % (len(self.lines) + i) for i in range(count)]
        self.lines += new
        with open(self.source, "a") as file:
            file.write("".join(line + "\n" for line in new))

    def arrived(self):
        """Waits until the sink has the lines, each once and in order."""
        def all_there():
            with open(self.sink) as file:
                return len(file.read().splitlines()) >= len(self.lines)
        until("the sink has all", all_there)
        time.sleep(1)
        with open(self.sink) as file:
            seen = file.read().splitlines()
        if seen != self.lines:
            raise AssertionError("expected %d lines, actual %d, last %s" % (
                len(self.lines), len(seen), seen[-1]))


def rk(broker, *words):
    ran = subprocess.run([brokers.rk()] + list(words) + ["-b", broker.address], check=True,
                         capture_output=True, text=True)
    return ran.stdout


def drive(broker, hand):
    hand.line("version\t4.3.1")
    worker = Worker(broker, hand)

    def up():
        until("the worker answers", lambda: worker.ask("GET", "/connectors") == [])

    def topics():
        for name, (partitions, policy) in TOPICS.items():
            told = json.loads(rk(broker, "topics", "describe", name, "-o", "json"))[0]
            if told["partition_count"] != partitions \
                    or told["configs"]["cleanup.policy"] != policy:
                raise AssertionError(told)

    def connectors():
        worker.more(100)
        worker.ask("PUT", "/connectors/source/config", {
            "connector.class": "FileStreamSource", "file": worker.source, "topic": "connected",
            "tasks.max": "1"})
        worker.ask("PUT", "/connectors/sink/config", {
            "connector.class": "FileStreamSink", "file": worker.sink, "topics": "connected",
            "tasks.max": "1"})
        until("both run", lambda: worker.running("source") and worker.running("sink"))
        worker.arrived()

    def offsets():
        def there():
            source = worker.ask("GET", "/connectors/source/offsets")["offsets"]
            sink = worker.ask("GET", "/connectors/sink/offsets")["offsets"]
            total = sum(one["offset"]["kafka_offset"] for one in sink)
            size = os.path.getsize(worker.source)
            # Transactions leave markers in the log, which have offsets too.
            return source and source[0]["offset"]["position"] == size \
                and total >= len(worker.lines)
        until("the offsets are there", there)

    def again(how):
        worker.stop(how)
        worker.more(50)
        worker.start()
        until("both run", lambda: worker.running("source") and worker.running("sink"))
        worker.arrived()

    def broker_again(how):
        broker.restart(how)
        worker.more(50)
        worker.arrived()

    def paused():
        worker.ask("PUT", "/connectors/sink/pause")
        until("it is paused", lambda: worker.ask(
            "GET", "/connectors/sink/status")["connector"]["state"] == "PAUSED")
        worker.more(10)
        worker.ask("PUT", "/connectors/sink/resume")
        worker.arrived()

    def stopped_and_reset():
        worker.ask("PUT", "/connectors/sink/stop")
        until("it is stopped", lambda: worker.ask(
            "GET", "/connectors/sink/status")["connector"]["state"] == "STOPPED")
        until("its group is empty", lambda: worker.ask("DELETE", "/connectors/sink/offsets"))
        if worker.ask("GET", "/connectors/sink/offsets")["offsets"]:
            raise AssertionError("its offsets are still there")

    def deleted():
        for name in ("source", "sink"):
            worker.ask("DELETE", "/connectors/" + name)
        until("both are gone", lambda: worker.ask("GET", "/connectors") == [])

    def plugin():
        told = worker.ask("GET", "/connectors/source")
        worker.ask("PUT", "/connectors/source/config", {
            **told["config"], "exactly.once.support": "requested",
            "transaction.boundary": "poll"})
        until("it runs", lambda: worker.running("source"))
        worker.more(10)
        worker.arrived()
    try:
        hand.step("the worker starts and joins its group", up)
        hand.step("its three topics are compacted", topics)
        hand.step("file source to file sink", connectors)
        hand.step("offsets told over REST", offsets)
        hand.step("restarted: goes on where it was", lambda: again(signal.SIGTERM))
        hand.step("broker restarted: goes on", lambda: broker_again(signal.SIGTERM))
        hand.step("broker killed with -9: goes on", lambda: broker_again(signal.SIGKILL))
        hand.step("paused and resumed", paused)
        hand.step("configuration changed, exactly once", plugin)
        hand.step("stopped, offsets reset", stopped_and_reset)
        hand.step("connectors deleted", deleted)
    finally:
        worker.stop(signal.SIGKILL)
