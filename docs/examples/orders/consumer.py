#!/usr/bin/python3
"""Adds up orders by customer. With --leak it also keeps every order that it has seen."""

import json
import signal
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from confluent_kafka import Consumer

brokers, topic, group, port = sys.argv[1:5]
totals, seen, counts = {}, [], {"orders": 0, "deleted": 0, "rejected": 0}


class Metrics(BaseHTTPRequestHandler):
    def do_GET(self):
        text = "".join(f"{name}_total {count}\n" for name, count in counts.items())
        self.send_response(200)
        self.end_headers()
        self.wfile.write((text + f"customers {len(totals)}\n").encode())

    def log_message(self, *_):
        pass


def handle(message):
    customer = message.key().decode()
    if message.value() is None:
        counts["deleted"] += 1
        totals.pop(customer, None)
        return
    try:
        order = json.loads(message.value())
        totals[customer] = totals.get(customer, 0) + order["total"]
        assert order["customer"]["id"] == customer
        counts["orders"] += 1
    except ValueError:  # not UTF-8, or no JSON
        counts["rejected"] += 1
        return
    if "--leak" in sys.argv:
        seen.append(order)


stopped = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: stopped.set())
server = ThreadingHTTPServer(("127.0.0.1", int(port)), Metrics)
threading.Thread(target=server.serve_forever, daemon=True).start()
settings = {"auto.offset.reset": "earliest", "auto.commit.interval.ms": 500, "session.timeout.ms": 6000}
consumer = Consumer({"bootstrap.servers": brokers, "group.id": group, **settings})
consumer.subscribe([topic])
while not stopped.is_set():
    for message in consumer.consume(num_messages=500, timeout=0.2):
        if not message.error():
            handle(message)
consumer.close()  # commits what was handled, and leaves the group
