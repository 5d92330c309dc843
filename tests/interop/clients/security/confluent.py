"""Logins with librdkafka, in Python."""

import os
import time

import confluent_kafka
from confluent_kafka import Producer

import logins


def options(folder, login, is_right):
    out = {"bootstrap.servers": login["address"], "security.protocol": login["protocol"],
           "message.timeout.ms": 20000 if is_right else 3000,
           "allow.auto.create.topics": False, "reconnect.backoff.ms": 1000}
    if "SSL" in login["protocol"]:
        out["ssl.ca.location"] = os.path.join(folder, "ca.pem")
    mechanism = login["mechanism"]
    if mechanism == "delegation token":
        return None
    if mechanism == "mTLS":
        name = "alice" if is_right else "stranger"
        out["ssl.certificate.location"] = os.path.join(folder, name + ".crt")
        out["ssl.key.location"] = os.path.join(folder, name + ".key")
        return out
    out["sasl.mechanism"] = mechanism.split()[0]
    if mechanism.startswith("OAUTHBEARER"):
        token = logins.bearer(folder, login, is_right)
        out["oauth_cb"] = lambda _: (token, time.time() + 3000)
    else:
        out["sasl.username"] = "alice"
        out["sasl.password"] = "secret" if is_right else "wrong"
    return out


def send(config, topic):
    told = []
    producer = Producer(config)
    producer.produce(topic, b"v", on_delivery=lambda error, _: told.append(error))
    producer.flush(25)
    if not told:
        return "nothing"
    return None if told[0] is None else told[0].name()


logins.main("%s, librdkafka %s" % (confluent_kafka.version()[0] if isinstance(
    confluent_kafka.version(), tuple) else confluent_kafka.version(),
    confluent_kafka.libversion()[0]), options, send)
