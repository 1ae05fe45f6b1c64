#include "sieve_log.h"

#include <string.h>

#include "quoted.h"

static const rill_row leaf_rows[] = {
    /* 0 */ RILL_ROW_INDEX(leaf, "index", LEAF_INDEX),
    /* 1 */ RILL_ROW_STRING(leaf, name, "name", LEAF_NAME),
};
static const rill_schema leaf_schema = RILL_SCHEMA(leaf, leaf_rows);

static const rill_name kind_words[] = {{"oak", 0, 3, 1}, {"fir", 0, 3, 2}};
static const rill_names kinds = {kind_words, 2, 0};
static const rill_array leaves = RILL_ARRAY_OF(tree, leaves, leaf_count, &leaf_schema);
static const rill_array numbers = RILL_ARRAY_OF_SCALARS(tree, numbers, number_count, RILL_INT64);
static const rill_row tree_rows[] = {
    /* 0 */ RILL_ROW_TEXT(tree, text, "text", TREE_TEXT),
    /* 1 */ RILL_ROW_STRING(tree, id, "id", TREE_ID),
    /* 2 */ RILL_ROW_INT64(tree, count, "count", TREE_COUNT),
    /* 3 */ RILL_ROW_ARRAY(tree, leaves, "leaves", TREE_LEAVES, &leaves),
    /* 4 */ RILL_ROW_RAW(tree, raw, "raw", TREE_RAW),
    /* 5 */ RILL_ROW_BOOL(tree, good, "good", TREE_GOOD),
    /* 6 */ RILL_ROW_REAL(tree, size, "size", TREE_SIZE),
    /* 7 */ RILL_ROW_ARRAY(tree, numbers, "numbers", TREE_NUMBERS, &numbers),
    /* 8 */ RILL_ROW_ENUM(tree, kind, "kind", TREE_KIND, &kinds),
};
const rill_schema tree_schema = RILL_SCHEMA(tree, tree_rows);

void sieve_run_begin(sieve_run *run, char *buffer, size_t size, size_t tokens, part_taker take, void *context)
{
    rill_sieve_begin(&run->sieve, &tree_schema, buffer, tokens);
    rill_sieve_open(&run->sieve);
    run->ceiling = buffer + size;
    run->status = RILL_MORE;
    run->offset = 0;
    run->take = take;
    run->context = context;
}

void sieve_run_feed(sieve_run *run, const char *bytes, size_t length)
{
    while (length > 0 && run->status == RILL_MORE) {
        size_t used;
        rill_status status = rill_sieve_push(&run->sieve, bytes, length, run->ceiling, &used);
        run->offset += used;
        if (status == RILL_OK || status == RILL_LIMIT_FULL) {
            rill_sieve_cut(&run->sieve);
            run->take(&run->sieve, false, run->context);
            rill_sieve_reopen(&run->sieve);
        } else {
            run->status = status;
        }
        bytes += used;
        length -= used;
    }
}

rill_status sieve_run_end(sieve_run *run)
{
    if (run->status == RILL_MORE)
        run->status = rill_sieve_end(&run->sieve);
    if (run->status == RILL_OK)
        run->take(&run->sieve, true, run->context);
    return run->status;
}

void sieve_log_part(const rill_sieve *sieve, bool last, void *out)
{
    sink to = *(const sink *)out;
    sink_text(to, last ? "last" : "part");
    if ((sieve->flags & RILL_PART_CUT) != 0)
        sink_text(to, " cut");
    if ((sieve->flags & RILL_PART_UTF8) != 0)
        sink_text(to, " utf8");
    sink_char(to, ' ');
    if (strlen(sieve->buffer) != sieve->length)
        sink_text(to, "FAULT: no NUL behind ");
    if (sieve->sides == 0)
        sink_text(to, "nothing");
    else
        quoted_text(to, sieve->buffer, sieve->length);
    sink_char(to, '\n');
}

void sieve_log_end(const sieve_run *run, sink out)
{
    if (run->status == RILL_OK)
        return;
    sink_text(out, "broken at ");
    sink_unsigned(out, run->offset);
    sink_text(out, ": ");
    sink_text(out, rill_status_text(run->status));
    sink_char(out, '\n');
}
