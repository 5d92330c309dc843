"""What the Python clients share: each login, the right one and the wrong one."""

import base64
import json
import os
import sys
import time
import traceback


class Hand:
    """A client lends `send(options, topic)`, which returns the error's name, or nothing, and
    `options(login, secret)`, or None where it knows no such login."""


def text_of(folder, name):
    with open(os.path.join(folder, name)) as file:
        return file.read().strip()


def unsecured(name, lives_s):
    now = int(time.time())
    part = lambda what: base64.urlsafe_b64encode(  # noqa: E731
        json.dumps(what).encode()).decode().rstrip("=")
    return "%s.%s." % (part({"alg": "none"}),
                       part({"sub": name, "iat": now - 10, "exp": now + lives_s}))


def bearer(folder, login, is_right):
    if login["mechanism"].endswith("JWKS"):
        return text_of(folder, "good.jwt" if is_right else "bad.jwt")
    return unsecured("alice", 3600 if is_right else -5)


def main(version, options, send):
    with open(sys.argv[1]) as file:
        task = json.load(file)
    print("version\t" + version, flush=True)
    for login in task["logins"]:
        what = "%(mechanism)s over %(protocol)s" % login
        right = options(task["folder"], login, True)
        if right is None:
            print("skipped\t%s\tthe client has no such login" % what, flush=True)
            continue
        try:
            said = send(right, "alice")
            assert said is None, "alice is told %s" % said
            said = send(right, "bob")
            assert "TOPIC_AUTHORIZATION_FAILED" in str(said), "of bob she is told %s" % said
            said = send(options(task["folder"], login, False), "alice")
            assert said is not None, "a wrong secret is taken"
            print("passed\t" + what, flush=True)
        except Exception as e:  # noqa: BLE001: whatever it is, the login has failed
            traceback.print_exc()
            print("failed\t%s\t%s" % (what, " ".join(str(e).split())[:300]), flush=True)
