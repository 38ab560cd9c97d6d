#!/usr/bin/python3
"""A consumer whose growth is known: the zoo's leaks and levels in Python.

zoo.py BROKERS TOPIC GROUP [name=value ...], with the parameters of `leaklab incidents zoo` in plain numbers, and
truth=FILE: where to note what is truly held.
"""

import math
import mmap
import os
import signal
import socket
import sys
import threading
import time

from confluent_kafka import Consumer

REST = 1.0  # seconds without an event
STACK = 256 << 10


class Heap:
    has_bytes = True

    def __init__(self, size):
        self.size, self.units = size, []

    def take(self):
        self.units.append(bytearray(self.size))

    def give_back(self):
        self.units.pop()


class Pages(Heap):
    def take(self):
        pages = mmap.mmap(-1, max(self.size, mmap.PAGESIZE), mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        for start in range(0, len(pages), mmap.PAGESIZE):
            pages[start] = 0xA5
        self.units.append(pages)

    def give_back(self):
        self.units.pop().close()


class Descriptors(Heap):
    has_bytes = False

    def take(self):
        self.units.append(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))

    def give_back(self):
        self.units.pop().close()


class Threads(Heap):
    has_bytes = False

    def take(self):
        end = threading.Event()
        threading.Thread(target=end.wait, daemon=True).start()
        self.units.append(end)

    def give_back(self):
        self.units.pop().set()


MEDIA = {"malloc": Heap, "mmap": Pages, "descriptor": Descriptors, "thread": Threads}


class Leak:
    """When an event may leak, and which of those is kept."""

    def __init__(self, options):
        self.every = int(options.get("leakEvery", 0))
        self.begin = float(options.get("leakFrom", 0))
        self.end = float(options.get("leakUntil", 1))
        self.period = float(options.get("leakPeriod", 0))
        self.burst = float(options.get("leakFor", 0))
        self.partition = int(options.get("leakPartition", -1))
        self.length = float(options.get("length", 90))

    def may_leak(self, seconds, partition):
        if not self.every or (self.partition >= 0 and partition != self.partition):
            return False
        begin = self.begin * self.length
        if seconds < begin or (self.end < 1 and seconds >= self.end * self.length):
            return False
        return not self.period or (seconds - begin) % self.period < self.burst


class Level:
    """How many units are held at a time."""

    def __init__(self, options):
        self.shape = options.get("level", "none")
        self.units = int(options.get("levelUnits", 0))
        self.at = float(options.get("levelAt", 0.5))
        self.period = float(options.get("levelPeriod", 5))
        self.length = float(options.get("length", 90))

    def held(self, seconds, busy):
        if seconds is None:
            return self.units if self.shape == "startup" else 0
        return int(self.units * self.share(seconds, busy))

    def share(self, seconds, busy):
        turn = self.at * self.length
        if self.shape == "fill":
            return filled(seconds, turn)
        if self.shape == "emptied":
            return filled(seconds if seconds < turn else seconds - turn, turn)
        if self.shape == "capped":
            return filled(seconds, turn) if seconds < 0.9 * self.length else 0.5
        if self.shape == "saw":
            return seconds % self.period / self.period
        if self.shape == "startup":
            return 1 if seconds < self.period else 0
        if self.shape == "transient":
            return 1 if turn <= seconds < turn + self.period else 0
        if self.shape == "table":
            return 1 if seconds >= turn else 0
        if self.shape == "creep":
            return math.log1p(seconds / 30)
        if self.shape == "backlog":
            return max(0, 1 - abs(seconds - turn - self.period) / self.period)
        if self.shape == "rest":
            return 0 if busy is None else busy / self.length
        return 0


def filled(seconds, turn):
    return min(1, seconds / turn) if turn > 0 else 1


class Zoo:
    def __init__(self, options):
        self.leak, self.level = Leak(options), Level(options)
        self.leaked = medium(options, "leak", 80)
        self.held = medium(options, "level", 64 << 10)
        self.start = self.busy_since = None
        self.last_event = 0.0
        self.events = self.may_leak = self.leaked_units = self.level_units = self.most_units = 0
        self.settle(time.monotonic())

    def handle(self, partition, now):
        if self.start is None:
            self.start = now
        if self.busy_since is None:
            self.busy_since = now
        self.last_event = now
        self.events += 1
        if self.leak.may_leak(now - self.start, partition):
            self.may_leak += 1
            if self.may_leak % self.leak.every == 0:
                self.leaked.take()
                self.leaked_units += 1

    def settle(self, now):
        if now - self.last_event >= REST:
            self.busy_since = None
        seconds = None if self.start is None else now - self.start
        busy = None if self.busy_since is None else now - self.busy_since
        target = self.level.held(seconds, busy)
        while self.level_units < target:
            self.held.take()
            self.level_units += 1
        while self.level_units > target:
            self.held.give_back()
            self.level_units -= 1
        self.most_units = max(self.most_units, self.level_units)

    def truth(self):
        """Leaked units and bytes, the same with the level at its highest, events."""
        leaked = self.leaked_units * (self.leaked.size if self.leaked.has_bytes else 0)
        level = self.most_units * (self.held.size if self.held.has_bytes else 0)
        return (self.leaked_units, leaked, self.leaked_units + self.most_units, leaked + level, self.events)


def medium(options, name, size):
    return MEDIA[options.get(name + "Medium", "malloc")](int(options.get(name + "Bytes", size)))


def main():
    brokers, topic, group = sys.argv[1:4]
    options = dict(argument.split("=", 1) for argument in sys.argv[4:])
    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    signal.signal(signal.SIGINT, lambda *_: stopped.set())
    threading.stack_size(STACK)
    note = None
    if "truth" in options:
        note = os.open(options["truth"], os.O_CREAT | os.O_WRONLY, 0o644)
    zoo = Zoo(options)
    consumer = Consumer(
        {
            "bootstrap.servers": brokers,
            "group.id": group,
            "auto.offset.reset": "earliest",
            "auto.commit.interval.ms": 500,
            "session.timeout.ms": 6000,
            "fetch.wait.max.ms": 10,
            "queued.max.messages.kbytes": 1024,
        }
    )
    consumer.subscribe([topic])
    while not stopped.is_set():
        for message in consumer.consume(num_messages=200, timeout=0.1):
            if message.error():
                print(message.error(), file=sys.stderr, flush=True)
                continue
            zoo.handle(message.partition(), time.monotonic())
        zoo.settle(time.monotonic())
        if note is not None:
            os.pwrite(note, b"%-100s\n" % " ".join(map(str, zoo.truth())).encode(), 0)
    consumer.close()  # commits what was handled, and leaves the group


if __name__ == "__main__":
    main()
