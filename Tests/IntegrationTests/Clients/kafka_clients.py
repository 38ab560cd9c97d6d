"""A member of a group, with one of three libraries: joins, reads so many events, commits, and leaves only if asked to.

Usage: kafka_clients.py kafka-python|aiokafka|confluent-kafka SERVERS TOPIC GROUP EVENTS [die]

Reads until it has so many events and a second has passed in which there may be more, commits, and prints "read N". With
"die" it then waits to be killed; else it leaves its group and ends.
"""

import asyncio
import sys
import time


class Reading:
    """Counts events, and knows when there are enough."""

    def __init__(self, events):
        self.events, self.read, self.end = events, 0, None

    def add(self, count):
        self.read += count
        if self.end is None and self.read >= self.events:
            self.end = time.monotonic() + 1

    @property
    def goes_on(self):
        return self.end is None or time.monotonic() < self.end

    def report(self, dies):
        print(f"read {self.read}", flush=True)
        while dies:
            time.sleep(1)


def kafka_python(servers, topic, group, reading, dies):
    from kafka import KafkaConsumer

    consumer = KafkaConsumer(
        topic,
        bootstrap_servers=servers.split(","),
        group_id=group,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        session_timeout_ms=6000,
        heartbeat_interval_ms=1000,
    )
    while reading.goes_on:
        batches = consumer.poll(timeout_ms=500)
        reading.add(sum(len(records) for records in batches.values()))
    consumer.commit()
    reading.report(dies)
    consumer.close()


async def aiokafka(servers, topic, group, reading, dies):
    from aiokafka import AIOKafkaConsumer

    consumer = AIOKafkaConsumer(
        topic,
        bootstrap_servers=servers,
        group_id=group,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        session_timeout_ms=6000,
        heartbeat_interval_ms=1000,
    )
    await consumer.start()
    while reading.goes_on:
        batches = await consumer.getmany(timeout_ms=500)
        reading.add(sum(len(records) for records in batches.values()))
    await consumer.commit()
    reading.report(dies)
    await consumer.stop()


def confluent_kafka(servers, topic, group, reading, dies):
    from confluent_kafka import Consumer

    consumer = Consumer(
        {
            "bootstrap.servers": servers,
            "group.id": group,
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
            "session.timeout.ms": 6000,
            "heartbeat.interval.ms": 1000,
        }
    )
    consumer.subscribe([topic])
    while reading.goes_on:
        messages = consumer.consume(500, timeout=0.5)
        reading.add(sum(message.error() is None for message in messages))
    consumer.commit(asynchronous=False)
    reading.report(dies)
    consumer.close()


library, servers, topic, group, events = sys.argv[1:6]
dies = sys.argv[6:] == ["die"]
if library == "kafka-python":
    kafka_python(servers, topic, group, Reading(int(events)), dies)
elif library == "aiokafka":
    asyncio.run(aiokafka(servers, topic, group, Reading(int(events)), dies))
else:
    confluent_kafka(servers, topic, group, Reading(int(events)), dies)
