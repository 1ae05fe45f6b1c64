/* The calls of json.h: the check takes what jansson takes, however the text is cut; the decoder gives what jansson reads, in no
 * more memory than it asks for. */
#include <stdlib.h>
#include <string.h>

#include "logs/sieve_log.h"
#include "peer.h"
#include "rill/json.h"
#include "sift.h"

/* Digits of the head. */
enum { HEAD_CUTS, HEAD_SEED, HEAD_MORE, HEAD_TOKENS };

/* *offset: where it is broken. */
static rill_status check(const fuzz_input *input, fuzz_cuts cuts, size_t *offset)
{
    rill_json_check *checked = fuzz_memory(sizeof *checked);
    rill_status status = RILL_MORE;
    rill_json_check_begin(checked);
    *offset = 0;
    while (*offset < input->length && status == RILL_MORE) {
        size_t length = fuzz_cut(&cuts, input->length - *offset), used = SIZE_MAX;
        char *piece = fuzz_copy(input->bytes + *offset, length);
        uint64_t before = fuzz_steps;
        status = rill_json_check_push(checked, piece, length, &used);
        fuzz_must(used <= length && (status != RILL_MORE || used == length), "%zu of %zu bytes used", used, length);
        uint64_t steps = fuzz_steps - before;
        fuzz_must(steps <= 1000 + 100 * (uint64_t)length, "%llu steps for %zu bytes", (unsigned long long)steps, length);
        *offset += used;
        free(piece);
    }
    if (status == RILL_MORE)
        status = rill_json_check_end(checked);
    free(checked);
    return status;
}

static void decode(const fuzz_input *input, rill_status checked, const json_t *value)
{
    static const size_t counts[] = {RILL_TOKENS_MIN, 48, 300};
    size_t size = input->length + RILL_RESERVE + input->head[HEAD_MORE], count = counts[input->head[HEAD_TOKENS] % 3];
    char *text = fuzz_memory(size);
    rill_token *tokens = fuzz_memory(count * sizeof *tokens);
    tree *target = fuzz_memory(sizeof *target);
    memcpy(text, input->bytes, input->length);
    rill_status status = rill_json_decode(text, input->length, size, tokens, count, &tree_schema, target);
    if (status == RILL_OK) {
        merge log;
        merge_begin(&log, &tree_schema, target, text, size);
        merge_struct(&log, &log.answer, 0);
        if (value != NULL)
            sift_expect(&tree_schema, value, &log.answer);
        merge_end(&log);
    }
    if (status != RILL_LIMIT_FULL && checked != RILL_JSON_UTF8)
        fuzz_must(status == checked, "the check says \"%s\", the decoder \"%s\"", rill_status_text(checked), rill_status_text(status));
    free(target);
    free(tokens);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input input = fuzz_open(data, size);
    size_t at, other_at;
    rill_status status = check(&input, fuzz_cuts_of(0, 0), &at);
    rill_status other = check(&input, fuzz_cuts_of(input.head[HEAD_CUTS], input.head[HEAD_SEED]), &other_at);
    fuzz_must(status == other && at == other_at, "in one piece \"%s\" at %zu, in several \"%s\" at %zu", rill_status_text(status), at,
              rill_status_text(other), other_at);
    if (status != RILL_OK && status != RILL_JSON_CUT) { /* what stands in front of the place is good */
        fuzz_input before = input;
        before.length = at;
        other = check(&before, fuzz_cuts_of(0, 0), &other_at);
        fuzz_must(other == RILL_OK || other == RILL_JSON_CUT,
                  "\"%s\" at %zu, but of the bytes in front of it \"%s\"", rill_status_text(status), at, rill_status_text(other));
    }
    json_t *value = peer_read(input.bytes, input.length, status, false);
    decode(&input, status, value);
    json_decref(value);
    return 0;
}
