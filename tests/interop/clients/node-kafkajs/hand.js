// The course with kafkajs.

const { Kafka, CompressionTypes, ConfigResourceTypes, logLevel } = require('kafkajs')
const { check, same, until, step, sleep, record, Course, PARTITIONS } = require('./course.js')

const outgoing = ({ key, value, from }) => ({ key, value, headers: { from, empty: '' } })
const incoming = ({ key, value, headers }) => ({
  key: String(key), value: value === null ? null : String(value), from: String(headers.from)
})

class Hand {
  version = require('kafkajs/package.json').version
  codecs = ['none', 'gzip']
  strategies = { roundrobin: {} }

  constructor (address) {
    this.kafka = new Kafka({ brokers: [address], logLevel: logLevel.ERROR, retry: { retries: 3 } })
    this.admin = this.kafka.admin()
  }

  create (topic, numPartitions, configs) {
    const configEntries = Object.entries(configs).map(([name, value]) => ({ name, value }))
    return this.admin.createTopics({ waitForLeaders: true, topics: [{ topic, numPartitions, configEntries }] })
      .then(made => check(made, `topic already exists: ${topic}`))
  }

  async delete (topic) {
    await this.admin.deleteTopics({ topics: [topic] })
  }

  topics () {
    return this.admin.listTopics()
  }

  async produce (topic, records, { codec = 'none', idempotent = false }) {
    const producer = this.kafka.producer({ idempotent, retry: { retries: idempotent ? 5 : 3 } })
    await producer.connect()
    const compression = { none: CompressionTypes.None, gzip: CompressionTypes.GZIP }[codec]
    try {
      const told = await producer.send({ topic, compression, messages: records.map(outgoing) })
      check(told.every(one => one.errorCode === 0), told)
    } finally {
      await producer.disconnect()
    }
  }

  // The client reads only in groups, and tells nothing of an end: it is there when nothing comes.
  async read (topic, committed, wanted) {
    const member = await this.member(`reader-${Math.random()}`, topic, { readUncommitted: !committed })
    const end = Date.now() + 30000
    while (member.records.length < wanted && Date.now() < end) await sleep(50)
    await sleep(500)
    await member.close()
    return member.records
  }

  async member (groupId, topic, options) {
    const consumer = this.kafka.consumer({
      groupId, heartbeatInterval: 200, maxWaitTimeInMs: 100, rebalanceTimeout: 10000, ...options
    })
    const member = { records: [], at: {}, partitions: [], assignment: () => member.partitions }
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      member.partitions = payload.memberAssignment[topic] ?? []
    })
    consumer.on(consumer.events.REBALANCING, () => { member.partitions = [] })
    await consumer.connect()
    await consumer.subscribe({ topics: [topic], fromBeginning: true })
    await consumer.run({
      autoCommit: false,
      eachMessage: async ({ partition, message }) => {
        member.records.push(incoming(message))
        member.at[partition] = Number(message.offset) + 1
      }
    })
    member.commit = () => consumer.commitOffsets(Object.entries(member.at)
      .filter(([partition]) => member.partitions.includes(Number(partition)))
      .map(([partition, offset]) => ({ topic, partition: Number(partition), offset: String(offset) })))
    member.close = () => consumer.disconnect()
    return member
  }

  async transactional (transactionalId) {
    const producer = this.kafka.producer({ transactionalId, maxInFlightRequests: 1, idempotent: true })
    await producer.connect()
    return {
      close: () => producer.disconnect(),
      begin: async () => {
        const transaction = await producer.transaction()
        return {
          send: (topic, records) => transaction.send({ topic, messages: records.map(outgoing) }),
          offsets: told => transaction.sendOffsets(told),
          commit: () => transaction.commit(),
          abort: () => transaction.abort()
        }
      }
    }
  }

  async steps ({ topic, group }) {
    const { admin } = this
    await step('admin: topics, partitions, configs', async () => {
      const other = topic + '-other'
      await this.create(other, 2, { 'cleanup.policy': 'compact' })
      await admin.createPartitions({ topicPartitions: [{ topic: other, count: 4 }] })
      await until('it has grown', async () =>
        (await admin.fetchTopicMetadata({ topics: [other] })).topics[0].partitions.length === 4)
      const resource = { type: ConfigResourceTypes.TOPIC, name: other }
      await admin.alterConfigs({ resources: [{ ...resource, configEntries: [{ name: 'retention.ms', value: '1234567' }] }] })
      await until('the config is there', async () => {
        const told = await admin.describeConfigs({ resources: [resource] })
        return told.resources[0].configEntries.some(one => one.configName === 'retention.ms' && one.configValue === '1234567')
      })
      await this.delete(other)
    })
    await step('admin: cluster, groups and offsets', async () => {
      const name = group + '-roundrobin'
      same(1, (await admin.describeCluster()).brokers.length)
      check((await admin.listGroups()).groups.some(one => one.groupId === name), 'listed')
      same('Empty', (await admin.describeGroups([name])).groups[0].state)
      same(PARTITIONS, (await admin.fetchOffsets({ groupId: name, topics: [topic] }))[0].partitions.length)
      await admin.setOffsets({ groupId: name, topic, partitions: [{ partition: 0, offset: '1' }] })
      const told = await admin.fetchOffsets({ groupId: name, topics: [topic] })
      same(1, told[0].partitions.find(one => one.partition === 0).offset)
      await admin.deleteGroups([name])
    })
  }

  async lastSteps (course) {
    const { topic, group } = course
    await step('transactions: offsets', async () => {
      const producer = await this.transactional(topic + '-tx-offsets')
      for (const [offset, commit] of [['7', true], ['9', false]]) {
        const transaction = await producer.begin()
        await transaction.offsets({ consumerGroupId: group + '-tx', topics: [{ topic, partitions: [{ partition: 0, offset }] }] })
        await (commit ? transaction.commit() : transaction.abort())
        // The client does not try again when the transaction before is not quite done.
        await until('the offset is 7', async () => {
          const told = await this.admin.fetchOffsets({ groupId: group + '-tx', topics: [topic] })
          return told[0].partitions.find(one => one.partition === 0).offset === '7'
        })
        await sleep(200)
      }
      await producer.close()
    })
    await step('admin: records deleted', async () => {
      await this.admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '2' }] })
      const told = await this.admin.fetchTopicOffsets(topic)
      same(2, told.find(one => one.partition === 0).low)
    })
  }
}

async function main () {
  const hand = new Hand(process.argv[2])
  await hand.admin.connect()
  await new Course(hand, process.argv[3]).take()
}
main()
