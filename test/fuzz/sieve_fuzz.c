/* The sieve and fill with a schema that has every kind of row: a text is taken when jansson takes it, and what is kept of it is
 * what jansson reads; the same in every memory, and however the text is cut. */
#include <stdlib.h>
#include <string.h>

#include "logs/sieve_log.h"
#include "peer.h"
#include "sift.h"

/* Digits of the head. */
enum { HEAD_SIZE, HEAD_TOKENS, HEAD_CUTS, HEAD_SEED };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const size_t sizes[] = {RILL_BUFFER_MIN, 257, 300, 333, 400, 512, 1024, 271, 280, 290};
    static const size_t tokens[] = {RILL_TOKENS_MIN, 25, 31, 48, 96};
    fuzz_input input = fuzz_open(data, size);
    const uint8_t *head = input.head;
    char *target = fuzz_memory(sizeof(tree));
    sift large = {&tree_schema, target, 4 * input.length + 1024, 4 * input.length + 64, fuzz_cuts_of(0, 0)}, small = large;
    sifted one, other;
    small.size = sizes[head[HEAD_SIZE] % 10];
    small.tokens = tokens[head[HEAD_TOKENS] % 5];
    small.cuts = fuzz_cuts_of(head[HEAD_CUTS], head[HEAD_SEED]);
    sift_run(&large, input.bytes, input.length, &one);
    json_t *value = peer_read(input.bytes, input.length, one.status, (one.flags & RILL_TEXT_UTF8) != 0);
    if (value != NULL)
        sift_expect(&tree_schema, value, &one.log.answer);
    json_decref(value);
    sift_write(&one);
    memset(target, 0xa5, sizeof(tree));
    sift_run(&small, input.bytes, input.length, &other);
    sift_write(&other);
    fuzz_same_text("sieve", "in one piece and much memory", one.log.text.text, "in several and little", other.log.text.text);
    merge_end(&one.log);
    merge_end(&other.log);
    free(target);
    return 0;
}
