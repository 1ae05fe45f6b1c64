/* rill: streamed answers of LLM servers become C structs in memory of a fixed size. This header includes all others.
 *
 *     bytes ──▶ http ──▶ sse ──▶ sieve ──▶ jsmn ──▶ fill ──▶ your loop
 *
 * Most programs need stream.h (bytes in, items out) and chat.h (what the items hold; lean.h: less of it); client.h when rill is to send the
 * request too, collect.h to join the pieces of a text, json.h and schema.h for structs of your own. */
#ifndef RILL_H
#define RILL_H

/* The version: Makefile and CMake read the text, a test compares all others with it. Later is greater in the number. */
#define RILL_VERSION "0.3.0"
#define RILL_VERSION_MAJOR 0
#define RILL_VERSION_MINOR 3
#define RILL_VERSION_PATCH 0
#define RILL_VERSION_NUMBER (RILL_VERSION_MAJOR * 10000 + RILL_VERSION_MINOR * 100 + RILL_VERSION_PATCH)

#include "rill/chat.h"
#include "rill/client.h"
#include "rill/collect.h"
#include "rill/fill.h"
#include "rill/http.h"
#include "rill/json.h"
#include "rill/lean.h"
#include "rill/port.h"
#include "rill/request.h"
#include "rill/reuse.h"
#include "rill/schema.h"
#include "rill/sieve.h"
#include "rill/sse.h"
#include "rill/status.h"
#include "rill/stream.h"

#endif
