'use strict';
// node admin.js BROKER TOPIC GROUP: does what an administrator does, and prints what it saw as one line of JSON.

const { Kafka, logLevel } = require('kafkajs');

const [, , broker, topic, groupId] = process.argv;

async function main() {
  const kafka = new Kafka({ brokers: broker.split(','), logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  const producer = kafka.producer({ idempotent: true });
  await Promise.all([admin.connect(), producer.connect()]);
  const created = await admin.createTopics({ topics: [{ topic, numPartitions: 2, replicationFactor: 1 }] });
  await producer.send({ topic, messages: [0, 1, 2, 3].map((n) => ({ partition: n % 2, value: `${n}` })) });
  const ends = await admin.fetchTopicOffsets(topic);
  await admin.setOffsets({ groupId, topic, partitions: [{ partition: 0, offset: '1' }] });
  const [committed] = await admin.fetchOffsets({ groupId, topics: [topic] });
  const listed = (await admin.listGroups()).groups.some((g) => g.groupId === groupId);
  const described = (await admin.describeGroups([groupId])).groups[0];
  await admin.deleteGroups([groupId]);
  const listedAfter = (await admin.listGroups()).groups.some((g) => g.groupId === groupId);
  await admin.deleteTopics({ topics: [topic] });
  const topicsAfter = await admin.listTopics();
  await Promise.all([admin.disconnect(), producer.disconnect()]);
  console.log(
    JSON.stringify({
      created,
      ends: ends.map((e) => `${e.partition}:${e.low}-${e.high}`).sort(),
      committed: committed.partitions.map((p) => `${p.partition}:${p.offset}`).sort(),
      listed,
      state: described.state,
      listedAfter,
      topicIsGone: !topicsAfter.includes(topic),
    }),
  );
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
