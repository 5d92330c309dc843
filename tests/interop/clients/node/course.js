// The course that the clients in Node take. A client lends a hand: how it does each thing.

const PARTITIONS = 3
const COUNT = 30
const PATIENCE_MS = 40000

const sleep = ms => new Promise(resolve => setTimeout(resolve, ms))

function check (fact, told) {
  if (!fact) throw new Error(typeof told === 'string' ? told : JSON.stringify(told, replacer))
}

const replacer = (_, value) => typeof value === 'bigint' ? String(value)
  : value instanceof Map ? [...value] : value instanceof Set ? [...value] : value

function same (expected, actual) {
  if (expected instanceof Set) {
    const missing = [...expected].filter(one => !actual.has(one))
    const beyond = [...actual].filter(one => !expected.has(one))
    check(!missing.length && !beyond.length, `missing ${missing.slice(0, 5)}, beyond ${beyond.slice(0, 5)}`)
  } else {
    check(String(expected) === String(actual), `expected ${expected}, actual ${actual}`)
  }
}

async function until (what, fact) {
  const end = Date.now() + PATIENCE_MS
  while (!await fact()) {
    check(Date.now() < end, 'not in time: ' + what)
    await sleep(20)
  }
}

// All that an error says, and the errors within it.
function words (e) {
  if (!e) return ''
  const own = [e.name, e.type, e.apiId, e.code, e.message].join(' ')
  return [own, words(e.cause), ...(e.errors ?? []).map(words)].join(' ')
}

async function fails (part, call) {
  try {
    await call()
  } catch (e) {
    const told = words(e)
    check(told.toLowerCase().includes(part), `expected ${part}, actual ${told}`)
    return
  }
  throw new Error('it did not fail: ' + part)
}

async function step (what, run) {
  let timer
  try {
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error('it hangs')), 3 * PATIENCE_MS)
    })
    await Promise.race([run(), late])
    console.log('passed\t' + what)
  } catch (e) {
    console.error(what, e)
    console.log(`failed\t${what}\t${String(e.message || e).replace(/\s+/g, ' ').slice(0, 400)}`)
  } finally {
    clearTimeout(timer)
  }
}

// A record is { key, value, from }, a value of null is null.
function record (key) {
  return { key, value: key.endsWith('-0') ? null : 'value of ' + key, from: key }
}

class Course {
  constructor (hand, name) {
    Object.assign(this, { hand, topic: name + '-topic', group: name + '-group', sent: new Set() })
  }

  async produce (name, count = COUNT, options = {}) {
    const keys = Array.from({ length: count }, (_, i) => `${name}-${i}`)
    await this.hand.produce(this.topic, keys.map(record), options)
    keys.forEach(key => this.sent.add(key))
    return new Set(keys)
  }

  keys (records) {
    for (const one of records) same(JSON.stringify(record(one.key)), JSON.stringify(one))
    const keys = new Set(records.map(one => one.key))
    same(records.length, keys.size)
    return keys
  }

  async everything (committed, wanted) {
    return this.keys(await this.hand.read(this.topic, committed, wanted.size))
  }

  async expectAll (committed, wanted) {
    same(wanted, await this.everything(committed, wanted))
  }

  async inAGroup (name, options) {
    const group = `${this.group}-${name}`
    const a = await this.hand.member(group, this.topic, options)
    await until('one member has all', () => a.assignment().length === PARTITIONS)
    const b = await this.hand.member(group, this.topic, options)
    await until('both have some', () => a.assignment().length && b.assignment().length &&
      a.assignment().length + b.assignment().length === PARTITIONS)
    const seen = () => new Set([...a.records, ...b.records].map(one => one.key))
    await until('all is read', () => [...this.sent].every(key => seen().has(key)))
    await a.commit()
    await a.close()
    await until('the other has all', () => b.assignment().length === PARTITIONS)
    await b.commit()
    await b.close()
    const more = await this.produce(name + '-more', 10)
    const c = await this.hand.member(group, this.topic, options)
    await until('what is new', () => c.records.length >= more.size)
    await sleep(500)
    same(more, this.keys(c.records))
    await c.commit()
    await c.close()
  }

  async transactions () {
    const dropped = new Set()
    const id = this.topic + '-tx'
    const producer = await this.hand.transactional(id)
    for (const name of ['kept', 'dropped', 'kept-too']) {
      const transaction = await producer.begin()
      const keys = Array.from({ length: 10 }, (_, i) => `${name}-${i + 1}`)
      await transaction.send(this.topic, keys.map(record))
      if (name === 'dropped') {
        await transaction.abort()
        keys.forEach(key => dropped.add(key))
      } else {
        await transaction.commit()
        keys.forEach(key => this.sent.add(key))
      }
    }
    const opener = await this.hand.transactional(id + '-open')
    const open = await opener.begin()
    await open.send(this.topic, [record('open-1')])
    await this.expectAll(true, this.sent)
    await this.expectAll(false, new Set([...this.sent, ...dropped, 'open-1']))
    await open.abort()
    await this.expectAll(true, this.sent)
    await producer.close()
    await opener.close()
  }

  async fencing () {
    const id = this.topic + '-tx-fenced'
    const first = await this.hand.transactional(id)
    const begun = await first.begin()
    await begun.send(this.topic, [record('fenced-1')])
    const second = await this.hand.transactional(id)
    const other = await second.begin()
    await other.send(this.topic, [record('unfenced-1')])
    let failed = false
    await begun.commit().catch(() => { failed = true })
    check(failed, 'the first producer is not fenced')
    await other.commit()
    this.sent.add('unfenced-1')
    await this.expectAll(true, this.sent)
    await second.close()
    await first.close().catch(() => {})
  }

  async take () {
    const { hand } = this
    console.log('version\t' + hand.version)
    await step('topic created', () => hand.create(this.topic, PARTITIONS, { 'max.message.bytes': '100000' }))
    for (const codec of hand.codecs) {
      await step('produced: ' + codec, () => this.produce(codec, COUNT, { codec }))
    }
    await step('produced: idempotent', () => this.produce('idempotent', COUNT, { idempotent: true }))
    await step('consumed all', () => this.expectAll(false, this.sent))
    for (const [name, options] of Object.entries(hand.strategies)) {
      await step(`group: ${name}, rebalance, commit, restart`, () => this.inAGroup(name, options))
    }
    await step('errors: too large', () => fails('large', () => hand.produce(this.topic,
      [{ key: 'large', value: 'x'.repeat(200000), from: 'large' }], {})))
    await step('errors: taken name, unknown topic', async () => {
      await fails('exist', () => hand.create(this.topic, 1, {}))
      await fails('unknown', () => hand.delete(this.topic + '-unknown'))
    })
    await hand.steps(this)
    await step('transactions: commit, abort, read_committed', () => this.transactions())
    if (hand.noFencing) console.log('skipped\ttransactions: fencing\t' + hand.noFencing)
    else await step('transactions: fencing', () => this.fencing())
    if (hand.lastSteps) await hand.lastSteps(this)
    await step('topic deleted', async () => {
      await hand.delete(this.topic)
      await until('the topic is gone', async () => !(await hand.topics()).includes(this.topic))
    })
    process.exit(0)
  }
}

module.exports = { PARTITIONS, sleep, check, same, until, fails, step, record, Course }
