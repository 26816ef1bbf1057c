'use strict';
// node member.js BROKER GROUP TOPIC: a member of the group, which prints each value on a line and commits it.

const { AssignerProtocol, Kafka, logLevel } = require('kafkajs');

const [, , broker, groupId, topic] = process.argv;
const noUserData = Buffer.alloc(0);

// kafkajs brings one strategy, under a name that no other client knows. This is Kafka's "range", which librdkafka prefers.
const range = ({ cluster }) => ({
  name: 'range',
  version: 0,
  protocol: ({ topics }) => ({ name: 'range', metadata: AssignerProtocol.MemberMetadata.encode({ version: 0, topics, userData: noUserData }) }),
  assign: async ({ members }) => {
    const all = members
      .map((m) => ({ id: m.memberId, topics: AssignerProtocol.MemberMetadata.decode(m.memberMetadata).topics, assignment: {} }))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
    for (const name of new Set(all.flatMap((m) => m.topics))) {
      const partitions = cluster.findTopicPartitionMetadata(name).map((p) => p.partitionId).sort((a, b) => a - b);
      const readers = all.filter((m) => m.topics.includes(name));
      readers.forEach((reader, i) => {
        const share = Math.floor(partitions.length / readers.length) + (i < partitions.length % readers.length ? 1 : 0);
        reader.assignment[name] = partitions.splice(0, share);
      });
    }

    return all.map((m) => ({
      memberId: m.id,
      memberAssignment: AssignerProtocol.MemberAssignment.encode({ version: 0, assignment: m.assignment, userData: noUserData }),
    }));
  },
});

async function main() {
  const kafka = new Kafka({ brokers: broker.split(','), logLevel: logLevel.NOTHING, retry: { initialRetryTime: 50, maxRetryTime: 300, retries: 1000 } });
  const consumer = kafka.consumer({
    groupId,
    sessionTimeout: 45000,
    rebalanceTimeout: 60000,
    heartbeatInterval: 200,
    maxWaitTimeInMs: 100,
    partitionAssigners: [range],
  });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await consumer.run({
    autoCommitThreshold: 1,
    eachMessage: async ({ message }) => {
      process.stdout.write(`${message.value}\n`);
    },
  });
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
