/* sieve: bytes pushed from elsewhere, a cut, and on. */
#include "rill/lean.h"
#include "rill/sieve.h"
#include "rill/stream.h"
#include "texts.h"
#include "window.h"

enum { SIZE = RILL_BUFFER_MIN };

int main(void)
{
    static char buffer[SIZE], bytes[TEXT_MOST + WINDOW];
    for (size_t i = 0; i < TEXTS; i++) {
        rill_sieve sieve;
        rill_sieve_begin(&sieve, &rill_lean_schema, buffer, RILL_TOKENS_MIN);
        rill_sieve_open(&sieve);
        size_t used, length = put_window(bytes, texts[i]);
        rill_status status = rill_sieve_push(&sieve, bytes, length, buffer + SIZE, &used);
        if (status >= 0 && rill_sieve_end(&sieve) != RILL_OK) {
            rill_sieve_cut(&sieve);
            rill_sieve_reopen(&sieve);
        }
        //@ slevel merge;
        ;
    }
    return 0;
}
