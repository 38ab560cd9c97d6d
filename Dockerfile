# syntax=docker/dockerfile:1

# Ubuntu 24.04, whose librdkafka is 2.3: before 2.2 some brokers cannot be talked to.
ARG SWIFT_VERSION=6.3.1
ARG UBUNTU=noble

FROM swift:${SWIFT_VERSION}-${UBUNTU} AS build
WORKDIR /src

# What the build needs of the system: changes rarely, so it stands first.
# Ubuntu's release pins the versions.
COPY scripts/install-libraries scripts/
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends make \
    && scripts/install-libraries \
    && rm -rf /var/lib/apt/lists/*

# Checkouts and objects outlive this layer in a cache of the builder, so that a change of the sources compiles
# the sources alone.
COPY Makefile Package.* ./
COPY scenarios scenarios
COPY docs/examples docs/examples
COPY Sources Sources
# The manifest names them; none is compiled.
COPY Tests Tests
RUN --mount=type=cache,target=/src/.build,sharing=locked \
    make build \
    && install -D -m 755 .build/release/leaklab /out/leaklab \
    && strip --strip-debug /out/leaklab \
    && install -D -m 755 .build/release/libleaklab-agent.so /out/lib/leaklab/libleaklab-agent.so

FROM swift:${SWIFT_VERSION}-${UBUNTU}-slim
LABEL org.opencontainers.image.title="leaklab" \
      org.opencontainers.image.description="A laboratory for incidents of Kafka consumers" \
      org.opencontainers.image.licenses="MIT"
# librdkafka brings OpenSSL, which the program needs too; jemalloc is for heap profiles.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends librdkafka1 libsqlite3-0 libjemalloc2 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 10001 leaklab \
    && install -d -o leaklab -g leaklab /runs
COPY --from=build /out/leaklab /usr/local/bin/leaklab
COPY --from=build /out/lib/leaklab /usr/local/lib/leaklab
# Where recorded runs go: mount something here to keep them.
ENV LEAKLAB_STORE=/runs
USER 10001
WORKDIR /runs
ENTRYPOINT ["leaklab"]
CMD ["--help"]
