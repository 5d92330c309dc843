"""The course that every client in Python takes. A client lends a `hand`: how it does each thing.

A hand has a `version`, the `codecs` it knows, the `strategies` of its groups, and
`create(topic, partitions, configs)`, `delete(topic)`, `topics()`,
`produce(topic, [(key, value, headers)], **options)` -> [(partition, offset)],
`read(topic, isolation)` -> [(key, value, headers)] of all that is there,
`member(group, topic, **options)` -> `poll()`, `assignment()`, `commit()`, `close()`,
`transaction(topic, id)` -> `begin()`, `send(key)`, `flush()`, `commit()`, `abort()`, `close()`,
`too_large(topic)` -> the error's name, and `steps(course)`: what it alone can do.
"""

import sys
import time
import traceback

PARTITIONS = 3
COUNT = 30
PATIENCE = 40


def check(fact, told=""):
    if not fact:
        raise AssertionError(told)


def same(expected, actual):
    if isinstance(expected, set):
        missing, beyond = sorted(expected - actual), sorted(actual - expected)
        check(expected == actual, "missing %s, beyond %s" % (missing, beyond))
    check(expected == actual, "expected %r, actual %r" % (expected, actual))


def until(what, fact):
    end = time.time() + PATIENCE
    while not fact():
        check(time.time() < end, "not in time: " + what)
        time.sleep(0.01)


def fails(call):
    """Calls what must fail, and gives the error."""
    try:
        call()
    except Exception as e:  # noqa: BLE001: the caller looks at what it is
        return e
    raise AssertionError("it did not fail")


def step(what, run):
    try:
        run()
        print("passed\t" + what, flush=True)
    except Exception as e:  # noqa: BLE001: whatever it is, the step has failed
        traceback.print_exc()
        why = " ".join(str(e).split()) or type(e).__name__
        print("failed\t%s\t%s" % (what, why[:400]), flush=True)


class Course:
    def __init__(self, hand, name):
        self.hand, self.topic, self.group = hand, name + "-topic", name + "-group"
        self.sent = set()

    def record(self, key):
        value = None if key.endswith("-0") else ("value of " + key).encode()
        return key.encode(), value, [("from", key.encode()), ("empty", b"")]

    def produce(self, name, count=COUNT, **options):
        keys = ["%s-%d" % (name, i) for i in range(count)]
        at = self.hand.produce(self.topic, [self.record(key) for key in keys], **options)
        same(count, len(set(at)))
        self.sent.update(keys)
        return set(keys)

    def keys(self, records):
        """Checks what each record carries, and gives the keys; none may come twice."""
        for key, value, headers in records:
            same(self.record(key.decode()), (key, value, headers))
        keys = [key.decode() for key, _, _ in records]
        same(len(keys), len(set(keys)))
        return set(keys)

    def everything(self, isolation="read_uncommitted"):
        return self.keys(self.hand.read(self.topic, isolation))

    def poll(self, what, members, fact):
        """Polls all members in turn until something is so."""
        records = []

        def so():
            for member in members:
                records.extend(member.poll())
            return fact(records)
        try:
            until(what, so)
        except AssertionError as e:
            raise AssertionError("%s (%d records, at %s)" % (
                e, len(records), [sorted(member.assignment()) for member in members])) from e
        return records

    def in_a_group(self, name, **options):
        group = "%s-%s" % (self.group, name)
        all_of = set(range(PARTITIONS))
        before = set(self.sent)
        a = self.hand.member(group, self.topic, **options)
        records = self.poll("one member has all", [a], lambda _: a.assignment() == all_of)
        b = self.hand.member(group, self.topic, **options)
        records += self.poll("both have some", [a, b], lambda _: a.assignment()
                             and b.assignment() and a.assignment() ^ b.assignment() == all_of)
        a.close()
        # The other may read again what the first has read and not committed.
        seen = {key.decode() for key, _, _ in records}
        last = self.poll("the other has read all", [b], lambda so: b.assignment() == all_of
                         and b.at_end())
        seen |= {key.decode() for key, _, _ in last}
        same(before, seen)
        b.commit()
        b.close()
        more = self.produce(name + "-more", 10)
        c = self.hand.member(group, self.topic, **options)
        records = self.poll("what is new", [c], lambda so: len(so) >= len(more))
        same(more, self.keys(records))
        c.commit()
        c.close()

    def transactions(self):
        transaction = self.hand.transaction(self.topic + "-tx")
        dropped = set()
        for name in ("kept", "dropped", "kept-too"):
            transaction.begin()
            keys = ["%s-%d" % (name, i) for i in range(1, 11)]
            for key in keys:
                transaction.send(self.topic, self.record(key))
            if name == "dropped":
                transaction.flush()
                transaction.abort()
                dropped.update(keys)
            else:
                transaction.commit()
                self.sent.update(keys)
        transaction.begin()
        transaction.send(self.topic, self.record("open-1"))
        transaction.flush()
        same(self.sent, self.everything("read_committed"))
        same(self.sent | dropped | {"open-1"}, self.everything())
        transaction.abort()
        same(self.sent, self.everything("read_committed"))
        transaction.close()

    def offsets_in_transactions(self):
        group = self.group + "-tx"
        transaction = self.hand.transaction(self.topic + "-tx-offsets")
        member = self.hand.member(group, self.topic)
        self.poll("it has all", [member], lambda _: member.assignment() == set(range(PARTITIONS)))
        for offset, commit in ((7, True), (9, False)):
            transaction.begin()
            transaction.send_offset(self.topic, 0, offset, member)
            if commit:
                transaction.commit()
            else:
                transaction.abort()
            # A commit is answered before its markers are written, and not all clients wait.
            until("the offset is 7", lambda: member.committed(0) == 7)
        transaction.close()
        member.close()

    def fencing(self):
        first = self.hand.transaction(self.topic + "-tx-fenced")
        first.begin()
        first.send(self.topic, self.record("fenced-1"))
        first.flush()
        second = self.hand.transaction(self.topic + "-tx-fenced")
        told = fails(first.commit)
        check("fence" in repr(told).lower() or "epoch" in repr(told).lower(), repr(told))
        second.begin()
        second.send(self.topic, self.record("unfenced-1"))
        second.commit()
        self.sent.add("unfenced-1")
        same(self.sent, self.everything("read_committed"))
        second.close()
        first.drop()

    def take(self):
        hand = self.hand
        print("version\t" + hand.version, flush=True)
        configs = {"max.message.bytes": "100000"}
        step("topic created", lambda: hand.create(self.topic, PARTITIONS, configs))
        for codec in hand.codecs:
            step("produced: " + codec, lambda: self.produce(codec, codec=codec))
        step("produced: idempotent", lambda: self.produce("idempotent", idempotent=True))
        step("consumed all", lambda: same(self.sent, self.everything()))
        for name, options in hand.strategies.items():
            step("group: %s, rebalance, commit, restart" % name,
                 lambda: self.in_a_group(name.replace("=", "-"), **options))
        step("errors: too large", lambda: check(
            "large" in hand.too_large(self.topic).lower(), hand.too_large(self.topic)))
        hand.steps(self)
        step("transactions: commit, abort, read_committed", self.transactions)
        step("transactions: offsets", self.offsets_in_transactions)
        step("transactions: fencing", self.fencing)
        if hasattr(hand, "last_steps"):
            hand.last_steps(self)

        def deleted():
            hand.delete(self.topic)
            until("the topic is gone", lambda: self.topic not in hand.topics())
        step("topic deleted", deleted)


def main(hand):
    Course(hand(sys.argv[1]), sys.argv[2]).take()
