"""Logins with kafka-python."""

import os

import kafka
from kafka import KafkaProducer
from kafka.net.sasl.oauth import AbstractTokenProvider

import logins


class Token(AbstractTokenProvider):
    def __init__(self, token):
        self.text = token

    def token(self):
        return self.text


def options(folder, login, is_right):
    patience_ms = 6000 if is_right else 1500
    out = {"bootstrap_servers": login["address"], "security_protocol": login["protocol"],
           "max_block_ms": patience_ms, "retries": 0}
    if "SSL" in login["protocol"]:
        out["ssl_cafile"] = os.path.join(folder, "ca.pem")
    mechanism = login["mechanism"]
    if mechanism == "delegation token":
        return None
    if mechanism == "mTLS":
        name = "alice" if is_right else "stranger"
        out["ssl_certfile"] = os.path.join(folder, name + ".crt")
        out["ssl_keyfile"] = os.path.join(folder, name + ".key")
        return out
    out["sasl_mechanism"] = mechanism.split()[0]
    if mechanism.startswith("OAUTHBEARER"):
        out["sasl_oauth_token_provider"] = Token(logins.bearer(folder, login, is_right))
    else:
        out["sasl_plain_username"] = "alice"
        out["sasl_plain_password"] = "secret" if is_right else "wrong"
    return out


def name_of(error):
    words = "".join("_" + c if c.isupper() else c.upper() for c in type(error).__name__)
    return words.strip("_")


def send(config, topic):
    producer = None
    try:
        producer = KafkaProducer(**config)
        producer.send(topic, b"v").get(timeout=25)
        return None
    except Exception as e:  # noqa: BLE001: the caller looks at its name
        return name_of(e)
    finally:
        if producer:
            producer.close(timeout=1)


logins.main(kafka.__version__, options, send)
