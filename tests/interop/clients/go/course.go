// The course that the clients in Go take. A client lends a hand: how it does each thing.
package main

import (
	"fmt"
	"os"
	"sort"
	"strings"
	"time"
)

const (
	partitions = 3
	count      = 30
	patience   = 40 * time.Second
)

// A record; a value of nil is null.
type record struct {
	key   string
	value []byte
	from  string
}

type member interface {
	poll() []record
	assignment() []int32
	commit() error
	close()
}

type transaction interface {
	begin() error
	send(topic string, one record) error
	end(commit bool) error
	close()
}

type hand interface {
	version() string
	codecs() []string
	strategies() []string
	create(topic string, partitions int32, configs map[string]string) error
	delete(topic string) error
	topics() ([]string, error)
	produce(topic string, records []record, codec string, idempotent bool) (int, error)
	read(topic string, committed bool) ([]record, error)
	member(group, topic, strategy string) member
	transaction(id string) (transaction, error)
	steps(c *course)
	lastSteps(c *course)
}

type course struct {
	hand
	topic, group string
	sent         map[string]bool
}

func step(what string, run func() error) {
	err := run()
	if err == nil {
		fmt.Println("passed\t" + what)
		return
	}
	fmt.Printf("failed\t%s\t%s\n", what, strings.Join(strings.Fields(err.Error()), " "))
}

func until(what string, fact func() (bool, error)) error {
	end := time.Now().Add(patience)
	for {
		done, err := fact()
		if err != nil || done {
			return err
		}
		if time.Now().After(end) {
			return fmt.Errorf("not in time: %s", what)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// expect turns an error that must come into none. Each client has its own words for it.
func expect(words string, err error) error {
	for _, word := range strings.Split(words, "|") {
		if err != nil && strings.Contains(strings.ToLower(err.Error()), word) {
			return nil
		}
	}
	return fmt.Errorf("expected an error with %q, actual %v", words, err)
}

func first(errors ...error) error {
	for _, err := range errors {
		if err != nil {
			return err
		}
	}
	return nil
}

func made(key string) record {
	if strings.HasSuffix(key, "-0") {
		return record{key: key, from: key}
	}
	return record{key: key, value: []byte("value of " + key), from: key}
}

// keys checks what each record carries, and that none comes twice.
func keys(records []record) (map[string]bool, error) {
	seen := map[string]bool{}
	for _, one := range records {
		wanted := made(one.key)
		if string(wanted.value) != string(one.value) || (wanted.value == nil) != (one.value == nil) || wanted.from != one.from {
			return nil, fmt.Errorf("expected %v, actual %v", wanted, one)
		}
		if seen[one.key] {
			return nil, fmt.Errorf("%s came twice", one.key)
		}
		seen[one.key] = true
	}
	return seen, nil
}

func same(expected, actual map[string]bool) error {
	var wrong []string
	for key := range expected {
		if !actual[key] {
			wrong = append(wrong, "missing "+key)
		}
	}
	for key := range actual {
		if !expected[key] {
			wrong = append(wrong, "beyond "+key)
		}
	}
	if len(wrong) == 0 {
		return nil
	}
	sort.Strings(wrong)
	return fmt.Errorf("%d wrong: %s", len(wrong), strings.Join(wrong[:min(5, len(wrong))], ", "))
}

func (c *course) send(name string, many int, codec string, idempotent bool) (map[string]bool, error) {
	var records []record
	sent := map[string]bool{}
	for i := 0; i < many; i++ {
		key := fmt.Sprintf("%s-%d", name, i)
		records = append(records, made(key))
		sent[key] = true
	}
	acknowledged, err := c.produce(c.topic, records, codec, idempotent)
	if err != nil {
		return nil, err
	}
	if acknowledged != many {
		return nil, fmt.Errorf("%d offsets for %d records", acknowledged, many)
	}
	for key := range sent {
		c.sent[key] = true
	}
	return sent, nil
}

func (c *course) everything(committed bool) (map[string]bool, error) {
	records, err := c.read(c.topic, committed)
	if err != nil {
		return nil, err
	}
	return keys(records)
}

func (c *course) expectAll(committed bool, expected map[string]bool) error {
	actual, err := c.everything(committed)
	if err != nil {
		return err
	}
	return same(expected, actual)
}

func poll(what string, members []member, fact func([]record) bool) ([]record, error) {
	var records []record
	err := until(what, func() (bool, error) {
		for _, one := range members {
			records = append(records, one.poll()...)
		}
		return fact(records), nil
	})
	return records, err
}

// inAGroup: one member reads all, another joins, the first leaves, the group goes on where it was.
func (c *course) inAGroup(strategy string) error {
	group := c.group + "-" + strategy
	a := c.member(group, c.topic, strategy)
	if err := readAll("one member reads all", c.sent, a); err != nil {
		return err
	}
	b := c.member(group, c.topic, strategy)
	_, err := poll("both have some", []member{a, b}, func([]record) bool {
		return len(a.assignment()) > 0 && len(b.assignment()) > 0 && len(a.assignment())+len(b.assignment()) == partitions
	})
	if err != nil {
		return err
	}
	between, err := c.send(strategy+"-between", count, "none", true)
	if err = first(err, readAll("both read", between, a, b)); err != nil {
		return err
	}
	a.close()
	_, err = poll("the other has all", []member{b}, func([]record) bool { return len(b.assignment()) == partitions })
	if err != nil {
		return err
	}
	after, err := c.send(strategy+"-after", count, "none", true)
	if err = first(err, readAll("the other reads", after, b)); err != nil {
		return err
	}
	b.close()
	last, err := c.send(strategy+"-last", count, "none", true)
	if err != nil {
		return err
	}
	d := c.member(group, c.topic, strategy)
	defer d.close()
	return readAll("what is new", last, d)
}

// readAll polls until exactly these have come, and commits.
func readAll(what string, wanted map[string]bool, members ...member) error {
	records, err := poll(what, members, func(so []record) bool { return len(so) >= len(wanted) })
	if err != nil {
		return err
	}
	seen, err := keys(records)
	if err = first(err, same(wanted, seen)); err != nil {
		return err
	}
	for _, one := range members {
		if err = one.commit(); err != nil {
			return err
		}
	}
	return nil
}

func with(set map[string]bool, more ...string) map[string]bool {
	all := map[string]bool{}
	for key := range set {
		all[key] = true
	}
	for _, key := range more {
		all[key] = true
	}
	return all
}

func (c *course) transactions() error {
	tx, err := c.transaction(c.topic + "-tx")
	if err != nil {
		return err
	}
	var dropped []string
	for _, name := range []string{"kept", "dropped", "kept-too"} {
		if err := tx.begin(); err != nil {
			return err
		}
		for i := 1; i <= 10; i++ {
			key := fmt.Sprintf("%s-%d", name, i)
			if err := tx.send(c.topic, made(key)); err != nil {
				return err
			}
			if name == "dropped" {
				dropped = append(dropped, key)
			} else {
				c.sent[key] = true
			}
		}
		if err := tx.end(name != "dropped"); err != nil {
			return err
		}
	}
	return first(
		tx.begin(), tx.send(c.topic, made("open-1")),
		c.expectAll(true, c.sent), c.expectAll(false, with(c.sent, append(dropped, "open-1")...)),
		tx.end(false), c.expectAll(true, c.sent), closed(tx))
}

func closed(tx transaction) error {
	tx.close()
	return nil
}

func (c *course) fencing() error {
	id := c.topic + "-tx-fenced"
	one, err := c.transaction(id)
	if err != nil {
		return err
	}
	if err = first(one.begin(), one.send(c.topic, made("fenced-1"))); err != nil {
		return err
	}
	two, err := c.transaction(id)
	if err != nil {
		return err
	}
	// A client may only ask for its producer id when it begins.
	if err = first(two.begin(), two.send(c.topic, made("unfenced-1"))); err != nil {
		return err
	}
	if one.end(true) == nil {
		return fmt.Errorf("the first producer is not fenced")
	}
	if err = two.end(true); err != nil {
		return err
	}
	c.sent["unfenced-1"] = true
	defer one.close()
	defer two.close()
	return c.expectAll(true, c.sent)
}

func (c *course) take() {
	fmt.Println("version\t" + c.version())
	step("topic created", func() error {
		return c.create(c.topic, partitions, map[string]string{"max.message.bytes": "100000"})
	})
	for _, codec := range c.codecs() {
		step("produced: "+codec, func() error { _, err := c.send(codec, count, codec, false); return err })
	}
	step("produced: idempotent", func() error { _, err := c.send("idempotent", count, "none", true); return err })
	step("consumed all", func() error { return c.expectAll(false, c.sent) })
	for _, strategy := range c.strategies() {
		step("group: "+strategy+", rebalance, commit, restart", func() error { return c.inAGroup(strategy) })
	}
	step("errors: too large", func() error {
		_, err := c.produce(c.topic, []record{{key: "large", value: []byte(strings.Repeat("x", 200000)), from: "large"}}, "none", false)
		return expect("large", err)
	})
	step("errors: taken name, unknown topic", func() error {
		return first(expect("exists", c.create(c.topic, 1, nil)), expect("unknown|does not exist", c.delete(c.topic+"-unknown")))
	})
	c.steps(c)
	step("transactions: commit, abort, read_committed", c.transactions)
	step("transactions: fencing", c.fencing)
	c.lastSteps(c)
	step("topic deleted", func() error {
		if err := c.delete(c.topic); err != nil {
			return err
		}
		return until("the topic is gone", func() (bool, error) {
			topics, err := c.topics()
			for _, topic := range topics {
				if topic == c.topic {
					return false, nil
				}
			}
			return err == nil, err
		})
	})
}

func main() {
	address, name := os.Args[1], os.Args[2]
	c := &course{hand: newHand(address), topic: name + "-topic", group: name + "-group", sent: map[string]bool{}}
	c.take()
}
