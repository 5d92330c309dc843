package main

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

type franz struct {
	address string
	admin   *kadm.Client
}

func newHand(address string) hand {
	return &franz{address, kadm.NewClient(client(address))}
}

func client(address string, opts ...kgo.Opt) *kgo.Client {
	made, err := kgo.NewClient(append(opts, kgo.SeedBrokers(address))...)
	if err != nil {
		panic(err)
	}
	return made
}

func soon() context.Context {
	bounded, _ := context.WithTimeout(context.Background(), patience)
	return bounded
}

func (*franz) version() string {
	info, _ := debug.ReadBuildInfo()
	for _, dep := range info.Deps {
		if dep.Path == "github.com/twmb/franz-go" {
			return dep.Version
		}
	}
	return "?"
}

func (*franz) codecs() []string { return []string{"none", "gzip", "snappy", "lz4", "zstd"} }

func (*franz) strategies() []string {
	return []string{"range", "roundrobin", "sticky", "cooperative-sticky"}
}

func (f *franz) create(topic string, partitions int32, configs map[string]string) error {
	values := map[string]*string{}
	for name, value := range configs {
		values[name] = &value
	}
	_, err := f.admin.CreateTopic(soon(), partitions, 1, values, topic)
	return err
}

func (f *franz) delete(topic string) error {
	_, err := f.admin.DeleteTopic(soon(), topic)
	return err
}

func (f *franz) topics() ([]string, error) {
	listed, err := f.admin.ListTopics(soon())
	return listed.Names(), err
}

func outgoing(topic string, one record) *kgo.Record {
	headers := []kgo.RecordHeader{{Key: "from", Value: []byte(one.from)}, {Key: "empty", Value: nil}}
	return &kgo.Record{Topic: topic, Key: []byte(one.key), Value: one.value, Headers: headers}
}

func incoming(one *kgo.Record) record {
	return record{string(one.Key), one.Value, string(one.Headers[0].Value)}
}

func (f *franz) produce(topic string, records []record, codec string, idempotent bool) (int, error) {
	kind := map[string]kgo.CompressionCodec{"none": kgo.NoCompression(), "gzip": kgo.GzipCompression(),
		"snappy": kgo.SnappyCompression(), "lz4": kgo.Lz4Compression(), "zstd": kgo.ZstdCompression()}[codec]
	opts := []kgo.Opt{kgo.ProducerBatchCompression(kind), kgo.ProducerBatchMaxBytes(500_000)}
	if !idempotent {
		opts = append(opts, kgo.DisableIdempotentWrite())
	}
	producer := client(f.address, opts...)
	defer producer.Close()
	var out []*kgo.Record
	for _, one := range records {
		out = append(out, outgoing(topic, one))
	}
	results := producer.ProduceSync(soon(), out...)
	at := map[string]bool{}
	for _, result := range results {
		at[fmt.Sprint(result.Record.Partition, result.Record.Offset)] = true
	}
	return len(at), results.FirstErr()
}

func (f *franz) read(topic string, committed bool) ([]record, error) {
	level := kgo.ReadUncommitted()
	if committed {
		level = kgo.ReadCommitted()
	}
	consumer := client(f.address, kgo.ConsumeTopics(topic), kgo.FetchIsolationLevel(level),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()), kgo.KeepControlRecords())
	defer consumer.Close()
	list := f.admin.ListEndOffsets
	if committed {
		list = f.admin.ListCommittedOffsets
	}
	ends, err := list(soon(), topic)
	if err != nil {
		return nil, err
	}
	var records []record
	at := map[int32]int64{}
	err = until("the end", func() (bool, error) {
		fetches := consumer.PollFetches(within(time.Second))
		fetches.EachRecord(func(one *kgo.Record) {
			at[one.Partition] = one.Offset + 1
			if !one.Attrs.IsControl() {
				records = append(records, incoming(one))
			}
		})
		done := true
		ends.Each(func(end kadm.ListedOffset) { done = done && at[end.Partition] >= end.Offset })
		return done, failure(fetches)
	})
	return records, err
}

func within(wait time.Duration) context.Context {
	bounded, _ := context.WithTimeout(context.Background(), wait)
	return bounded
}

func failure(fetches kgo.Fetches) error {
	if err := fetches.Err0(); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil
}

type franzMember struct {
	client *kgo.Client
	lock   sync.Mutex
	has    map[int32]bool
}

func (f *franz) member(group, topic, strategy string) member {
	one := &franzMember{has: map[int32]bool{}}
	set := func(to bool) func(context.Context, *kgo.Client, map[string][]int32) {
		return func(_ context.Context, _ *kgo.Client, changed map[string][]int32) {
			one.lock.Lock()
			defer one.lock.Unlock()
			for _, partition := range changed[topic] {
				if to {
					one.has[partition] = true
				} else {
					delete(one.has, partition)
				}
			}
		}
	}
	opts := []kgo.Opt{kgo.ConsumerGroup(group), kgo.ConsumeTopics(topic), kgo.DisableAutoCommit(),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()), kgo.FetchIsolationLevel(kgo.ReadCommitted()),
		kgo.HeartbeatInterval(200 * time.Millisecond),
		kgo.OnPartitionsAssigned(set(true)), kgo.OnPartitionsRevoked(set(false)), kgo.OnPartitionsLost(set(false))}
	switch strategy {
	case "range":
		opts = append(opts, kgo.Balancers(kgo.RangeBalancer()))
	case "roundrobin":
		opts = append(opts, kgo.Balancers(kgo.RoundRobinBalancer()))
	case "sticky":
		opts = append(opts, kgo.Balancers(kgo.StickyBalancer()))
	case "consumer-range":
		opts = append(opts, kgo.Balancers(kgo.RangeBalancer()), kgo.ServerSideBalancer())
	case "consumer-uniform":
		opts = append(opts, kgo.Balancers(kgo.StickyBalancer()), kgo.ServerSideBalancer())
	}
	one.client = client(f.address, opts...)
	return one
}

func (m *franzMember) poll() []record {
	var records []record
	m.client.PollFetches(within(100 * time.Millisecond)).EachRecord(func(one *kgo.Record) {
		records = append(records, incoming(one))
	})
	return records
}

func (m *franzMember) assignment() []int32 {
	m.lock.Lock()
	defer m.lock.Unlock()
	var all []int32
	for partition := range m.has {
		all = append(all, partition)
	}
	return all
}

func (m *franzMember) commit() error { return m.client.CommitUncommittedOffsets(soon()) }
func (m *franzMember) close()        { m.client.Close() }

type franzTransaction struct{ client *kgo.Client }

func (f *franz) transaction(id string) (transaction, error) {
	return &franzTransaction{client(f.address, kgo.TransactionalID(id))}, nil
}

func (t *franzTransaction) begin() error { return t.client.BeginTransaction() }

func (t *franzTransaction) send(topic string, one record) error {
	return t.client.ProduceSync(soon(), outgoing(topic, one)).FirstErr()
}

func (t *franzTransaction) end(commit bool) error {
	return t.client.EndTransaction(soon(), kgo.TransactionEndTry(commit))
}

func (t *franzTransaction) close() { t.client.Close() }

func (f *franz) steps(c *course) {
	step("admin: topics, partitions, configs", func() error { return f.adminTopics(c.topic + "-other") })
	step("admin: groups and offsets", func() error { return f.adminGroups(c.group+"-range", c.topic) })
	step("admin: cluster, log dirs, quotas, users", func() error { return f.adminCluster(c.topic) })
}

func (f *franz) adminTopics(topic string) error {
	number := "1234567"
	if err := f.create(topic, 2, map[string]string{"cleanup.policy": "compact"}); err != nil {
		return err
	}
	_, grown := f.admin.UpdatePartitions(soon(), 4, topic)
	_, altered := f.admin.AlterTopicConfigs(soon(), []kadm.AlterConfig{{Op: kadm.SetConfig, Name: "retention.ms", Value: &number}}, topic)
	there := until("the config is there", func() (bool, error) {
		told, err := f.admin.DescribeTopicConfigs(soon(), topic)
		if err != nil {
			return false, err
		}
		for _, config := range told[0].Configs {
			if config.Key == "retention.ms" && config.MaybeValue() == number {
				return true, nil
			}
		}
		return false, nil
	})
	return first(grown, altered, there, f.delete(topic))
}

func (f *franz) adminGroups(group, topic string) error {
	groups, err := f.admin.ListGroups(soon())
	if err != nil || groups[group].State != "Empty" {
		return fmt.Errorf("%v %v", groups, err)
	}
	described, err := f.admin.DescribeGroups(soon(), group)
	if err != nil || described[group].Err != nil {
		return fmt.Errorf("%v %v", described, err)
	}
	lags, err := f.admin.Lag(soon(), group)
	if err != nil || lags.Error() != nil {
		return fmt.Errorf("%v %v", lags, err)
	}
	offsets := kadm.Offsets{}
	offsets.AddOffset(topic, 0, 1, -1)
	if err = f.admin.CommitAllOffsets(soon(), group, offsets); err != nil {
		return err
	}
	fetched, err := f.admin.FetchOffsets(soon(), group)
	if at, _ := fetched.Lookup(topic, 0); err != nil || at.At != 1 {
		return fmt.Errorf("%v %v", fetched, err)
	}
	deleted, err := f.admin.DeleteGroup(soon(), group)
	return first(err, deleted.Err)
}

func (f *franz) adminCluster(topic string) error {
	dirs, err := f.admin.DescribeAllLogDirs(soon(), nil)
	if err != nil {
		return fmt.Errorf("%v %v", dirs, err)
	}
	_, users := f.admin.AlterUserSCRAMs(soon(), nil, []kadm.UpsertSCRAM{{User: topic, Mechanism: kadm.ScramSha256, Iterations: 4096, Password: "secret"}})
	told := until("the user is there", func() (bool, error) {
		told, err := f.admin.DescribeUserSCRAMs(soon())
		_, there := told[topic]
		return there, err
	})
	quota := kadm.AlterClientQuotaEntry{
		Entity: kadm.ClientQuotaEntity{{Type: "client-id", Name: &topic}},
		Ops:    []kadm.AlterClientQuotaOp{{Key: "producer_byte_rate", Value: 5e6}},
	}
	_, quotas := f.admin.AlterClientQuotas(soon(), []kadm.AlterClientQuotaEntry{quota})
	quota.Ops[0].Remove = true
	_, removed := f.admin.AlterClientQuotas(soon(), []kadm.AlterClientQuotaEntry{quota})
	_, moves := f.admin.ListPartitionReassignments(soon(), nil)
	return first(users, told, quotas, removed, moves)
}

func (f *franz) lastSteps(c *course) {
	step("transactions: offsets, in a group session", func() error { return f.session(c) })
	step("admin: transactions and producers", func() error { return f.adminTransactions(c.topic) })
	for _, strategy := range []string{"consumer-uniform", "consumer-range"} {
		step("group.protocol=consumer: "+strategy, func() error { return c.inAGroup(strategy) })
	}
	step("share group: accept, release, restart", func() error { return f.share(c) })
	step("admin: records deleted", func() error {
		offsets := kadm.Offsets{}
		offsets.AddOffset(c.topic, 0, 2, -1)
		_, err := f.admin.DeleteRecords(soon(), offsets)
		starts, listed := f.admin.ListStartOffsets(soon(), c.topic)
		if at, _ := starts.Lookup(c.topic, 0); at.Offset != 2 {
			return fmt.Errorf("%v", starts)
		}
		return first(err, listed)
	})
}

// session reads, writes and commits in one transaction, and aborts another.
func (f *franz) session(c *course) error {
	group := c.group + "-session"
	session, err := kgo.NewGroupTransactSession(kgo.SeedBrokers(f.address), kgo.TransactionalID(c.topic+"-session"),
		kgo.ConsumerGroup(group), kgo.ConsumeTopics(c.topic), kgo.RequireStableFetchOffsets(),
		kgo.FetchIsolationLevel(kgo.ReadCommitted()), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
	if err != nil {
		return err
	}
	defer session.Close()
	for _, commit := range []kgo.TransactionEndTry{kgo.TryAbort, kgo.TryCommit} {
		if err := session.Begin(); err != nil {
			return err
		}
		seen := 0
		if err := until("some records", func() (bool, error) {
			seen += session.PollFetches(within(time.Second)).NumRecords()
			return seen >= len(c.sent), nil
		}); err != nil {
			return err
		}
		key := fmt.Sprintf("session-%v-1", commit)
		if err := session.ProduceSync(soon(), outgoing(c.topic, made(key))).FirstErr(); err != nil {
			return err
		}
		committed, err := session.End(soon(), commit)
		if err != nil || committed != bool(commit) {
			return fmt.Errorf("committed %v, %v", committed, err)
		}
		// A commit is answered before its markers are written.
		if err = until("the offset is there", func() (bool, error) {
			fetched, err := f.admin.FetchOffsets(soon(), group)
			_, there := fetched.Lookup(c.topic, 0)
			return there == bool(commit), err
		}); err != nil {
			return err
		}
		if commit {
			c.sent[key] = true
		}
	}
	return c.expectAll(true, c.sent)
}

func (f *franz) adminTransactions(topic string) error {
	listed, err := f.admin.ListTransactions(soon(), nil, nil)
	if _, there := listed[topic+"-tx"]; err != nil || !there {
		return fmt.Errorf("%v %v", listed, err)
	}
	described, err := f.admin.DescribeTransactions(soon(), topic+"-tx")
	if err != nil || described[topic+"-tx"].State != "CompleteAbort" {
		return fmt.Errorf("%v %v", described, err)
	}
	set := kadm.TopicsSet{}
	set.Add(topic, 0)
	_, err = f.admin.DescribeProducers(soon(), set)
	return err
}

func (f *franz) share(c *course) error {
	group := c.group + "-share"
	request := kmsg.NewPtrIncrementalAlterConfigsRequest()
	resource := kmsg.NewIncrementalAlterConfigsRequestResource()
	resource.ResourceType, resource.ResourceName = kmsg.ConfigResourceTypeGroupConfig, group
	for name, value := range map[string]string{"share.auto.offset.reset": "earliest", "share.isolation.level": "read_committed"} {
		config := kmsg.NewIncrementalAlterConfigsRequestResourceConfig()
		config.Name, config.Value = name, &value
		resource.Configs = append(resource.Configs, config)
	}
	request.Resources = append(request.Resources, resource)
	plain := client(f.address)
	defer plain.Close()
	if _, err := request.RequestWith(soon(), plain); err != nil {
		return err
	}
	seen := map[string]int32{}
	read := func(wanted map[string]bool) error {
		one := client(f.address, kgo.ShareGroup(group), kgo.ConsumeTopics(c.topic))
		defer one.Close()
		err := until("all is accepted", func() (bool, error) {
			fetches := one.PollFetches(within(time.Second))
			fetches.EachRecord(func(record *kgo.Record) {
				key := string(record.Key)
				if record.DeliveryCount() == 1 && len(key)%2 == 0 {
					record.Ack(kgo.AckRelease)
					return
				}
				record.Ack(kgo.AckAccept)
				seen[key] = record.DeliveryCount()
			})
			for key := range wanted {
				if seen[key] == 0 {
					return false, failure(fetches)
				}
			}
			return true, failure(fetches)
		})
		return first(err, one.FlushAcks(soon()))
	}
	if err := read(c.sent); err != nil {
		return err
	}
	sent, err := c.send("share-more", 10, "none", true)
	if err != nil {
		return err
	}
	seen = map[string]int32{}
	if err = read(sent); err != nil {
		return err
	}
	if len(seen) != len(sent) {
		return fmt.Errorf("more than what is new: %v", seen)
	}
	return nil
}
