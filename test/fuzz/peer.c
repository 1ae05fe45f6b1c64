#include "peer.h"

#include <string.h>

/* Half a pair somewhere: \ud800 to \udfff, perhaps with its other half. */
static bool has_surrogate(const char *text, size_t length)
{
    for (size_t i = 0; i + 3 < length; i++)
        if (text[i] == '\\' && text[i + 1] == 'u' && (text[i + 2] | 0x20) == 'd')
            return true;
    return false;
}

static bool has_escaped_nul(const char *text, size_t length)
{
    for (size_t i = 0; i + 5 < length; i++)
        if (memcmp(text + i, "\\u0000", 6) == 0)
            return true;
    return false;
}

/* Texts that RFC 8259 allows and jansson refuses. */
static bool is_listed(const char *text, size_t length, const json_error_t *error, bool utf8)
{
    switch (json_error_code(error)) {
    case json_error_numeric_overflow: /* beyond 64 bits, or a double: rill keeps digits */
        return true;
    case json_error_invalid_utf8: /* rill passes it through, and says so */
        return utf8;
    case json_error_null_byte_in_key:
        return has_escaped_nul(text, length);
    case json_error_invalid_syntax: /* half a pair: rill puts U+FFFD */
        return has_surrogate(text, length) && strstr(error->text, "invalid Unicode") != NULL;
    default:
        return false;
    }
}

json_t *peer_read(const char *text, size_t length, rill_status status, bool utf8)
{
    json_error_t error;
    size_t flags = JSON_DECODE_ANY | JSON_ALLOW_NUL;
    json_t *value = json_loadb(text, length, flags, &error);
    if (status == RILL_OK && value == NULL)
        fuzz_must(is_listed(text, length, &error, utf8), "jansson does not take it: %s", error.text);
    bool nul = memchr(text, '\0', length) != NULL; /* jansson takes a NUL behind the text for its end */
    if (status != RILL_OK && status != RILL_LIMIT_DEPTH && !nul)
        fuzz_must(value == NULL, "jansson takes it, the sieve says: %s", rill_status_text(status));
    fuzz_must(value == NULL || status != RILL_OK || !utf8, "invalid UTF-8 that jansson does not see");
    json_decref(value);
    return status != RILL_OK || value == NULL ? NULL : json_loadb(text, length, flags | JSON_REJECT_DUPLICATES, &error);
}
