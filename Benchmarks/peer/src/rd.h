// What rdkafka_performance.c takes from librdkafka's internal header of this name, which no package installs.
// Written for this project: the system's headers, two macros and one name.
#ifndef LEAKLAB_PEER_RD_H
#define LEAKLAB_PEER_RD_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define RD_MAX(a, b) ((a) > (b) ? (a) : (b))
#define RD_MIN(a, b) ((a) < (b) ? (a) : (b))
#define rd_snprintf snprintf

#endif
