#!/usr/bin/env bash
# A consumer in shell around kcat, which joins the group and commits what it has handed over.
# LEAK=yes keeps every line in an array that nobody reads.
set -eu
brokers=$1 topic=$2 group=$3
kept=()
while IFS= read -r line; do
    if [ "${LEAK:-no}" = yes ]; then kept+=("$line"); fi
done < <(
    exec kcat -b "$brokers" -G "$group" -q -u -f '%s\n' -X auto.offset.reset=earliest \
        -X auto.commit.interval.ms=500 -X session.timeout.ms=6000 -X fetch.wait.max.ms=10 "$topic"
)
