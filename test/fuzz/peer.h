/* peer: what jansson says of a JSON text, and where rill may say otherwise. */
#ifndef PEER_H
#define PEER_H

#include <jansson.h>

#include "fuzz.h"
#include "rill/status.h"

/* The text's value when both take it and no name comes twice in an object; else NULL. Ends the program when one takes it and
 * the other does not, but for what is listed in peer.c. `utf8`: rill says that it holds invalid UTF-8. */
json_t *peer_read(const char *text, size_t length, rill_status status, bool utf8);

#endif
