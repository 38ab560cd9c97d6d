#!/usr/bin/python3
"""A consumer as many are: it joins its group, handles events and commits them.

With --leak it keeps what it should forget: an entry for every event, and a thread for every so many.
"""

import argparse
import signal
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from confluent_kafka import Consumer


class Metrics(BaseHTTPRequestHandler):
    """Prometheus' text format, by hand: what prometheus_client would say."""

    def do_GET(self):
        body = (
            "# TYPE sessions gauge\n"
            f"sessions {len(self.server.sessions)}\n"
            "# TYPE events_total counter\n"
            f"events_total {self.server.events}\n"
        ).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def serve(port):
    server = ThreadingHTTPServer(("127.0.0.1", port), Metrics)
    server.sessions = {}
    server.events = 0
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--brokers", required=True)
    parser.add_argument("--topic", required=True)
    parser.add_argument("--group", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--leak", action="store_true")
    parser.add_argument("--events-per-thread", type=int, default=200)
    options = parser.parse_args()

    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    signal.signal(signal.SIGINT, lambda *_: stopped.set())
    threading.stack_size(256 << 10)
    server = serve(options.port)
    consumer = Consumer(
        {
            "bootstrap.servers": options.brokers,
            "group.id": options.group,
            "auto.offset.reset": "earliest",
            "auto.commit.interval.ms": 500,
            "session.timeout.ms": 6000,
            "fetch.wait.max.ms": 10,
        }
    )
    consumer.subscribe([options.topic])
    print(f"reading {options.topic} as a member of {options.group}", flush=True)
    while not stopped.is_set():
        for message in consumer.consume(num_messages=500, timeout=0.2):
            if message.error():
                print(message.error(), file=sys.stderr, flush=True)
                continue
            handle(message, server, options, stopped)
    consumer.close()  # commits what was handled, and leaves the group


def handle(message, server, options, stopped):
    """Remembers the session of the event while it is handled; the leak forgets to forget."""
    session = (message.partition(), message.offset())
    server.sessions[session] = message.value()
    server.events += 1
    if not options.leak:
        del server.sessions[session]
    elif server.events % options.events_per_thread == 0:
        threading.Thread(target=stopped.wait, daemon=True).start()


if __name__ == "__main__":
    main()
