package main

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"github.com/IBM/sarama"
)

type ibm struct {
	address string
	admin   sarama.ClusterAdmin
	client  sarama.Client
}

func newHand(address string) hand {
	client := must(sarama.NewClient([]string{address}, config()))
	return &ibm{address, must(sarama.NewClusterAdminFromClient(client)), client}
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func config() *sarama.Config {
	config := sarama.NewConfig()
	config.Version = sarama.V4_3_1_0
	config.Producer.Return.Successes = true
	config.Producer.RequiredAcks = sarama.WaitForAll
	config.Consumer.Offsets.Initial = sarama.OffsetOldest
	config.Consumer.Offsets.AutoCommit.Enable = false
	config.Consumer.Group.Heartbeat.Interval = 200 * time.Millisecond
	config.Consumer.MaxWaitTime = 100 * time.Millisecond
	return config
}

func (*ibm) version() string {
	info, _ := debug.ReadBuildInfo()
	for _, dep := range info.Deps {
		if dep.Path == "github.com/IBM/sarama" {
			return dep.Version
		}
	}
	return "?"
}

func (*ibm) codecs() []string     { return []string{"none", "gzip", "snappy", "lz4", "zstd"} }
func (*ibm) strategies() []string { return []string{"range", "roundrobin", "sticky"} }

func (s *ibm) create(topic string, partitions int32, configs map[string]string) error {
	entries := map[string]*string{}
	for name, value := range configs {
		entries[name] = &value
	}
	return s.admin.CreateTopic(topic, &sarama.TopicDetail{NumPartitions: partitions, ReplicationFactor: 1, ConfigEntries: entries}, false)
}

func (s *ibm) delete(topic string) error { return s.admin.DeleteTopic(topic) }

func (s *ibm) topics() ([]string, error) {
	listed, err := s.admin.ListTopics()
	var names []string
	for name := range listed {
		names = append(names, name)
	}
	return names, err
}

func outgoing(topic string, one record) *sarama.ProducerMessage {
	headers := []sarama.RecordHeader{{Key: []byte("from"), Value: []byte(one.from)}, {Key: []byte("empty"), Value: nil}}
	message := &sarama.ProducerMessage{Topic: topic, Key: sarama.StringEncoder(one.key), Headers: headers}
	if one.value != nil {
		message.Value = sarama.ByteEncoder(one.value)
	}
	return message
}

func incoming(one *sarama.ConsumerMessage) record {
	return record{string(one.Key), one.Value, string(one.Headers[0].Value)}
}

func (s *ibm) produce(topic string, records []record, codec string, idempotent bool) (int, error) {
	config := config()
	config.Producer.MaxMessageBytes = 10_000_000
	if err := config.Producer.Compression.UnmarshalText([]byte(codec)); err != nil {
		return 0, err
	}
	if idempotent {
		config.Producer.Idempotent = true
		config.Net.MaxOpenRequests = 1
	}
	producer, err := sarama.NewSyncProducer([]string{s.address}, config)
	if err != nil {
		return 0, err
	}
	defer producer.Close()
	var out []*sarama.ProducerMessage
	for _, one := range records {
		out = append(out, outgoing(topic, one))
	}
	if err = producer.SendMessages(out); err != nil {
		var all sarama.ProducerErrors
		if errors.As(err, &all) {
			return 0, all[0]
		}
		return 0, err
	}
	at := map[string]bool{}
	for _, one := range out {
		at[fmt.Sprint(one.Partition, one.Offset)] = true
	}
	return len(at), nil
}

func (s *ibm) read(topic string, committed bool) ([]record, error) {
	config := config()
	if committed {
		config.Consumer.IsolationLevel = sarama.ReadCommitted
	}
	consumer, err := sarama.NewConsumer([]string{s.address}, config)
	if err != nil {
		return nil, err
	}
	defer consumer.Close()
	var records []record
	for partition := int32(0); partition < partitions; partition++ {
		one, err := consumer.ConsumePartition(topic, partition, sarama.OffsetOldest)
		if err != nil {
			return nil, err
		}
		// The client does not show markers: what is there has come when nothing comes any more.
		for quiet := false; !quiet; {
			select {
			case message := <-one.Messages():
				records = append(records, incoming(message))
			case <-time.After(700 * time.Millisecond):
				quiet = true
			}
		}
		one.Close()
	}
	return records, nil
}

// groupMember runs sarama's callbacks, and lets itself be polled.
type groupMember struct {
	group    sarama.ConsumerGroup
	cancel   context.CancelFunc
	done     chan struct{}
	lock     sync.Mutex
	has      []int32
	records  []record
	session  sarama.ConsumerGroupSession
	problems []error
}

func (s *ibm) member(group, topic, strategy string) member {
	config := config()
	kinds := map[string]sarama.BalanceStrategy{"range": sarama.NewBalanceStrategyRange(),
		"roundrobin": sarama.NewBalanceStrategyRoundRobin(), "sticky": sarama.NewBalanceStrategySticky()}
	config.Consumer.Group.Rebalance.GroupStrategies = []sarama.BalanceStrategy{kinds[strategy]}
	config.Consumer.IsolationLevel = sarama.ReadCommitted
	bounded, cancel := context.WithCancel(context.Background())
	one := &groupMember{group: must(sarama.NewConsumerGroup([]string{s.address}, group, config)), cancel: cancel, done: make(chan struct{})}
	go func() {
		defer close(one.done)
		for bounded.Err() == nil {
			if err := one.group.Consume(bounded, []string{topic}, one); err != nil && bounded.Err() == nil {
				one.problems = append(one.problems, err)
				time.Sleep(50 * time.Millisecond)
			}
		}
	}()
	return one
}

func (m *groupMember) Setup(session sarama.ConsumerGroupSession) error {
	m.lock.Lock()
	defer m.lock.Unlock()
	m.session, m.has = session, nil
	for _, all := range session.Claims() {
		m.has = append(m.has, all...)
	}
	return nil
}

func (m *groupMember) Cleanup(sarama.ConsumerGroupSession) error {
	m.lock.Lock()
	defer m.lock.Unlock()
	m.has, m.session = nil, nil
	return nil
}

func (m *groupMember) ConsumeClaim(session sarama.ConsumerGroupSession, claim sarama.ConsumerGroupClaim) error {
	for {
		select {
		case message, more := <-claim.Messages():
			if !more {
				return nil
			}
			m.lock.Lock()
			m.records = append(m.records, incoming(message))
			session.MarkMessage(message, "seen")
			m.lock.Unlock()
		case <-session.Context().Done():
			return nil
		}
	}
}

func (m *groupMember) poll() []record {
	time.Sleep(20 * time.Millisecond)
	m.lock.Lock()
	defer m.lock.Unlock()
	records := m.records
	m.records = nil
	return records
}

func (m *groupMember) assignment() []int32 {
	m.lock.Lock()
	defer m.lock.Unlock()
	return m.has
}

func (m *groupMember) commit() error {
	m.lock.Lock()
	defer m.lock.Unlock()
	if m.session == nil {
		return fmt.Errorf("not in the group: %v", m.problems)
	}
	m.session.Commit()
	return nil
}

func (m *groupMember) close() {
	m.cancel()
	<-m.done
	m.group.Close()
}

type ibmTransaction struct{ producer sarama.SyncProducer }

func (s *ibm) transaction(id string) (transaction, error) {
	config := config()
	config.Producer.Idempotent = true
	config.Net.MaxOpenRequests = 1
	config.Producer.Transaction.ID = id
	producer, err := sarama.NewSyncProducer([]string{s.address}, config)
	return &ibmTransaction{producer}, err
}

func (t *ibmTransaction) begin() error { return t.producer.BeginTxn() }

func (t *ibmTransaction) send(topic string, one record) error {
	_, _, err := t.producer.SendMessage(outgoing(topic, one))
	return err
}

func (t *ibmTransaction) end(commit bool) error {
	if commit {
		return t.producer.CommitTxn()
	}
	return t.producer.AbortTxn()
}

func (t *ibmTransaction) close() { t.producer.Close() }

func (s *ibm) steps(c *course) {
	step("admin: topics, partitions, configs", func() error { return s.adminTopics(c.topic + "-other") })
	step("admin: groups and offsets", func() error { return s.adminGroups(c.group+"-range", c.topic) })
	step("admin: cluster, log dirs, quotas, users", func() error { return s.adminCluster(c.topic) })
}

func (s *ibm) adminTopics(topic string) error {
	number := "1234567"
	created := s.create(topic, 2, map[string]string{"cleanup.policy": "compact"})
	grown := s.admin.CreatePartitions(topic, 4, nil, false)
	altered := s.admin.IncrementalAlterConfig(sarama.TopicResource, topic, map[string]sarama.IncrementalAlterConfigsEntry{
		"retention.ms": {Operation: sarama.IncrementalAlterConfigsOperationSet, Value: &number}}, false)
	there := until("the config is there", func() (bool, error) {
		told, err := s.admin.DescribeConfig(sarama.ConfigResource{Type: sarama.TopicResource, Name: topic})
		for _, config := range told {
			if config.Name == "retention.ms" && config.Value == number {
				return true, nil
			}
		}
		return false, err
	})
	return first(created, grown, altered, there, s.delete(topic))
}

func (s *ibm) adminGroups(group, topic string) error {
	groups, err := s.admin.ListConsumerGroups()
	if _, there := groups[group]; err != nil || !there {
		return fmt.Errorf("%v %v", groups, err)
	}
	described, err := s.admin.DescribeConsumerGroups([]string{group})
	if err != nil || described[0].State != "Empty" {
		return fmt.Errorf("%v %v", described, err)
	}
	_, err = s.admin.AlterConsumerGroupOffsets(group, map[string]map[int32]sarama.OffsetAndMetadata{topic: {0: {Offset: 1, LeaderEpoch: -1, Metadata: "moved"}}}, nil)
	if err != nil {
		return err
	}
	offsets, err := s.admin.ListConsumerGroupOffsets(group, map[string][]int32{topic: {0}})
	if err != nil || offsets.GetBlock(topic, 0).Offset != 1 || offsets.GetBlock(topic, 0).Metadata != "moved" {
		return fmt.Errorf("%v %v", offsets, err)
	}
	return first(s.admin.DeleteConsumerGroupOffset(group, topic, 0), s.admin.DeleteConsumerGroup(group))
}

func (s *ibm) adminCluster(topic string) error {
	brokers, controller, err := s.admin.DescribeCluster()
	if err != nil || len(brokers) != 1 {
		return fmt.Errorf("%v %v", brokers, err)
	}
	dirs, err := s.admin.DescribeLogDirs([]int32{controller})
	if err != nil || len(dirs[controller]) == 0 {
		return fmt.Errorf("%v %v", dirs, err)
	}
	users, err := s.admin.UpsertUserScramCredentials([]sarama.AlterUserScramCredentialsUpsert{{Name: topic,
		Mechanism: sarama.SCRAM_MECHANISM_SHA_256, Iterations: 4096, Salt: []byte("salt"), Password: []byte("secret")}})
	if err != nil || users[0].ErrorCode != sarama.ErrNoError {
		return fmt.Errorf("%v %v", users, err)
	}
	who := []sarama.QuotaEntityComponent{{EntityType: sarama.QuotaEntityClientID, MatchType: sarama.QuotaMatchExact, Name: topic}}
	quota := sarama.ClientQuotasOp{Key: "producer_byte_rate", Value: 5e6}
	set := s.admin.AlterClientQuotas(who, quota, false)
	quota.Remove = true
	return first(set, s.admin.AlterClientQuotas(who, quota, false))
}

func (s *ibm) lastSteps(c *course) {
	step("transactions: offsets", func() error { return s.offsets(c) })
	step("admin: records deleted", func() error {
		err := s.admin.DeleteRecords(c.topic, map[int32]int64{0: 2})
		at, listed := s.client.GetOffset(c.topic, 0, sarama.OffsetOldest)
		if at != 2 {
			return fmt.Errorf("the log begins at %d", at)
		}
		return first(err, listed)
	})
}

func (s *ibm) offsets(c *course) error {
	group := c.group + "-tx"
	made, err := s.transaction(c.topic + "-tx-offsets")
	if err != nil {
		return err
	}
	defer made.close()
	producer := made.(*ibmTransaction).producer
	for offset, commit := range map[int64]bool{7: true, 9: false} {
		if err = producer.BeginTxn(); err != nil {
			return err
		}
		at := map[string][]*sarama.PartitionOffsetMetadata{c.topic: {{Partition: 0, Offset: offset, LeaderEpoch: -1}}}
		if err = first(producer.AddOffsetsToTxn(at, group), made.end(commit)); err != nil {
			return err
		}
	}
	return until("the offset is 7", func() (bool, error) {
		told, err := s.admin.ListConsumerGroupOffsets(group, map[string][]int32{c.topic: {0}})
		return err == nil && told.GetBlock(c.topic, 0).Offset == 7, err
	})
}
