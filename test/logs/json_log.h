/* json_log: what becomes of one JSON text, read twice at once: by the check, which keeps nothing, and as the member "x" of
 * an object that keeps it whatever it is. Either the verdicts of the two:
 *
 *     checked: taken
 *     kept: refused
 *
 * or the value: a string without its escapes, all else without blanks; whatever the memory is.
 *
 *     "caf\xE9" not UTF-8 */
#ifndef LOGS_JSON_LOG_H
#define LOGS_JSON_LOG_H

#include <stddef.h>

#include "quoted.h"
#include "rill/json.h"

typedef struct json_log {
    rill_json_check check;
    rill_sieve sieve;
    rill_status checked, kept;
    const char *ceiling;
    rill_token *tokens;
    bool verdicts; /* these, not the value */
    quoted value;
} json_log;

void json_log_begin(json_log *log, sink out, bool verdicts, char *buffer, size_t size, rill_token *tokens,
                    size_t token_count);
void json_log_feed(json_log *log, const char *bytes, size_t length);
void json_log_end(json_log *log);

#endif
