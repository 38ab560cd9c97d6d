#!/bin/sh
# Compiles the consumer where it was not, and becomes it, so that the pod has one process.
set -eu
cd "$(dirname "$0")"
if [ ! -x consumer ] || [ consumer.c -nt consumer ]; then
    cc -O2 -g -pthread -o "consumer.$$" consumer.c -lrdkafka
    mv "consumer.$$" consumer
fi
exec ./consumer "$@"
