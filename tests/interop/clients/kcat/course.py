"""The course with kcat: an older librdkafka, as the distribution has it."""

import json
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "../python"))
from course import check, same, step, until  # noqa: E402

ADDRESS, NAME = sys.argv[1:3]
TOPIC, GROUP = NAME + "-topic", NAME + "-group"
COUNT = 30
SENT = set()


def kcat(*words, stdin="", code=0):
    ran = subprocess.run(["kcat", "-b", ADDRESS, *words], input=stdin, capture_output=True,
                         text=True, timeout=60)
    check((ran.returncode == 0) == (code == 0), ran.stdout + ran.stderr)
    return ran.stdout if code == 0 else ran.stdout + ran.stderr


def produce(name, *words):
    keys = ["%s-%d" % (name, i) for i in range(COUNT)]
    lines = "".join("%s:value of %s\n" % (key, key) for key in keys)
    kcat("-P", "-q", "-t", TOPIC, "-K", ":", "-H", "from=kcat", *words, stdin=lines)
    SENT.update(keys)


def keys(text):
    rows = [line.split("\t") for line in text.splitlines()]
    for key, value, headers in rows:
        same(("value of " + key, "from=kcat"), (value, headers))
    same(len(rows), len({row[0] for row in rows}))
    return {row[0] for row in rows}


def read(*words):
    return keys(kcat("-C", "-q", "-t", TOPIC, "-o", "beginning", "-e", "-f", "%k\\t%s\\t%h\\n",
                     *words))


def grouped():
    words = ["-G", GROUP, "-q", "-X", "auto.offset.reset=earliest", "-f", "%k\\t%s\\t%h\\n"]
    same(SENT, keys(kcat(*words, "-c", str(len(SENT)), TOPIC)))
    before = set(SENT)
    produce("more")
    same(SENT - before, keys(kcat(*words, "-c", str(COUNT), TOPIC)))


def listed():
    told = json.loads(kcat("-L", "-J", "-t", TOPIC))
    same(4, len(told["topics"][0]["partitions"]))
    check("1 brokers" in kcat("-L"), "brokers")


def queried():
    same("%s [0] offset 0" % TOPIC, kcat("-Q", "-t", TOPIC + ":0:-2").strip())
    end = int(re.search(r"offset ([0-9]+)", kcat("-Q", "-t", TOPIC + ":0:-1"))[1])
    check(end > 0, end)
    same("%s [0] offset 0" % TOPIC, kcat("-Q", "-t", TOPIC + ":0:1").strip())


def as_json():
    rows = [json.loads(line) for line in kcat(
        "-C", "-q", "-J", "-t", TOPIC, "-o", "beginning", "-e").splitlines()]
    same(SENT, {row["key"] for row in rows})
    check(all(row["headers"] == ["from", "kcat"] for row in rows), rows[0])


def transactions():
    # kcat sends all that it reads in one transaction, and commits at the end of it.
    produce("kept", "-X", "transactional.id=%s-tx" % TOPIC)
    # A commit is answered before its markers are written.
    until("all is committed", lambda: read("-X", "isolation.level=read_committed") == SENT)


def errors():
    told = kcat("-P", "-t", TOPIC, "-X", "message.max.bytes=10000000", stdin="x" * 3000000,
                code=1)
    check("too large" in told.lower(), told)
    told = kcat("-C", "-t", "no-such-topic", "-X", "allow.auto.create.topics=false", "-e", code=1)
    check("unknown" in told.lower(), told)


told = subprocess.run(["kcat", "-V"], capture_output=True, text=True).stdout
print("version\t%s, librdkafka %s" % tuple(re.search(
    r"Version ([0-9.]+).*librdkafka ([0-9.]+)", told).groups()), flush=True)
for codec in ("none", "gzip", "snappy", "lz4", "zstd"):
    step("produced: " + codec, lambda: produce(codec, "-z", codec))
step("produced: idempotent", lambda: produce("idempotent", "-X", "enable.idempotence=true"))
step("consumed all", lambda: same(SENT, read()))
step("consumed as JSON", as_json)
step("group: commit, restart", grouped)
step("metadata", listed)
step("offsets queried", queried)
step("errors: too large, unknown topic", errors)
step("transactions: commit", transactions)
