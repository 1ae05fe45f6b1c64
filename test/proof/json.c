/* json: one text decoded into a struct, by sieve, jsmn and fill; and checked alone. */
#include "rill/json.h"
#include "rill/lean.h"
#include "texts.h"
#include "window.h"

enum { MOST = TEXT_MOST + WINDOW };

static void decode(const char *text)
{
    static char memory[MOST + RILL_RESERVE];
    static rill_token tokens[RILL_TOKENS_MIN];
    static rill_lean_chunk chunk;
    size_t length = put_window(memory, text);
    rill_json_decode(memory, length, length + RILL_RESERVE, tokens, RILL_TOKENS_MIN, &rill_lean_schema, &chunk);
}

static void check(const char *text)
{
    static char bytes[MOST];
    rill_json_check checker;
    size_t used;
    size_t length = put_window(bytes, text);
    rill_json_check_begin(&checker);
    rill_json_check_push(&checker, bytes, length, &used);
    rill_json_check_end(&checker);
}

int main(void)
{
    for (size_t i = 0; i < TEXTS; i++) {
        decode(texts[i]);
        //@ slevel merge;
        check(texts[i]);
        //@ slevel merge;
        ;
    }
    return 0;
}
