"""The brokers that a client can be judged on: `rk dev`, and Apache Kafka itself."""

import base64
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid

PATIENCE = 60


class Broker:
    """A broker on a temporary directory. Its address stays when it is started again."""

    def __init__(self, settings=(), words=()):
        self.words = list(words)
        self.folder = tempfile.mkdtemp(prefix="rk-interop-")
        self.log = open(os.path.join(self.folder, "log"), "ab")
        self.settings = list(settings)
        self.port = free_port()
        self.address = "127.0.0.1:%d" % self.port
        self.process = None
        self.start()

    def spawn(self, command):
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=self.log,
                                        stderr=self.log, start_new_session=True)
        until = time.time() + PATIENCE
        while not self.answers():
            if self.process.poll() is not None or time.time() > until:
                raise SystemExit("the broker does not start:\n" + self.told())
            time.sleep(0.05)

    def answers(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
            return True
        except OSError:
            return False

    def told(self):
        with open(self.log.name, errors="replace") as log:
            return "".join(log.readlines()[-30:])

    def stop(self, how=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(how)
            try:
                self.process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def restart(self, how=signal.SIGTERM):
        self.stop(how)
        self.start()

    def end(self):
        self.stop()
        self.log.close()
        if not os.environ.get("KEEP"):
            shutil.rmtree(self.folder, ignore_errors=True)


class RkDev(Broker):
    """`rk dev`. `RK` says which; without it, the one that cargo built last."""

    name = "rk dev"

    def start(self):
        command = [rk(), "dev", "--listen", self.address,
                   "--data-dir", os.path.join(self.folder, "data")] + self.words
        for pair in self.settings:
            command += ["--config", pair]
        self.spawn(command)


class ApacheKafka(Broker):
    """Apache Kafka. `RK_KAFKA` names a script with the verb `java CLASS [ARG...]`."""

    name = "Apache Kafka"

    def start(self):
        file = os.path.join(self.folder, "server.properties")
        if not os.path.exists(file):
            with open(file, "w") as properties:
                properties.write("\n".join(self.properties() + self.settings))
            words = ["kafka.tools.StorageTool", "format", "-t", cluster_id(), "-c", file]
            subprocess.run([kafka(), "java"] + words, check=True, stdout=self.log)
        self.spawn([kafka(), "java", "-Xmx1g", "kafka.Kafka", file])

    def properties(self):
        controller = free_port()
        return [
            "process.roles=broker,controller",
            "node.id=1",
            "controller.quorum.voters=1@127.0.0.1:%d" % controller,
            "listeners=PLAINTEXT://%s,CONTROLLER://127.0.0.1:%d" % (self.address, controller),
            "advertised.listeners=PLAINTEXT://" + self.address,
            "controller.listener.names=CONTROLLER",
            "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
            "log.dirs=" + os.path.join(self.folder, "data"),
            "num.partitions=4",
            "offsets.topic.replication.factor=1",
            "transaction.state.log.replication.factor=1",
            "transaction.state.log.min.isr=1",
            "share.coordinator.state.topic.replication.factor=1",
            "share.coordinator.state.topic.min.isr=1",
            "group.initial.rebalance.delay.ms=0",
        ]


def cluster_id():
    return base64.urlsafe_b64encode(b"i" + uuid.uuid4().bytes[1:]).decode().rstrip("=")


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def top():
    return os.path.realpath(os.path.join(os.path.dirname(__file__), "../../.."))


def rk():
    named = os.environ.get("RK")
    built = [os.path.join(top(), "target", profile, "rk") for profile in ("release", "debug")]
    found = [named] if named else sorted(filter(os.path.exists, built), key=os.path.getmtime)
    if not found:
        raise SystemExit("no rk is built (cargo build), and RK names none")
    return found[-1]


def kafka():
    found = os.environ.get("RK_KAFKA", os.path.join(top(), "../shared/kafka/kafka"))
    return found if os.path.exists(found) else None
