#include "rill/json.h"

#include <string.h>

#include "rill/fill.h"

rill_status rill_json_decode(char *text, size_t length, size_t size, rill_token *tokens, size_t token_count,
                             const rill_schema *schema, void *target)
{
    rill_sieve sieve;
    size_t used;
    if (text == NULL || tokens == NULL || schema == NULL || target == NULL || token_count < RILL_TOKENS_MIN)
        return RILL_SCHEMA_CONFIG;
    if (schema->count == 0 || schema->count > RILL_ROWS_MAX)
        return RILL_SCHEMA_TABLE;
    if (size < RILL_RESERVE || length > size - RILL_RESERVE || size > INT32_MAX)
        return RILL_LIMIT_FULL;
    char *bytes = text + (size - length); /* kept text grows behind the bytes that are read */
    memmove(bytes, text, length);
    rill_sieve_begin(&sieve, schema, text, token_count);
    rill_sieve_open(&sieve);
    rill_status status = rill_sieve_push(&sieve, bytes, length, NULL, &used);
    if (status == RILL_OK)
        return RILL_LIMIT_FULL; /* it would have to be cut */
    if (status == RILL_MORE)
        status = rill_sieve_end(&sieve);
    if (status != RILL_OK)
        return status;
    memset(target, 0, schema->clear);
    if (sieve.sides == 0)
        return RILL_OK;
    status = rill_tokenize(&sieve, tokens, &used);
    if (status == RILL_OK)
        rill_fill(&sieve, tokens, used, target);
    return status;
}

void rill_json_check_begin(rill_json_check *check)
{
    static const rill_schema nothing = {NULL, NULL, 0, 0, 0, false};
    rill_sieve_begin(&check->sieve, &nothing, check->scratch, UINT16_MAX);
    rill_sieve_open(&check->sieve);
}

/* With no rows nothing is kept, so the scratch memory cannot fill. */
static rill_status push(rill_json_check *check, const char *bytes, size_t length, size_t *used)
{
    rill_status status = rill_sieve_push(&check->sieve, bytes, length, check->scratch + sizeof check->scratch, used);
    return (check->sieve.flags & RILL_TEXT_UTF8) != 0 ? RILL_JSON_UTF8 : status;
}

rill_status rill_json_check_push(rill_json_check *check, const char *bytes, size_t length, size_t *used)
{
    const rill_sieve before = check->sieve;
    rill_status status = push(check, length > 0 ? bytes : "", length, used); /* of no bytes it may be NULL */
    if (status != RILL_JSON_UTF8)
        return status;
    check->sieve = before; /* somewhere in these bytes: once more, to find the place */
    for (*used = 0, status = RILL_MORE; status == RILL_MORE; ++*used) {
        size_t one;
        status = push(check, bytes + *used, 1, &one);
    }
    --*used;
    return status;
}

rill_status rill_json_check_end(rill_json_check *check)
{
    return rill_sieve_end(&check->sieve);
}
