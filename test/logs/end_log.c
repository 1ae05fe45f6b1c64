#include "end_log.h"

static const rill_row thing_rows[] = {RILL_ROW_STRING(thing, id, "id", 0)};
const rill_schema thing_schema = RILL_SCHEMA(thing, thing_rows);

bool end_log_thing(sink out, const rill_item *item, const thing *seen)
{
    if (item->kind != RILL_ITEM_EVENT)
        return false;
    sink_text(out, "{\"id\":\"");
    sink_bytes(out, seen->id.data, seen->id.length);
    sink_text(out, "\"}\n");
    return true;
}

bool end_log_end(sink out, const rill_item *item)
{
    static const char *const ends[] = {"", "done", "eof", "eof-truncated"};
    if (item->kind == RILL_ITEM_ERROR)
        sink_text(out, "error-api");
    else if (item->kind == RILL_ITEM_BAD)
        sink_text(out, "error-json");
    else if (item->kind == RILL_ITEM_END)
        sink_text(out, ends[item->end]);
    else
        return true;
    return false;
}

const end_difference end_differences[END_DIFFERENCES] = {
    {"done-suffix-space", "done", "[DONE] may have blanks around it"},
    {"eof-without-done", "eof-truncated", "without [DONE] only a finish reason tells that the answer is complete"},
};
