"""`--as-version`: what is offered is what that Kafka offered.

The truth is in the jars of that release's clients: the definition of each request says in which
versions it was, and on which listener. What Kafka said then and `rk` does not is named here.
"""

import json
import re
import socket
import struct
import zipfile

import brokers

# The newest of each release that the registry has.
JARS = {"2.8": "2.8.2", "3.9": "3.9.2", "4.1": "4.1.1"}
LISTENERS = {"2.8": "zkBroker", "3.9": "broker", "4.1": "broker"}

# What a broker of then says, and this one does not, with the reason.
MISSING = {
    # Only brokers and controllers asked each other for these: LeaderAndIsr, StopReplica,
    # UpdateMetadata, ControlledShutdown, AlterIsr.
    "2.8": {4, 5, 6, 7, 56},
    # Telemetry is offered only where something receives it, as in Kafka.
    "3.9": {71, 72},
    "4.1": {71, 72},
}
# What the definitions have and a broker offers only where unstable versions are switched on, or a
# preview: the share groups' state and StreamsGroup* in 4.1.
PREVIEW = {"2.8": set(), "3.9": {76, 77, 78, 79, 83, 84, 85, 86, 87}, "4.1": {88, 89}}
# Versions that Kafka 4 has removed (KIP-896): `rk` has not brought them back.
REMOVED = {0: 3, 1: 4, 2: 1, 8: 2, 9: 1, 19: 2, 20: 1, 23: 2, 27: 1, 29: 1, 30: 1, 31: 1, 32: 1,
           34: 1, 35: 1, 38: 1, 39: 1, 40: 1, 41: 1}


def defined(jar, listener):
    out = {}
    with zipfile.ZipFile(jar) as packed:
        for name in packed.namelist():
            if not name.startswith("common/message/") or not name.endswith("Request.json"):
                continue
            text = re.sub(r"^\s*//.*$", "", packed.read(name).decode(), flags=re.M)
            # One of 2.8 has a bracket too many.
            api, _ = json.JSONDecoder().raw_decode(text.lstrip())
            if listener not in api.get("listeners", []) or api["validVersions"] == "none":
                continue
            first, _, last = api["validVersions"].partition("-")
            first, last = int(first), int(last or first)
            if api.get("latestVersionUnstable"):
                last -= 1
            if first <= last:
                out[api["apiKey"]] = (first, last)
    return out


def offered(address):
    host, port = address.split(":")
    with socket.create_connection((host, int(port)), 10) as stream:
        stream.sendall(struct.pack(">ihhih", 10, 18, 0, 7, -1))
        size, = struct.unpack(">i", exactly(stream, 4))
        body = exactly(stream, size)
    error, count = struct.unpack_from(">hi", body, 4)
    assert error == 0, "error %d" % error
    keys = [struct.unpack_from(">hhh", body, 10 + 6 * at) for at in range(count)]
    return {key: (first, last) for key, first, last in keys}


def exactly(stream, count):
    out = b""
    while len(out) < count:
        more = stream.recv(count - len(out))
        assert more, "the connection is closed"
        out += more
    return out


def compare(release, jar, broker):
    theirs, ours = defined(jar, LISTENERS[release]), offered(broker.address)
    wrong = []
    for key, (first, last) in sorted(theirs.items()):
        told = ours.pop(key, None)
        if key in MISSING[release] or key in PREVIEW[release]:
            if told:
                wrong.append("key %d is offered" % key)
            continue
        # Produce names the versions from 0 on, whatever it serves (KAFKA-18659).
        expected = (max(first, REMOVED.get(key, 0)) if key else 0, last)
        if told != expected:
            wrong.append("key %d: expected %s, actual %s" % (key, expected, told))
    wrong += ["key %d is not of %s" % (key, release) for key in ours]
    assert not wrong, "; ".join(wrong)


def drive(broker, hand):
    for release, version in JARS.items():
        jar = "%s/kafka-clients-%s.jar" % (hand.jars(version), version)

        def offers():
            old = brokers.RkDev((), ["--as-version", release])
            try:
                compare(release, jar, old)
            finally:
                old.end()
        hand.step("--as-version %s offers what %s offered" % (release, version), offers)
