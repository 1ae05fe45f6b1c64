/* fill: the part that the sieve cuts behind any bytes becomes tokens, these the struct; the part is forgotten, and the next
 * one too. */
#include "rill/fill.h"
#include "rill/lean.h"
#include "rill/stream.h"
#include "texts.h"
#include "window.h"

enum { SIZE = RILL_BUFFER_MIN };

static char buffer[SIZE];
static rill_token tokens[RILL_TOKENS_MIN];
static rill_lean_chunk chunk;

static void part(rill_sieve *sieve)
{
    size_t count;
    if (sieve->sides == 0 || rill_tokenize(sieve, tokens, &count) != RILL_OK)
        return;
    rill_fill(sieve, tokens, count, &chunk);
    rill_forget(sieve, tokens, count, &chunk);
}

int main(void)
{
    static char bytes[TEXT_MOST + WINDOW];
    for (size_t i = 0; i < TEXTS; i++) {
        rill_sieve sieve;
        size_t used;
        rill_sieve_begin(&sieve, &rill_lean_schema, buffer, RILL_TOKENS_MIN);
        rill_sieve_open(&sieve);
        rill_status status = rill_sieve_push(&sieve, bytes, put_window(bytes, texts[i]), buffer + SIZE, &used);
        if (status >= 0 && rill_sieve_end(&sieve) != RILL_OK) {
            rill_sieve_cut(&sieve);
            part(&sieve);
            rill_sieve_reopen(&sieve);
            rill_sieve_cut(&sieve);
        }
        if (status >= 0)
            part(&sieve);
        //@ slevel merge;
        ;
    }
    return 0;
}
