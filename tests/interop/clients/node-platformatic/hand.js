// The course with @platformatic/kafka.

const { readFileSync } = require('fs')
const kafka = require('@platformatic/kafka')
const { check, same, until, step, sleep, Course, PARTITIONS } = require('./course.js')

const outgoing = (topic, { key, value, from }) => ({
  topic, key, value: value ?? undefined, headers: new Map([['from', from], ['empty', '']])
})
const incoming = ({ key, value, headers }) => ({
  key, value: value ?? null, from: headers.get('from')
})
const serializers = kafka.stringSerializers
const deserializers = kafka.stringDeserializers

class Hand {
  version = JSON.parse(readFileSync(`${__dirname}/node_modules/@platformatic/kafka/package.json`)).version
  codecs = ['none', 'gzip', 'snappy', 'lz4', 'zstd']
  strategies = { roundrobin: {} }
  noFencing = 'the client asks for its producer id with the epoch that was fenced'

  constructor (address) {
    this.base = { clientId: 'course', bootstrapBrokers: [address], retries: 3 }
    this.admin = new kafka.Admin(this.base)
  }

  async create (topic, partitions, configs) {
    const all = Object.entries(configs).map(([name, value]) => ({ name, value }))
    await this.admin.createTopics({ topics: [topic], partitions, replicas: 1, configs: all })
  }

  async delete (topic) {
    await this.admin.deleteTopics({ topics: [topic] })
  }

  topics () {
    return this.admin.listTopics()
  }

  async produce (topic, records, { codec = 'none', idempotent = false }) {
    const producer = new kafka.Producer({ ...this.base, serializers, compression: codec, idempotent, acks: -1 })
    try {
      await producer.send({ messages: records.map(one => outgoing(topic, one)) })
    } finally {
      await producer.close()
    }
  }

  async read (topic, committed, wanted) {
    const isolation = committed ? 'READ_COMMITTED' : 'READ_UNCOMMITTED'
    const member = await this.member(`reader-${Math.random()}`, topic, { isolationLevel: kafka.FetchIsolationLevels[isolation] })
    const end = Date.now() + 30000
    while (member.records.length < wanted && Date.now() < end) await sleep(50)
    await sleep(500)
    await member.close()
    return member.records
  }

  async member (groupId, topic, options) {
    const consumer = new kafka.Consumer({ ...this.base, groupId, deserializers, autocommit: false, maxWaitTime: 100, ...options })
    const stream = await consumer.consume({
      topics: [topic], sessionTimeout: 10000, heartbeatInterval: 200,
      mode: kafka.MessagesStreamModes.COMMITTED, fallbackMode: kafka.MessagesStreamFallbackModes.EARLIEST, ...options
    })
    const member = { records: [], at: new Map() }
    stream.on('data', message => {
      member.records.push(incoming(message))
      member.at.set(message.partition, message.offset)
    })
    stream.on('error', error => console.error(groupId, error))
    member.assignment = () => consumer.assignments?.find(one => one.topic === topic)?.partitions ?? []
    member.commit = () => {
      const offsets = [...member.at].filter(([partition]) => member.assignment().includes(partition))
        .map(([partition, offset]) => ({ topic, partition, offset: offset + 1n, leaderEpoch: -1 }))
      return offsets.length ? consumer.commit({ offsets }) : undefined
    }
    member.close = async () => {
      await stream.close()
      await consumer.close(true)
    }
    member.consumer = consumer
    return member
  }

  async transactional (transactionalId) {
    const producer = new kafka.Producer({ ...this.base, serializers, transactionalId, idempotent: true })
    return {
      close: () => producer.close(true),
      begin: async () => {
        const transaction = await producer.beginTransaction()
        return {
          send: (topic, records) => transaction.send({ messages: records.map(one => outgoing(topic, one)) }),
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
      const resource = { resourceType: kafka.ConfigResourceTypes.TOPIC, resourceName: other }
      await this.create(other, 2, { 'cleanup.policy': 'compact' })
      await admin.createPartitions({ topics: [{ name: other, count: 4, assignments: null }] })
      await admin.incrementalAlterConfigs({ resources: [{ ...resource, configs: [{ name: 'retention.ms', configOperation: 0, value: '1234567' }] }] })
      await until('the config is there', async () => {
        const told = await admin.describeConfigs({ resources: [{ ...resource, configurationKeys: null }] })
        return told[0].configs.some(one => one.name === 'retention.ms' && one.value === '1234567')
      })
      await this.delete(other)
    })
    await step('admin: groups and offsets', async () => {
      const name = group + '-roundrobin'
      check((await admin.listGroups()).has(name), 'listed')
      same('Empty', (await admin.describeGroups({ groups: [name] })).get(name).state)
      await admin.alterConsumerGroupOffsets({ groupId: name, topics: [{ name: topic, partitionOffsets: [{ partition: 0, offset: 1n }] }] })
      const told = await admin.listConsumerGroupOffsets({ groups: [name] })
      const rows = told[0].topics[0].partitions
      same(PARTITIONS, rows.length)
      same(1n, rows.find(one => one.partitionIndex === 0).committedOffset)
      await admin.deleteGroups({ groups: [name] })
    })
    await step('admin: log dirs, quotas', async () => {
      const dirs = await admin.describeLogDirs({ topics: [{ name: topic, partitions: [0] }] })
      same(1, dirs[0].results.length)
      const entity = [{ entityType: 'client-id', entityName: topic }]
      await admin.alterClientQuotas({ entries: [{ entities: entity, ops: [{ key: 'producer_byte_rate', value: 5e6, remove: false }] }] })
      await admin.alterClientQuotas({ entries: [{ entities: entity, ops: [{ key: 'producer_byte_rate', value: 0, remove: true }] }] })
    })
  }

  async lastSteps (course) {
    const { topic } = course
    for (const groupRemoteAssignor of ['uniform', 'range']) {
      await step('group.protocol=consumer: ' + groupRemoteAssignor, () =>
        course.inAGroup('consumer-' + groupRemoteAssignor, { groupProtocol: 'consumer', groupRemoteAssignor, isolationLevel: 1 }))
    }
    await step('admin: records deleted', async () => {
      const told = await this.admin.deleteRecords({ topics: [{ name: topic, partitions: [{ partition: 0, offset: 2n }] }] })
      same(2n, told[0].partitions[0].lowWatermark)
    })
  }
}

new Course(new Hand(process.argv[2]), process.argv[3]).take()
