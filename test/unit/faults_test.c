/* A port that misbehaves at each of its calls in turn, in each way that it can: whole exchanges are run again and again, each
 * time with one fault, one call later. Behind the fault
 *   - rill_client_send() and the end item say what it was;
 *   - every item whose text had come whole is handed out, as it is without a fault, and no other one;
 *   - no call lasted longer than the limits allow, and the port was not asked again once it had failed;
 *   - the same client, stream and memory serve another exchange, and give all of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cases.h"
#include "faulty_port.h"
#include "logs/struct_log.h"
#include "rill/chat.h"
#include "rill/reuse.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum {
    PORT_LAST = -31, /* the port range of rill_status ends here */
    READ = 11,       /* bytes that the port has for a call, unless told otherwise */
    WRITE = 37,
    LARGE = 400,
    BUFFER = 512,
    TOKENS = 48,
    MEMORY = 1024, /* for reuse */
    ITEMS = 16,
    PATIENCE_S = 1200 /* of real time, for all of it: a loop that does not end */
};
static const uint32_t begun = UINT32_MAX - 90; /* the port's clock: all limits are counted across its wrap */

/* ---- exchanges */

typedef struct exchange {
    const char *name, *head, *body;
    rill_body kind;
    bool framed;  /* the answer says where it ends */
    bool failed;  /* with a status of 400 or more */
    size_t early; /* bytes behind the text of an item until it is known that nothing more of it comes */
} exchange;

#define CHUNK(more) "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0," more "}]}\n\n"
#define SAY(text) CHUNK("\"delta\":{\"content\":\"" text "\"},\"finish_reason\":null")
#define FINISH CHUNK("\"delta\":{},\"finish_reason\":\"stop\"")
#define DONE "data: [DONE]\n\n"
#define WHOLE "{\"object\":\"chat.completion\",\"choices\":[{\"message\":{\"content\":\"Hi\"},\"finish_reason\":\"stop\"}]}"
#define ERROR "{\"error\":{\"message\":\"slow down\",\"type\":\"limit\"}}"
#define OK_SSE "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
#define OK_JSON "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
#define IN_CHUNKS "Transfer-Encoding: chunked\r\n\r\n"

static const exchange exchanges[] = {
    {"chat stream, chunked", OK_SSE IN_CHUNKS,
     "78\r\n" SAY("a") "\r\n" "79\r\n" SAY("bc") "\r\n" "8\r\n: wait\n\n\r\n" "80\r\n" SAY("\\u00e9 \\n") "\r\n"
     "6d\r\n" FINISH "\r\n" "e\r\n" DONE "\r\n0\r\n\r\n",
     RILL_BODY_HTTP, true, false, 2},
    {"chat stream, until the connection ends", OK_SSE "\r\n", SAY("a") SAY("bc") FINISH, RILL_BODY_AUTO, false, false, 2},
    {"bare event stream", "", SAY("a") SAY("bc") SAY("d") SAY("e") FINISH DONE, RILL_BODY_SSE, false, false, 2},
    {"bare event stream without [DONE]", "", SAY("a") SAY("bc") FINISH, RILL_BODY_AUTO, false, false, 2},
    {"JSON body of a length", OK_JSON "Content-Length: 92\r\n\r\n", WHOLE, RILL_BODY_HTTP, true, false, 0},
    {"JSON body, chunked", OK_JSON IN_CHUNKS, "5c\r\n" WHOLE "\r\n0\r\n\r\n", RILL_BODY_HTTP, true, false, 7},
    {"error body of a length", "HTTP/1.1 429 Too Many\r\nContent-Length: 48\r\nRetry-After: 7\r\n\r\n", ERROR, RILL_BODY_HTTP,
     true, true, 0},
    {"error body until the connection ends", "HTTP/1.1 500 Oh\r\nContent-Type: application/json\r\n\r\n", ERROR, RILL_BODY_HTTP,
     false, true, 0},
};
enum { STATUS_CAME = sizeof "HTTP/1.1 500" - 1 };

/* Who reads: a client; or a stream, to which the bytes are given where they lie. */
typedef struct reader {
    const char *name;
    bool client, reuse;
} reader;

static const reader readers[] = {
    {"client", true, false}, {"client with reuse", true, true}, {"stream", false, false}, {"stream with reuse", false, true}};

/* ---- faults */

typedef struct fault {
    const char *name;
    fault_kind kind;
    int32_t value;
    uint32_t stall_ms, total_ms; /* the limits that it meets */
    rill_status read, write;     /* what it ends the exchange with when it strikes a read, or a write; RILL_OK: it does not */
} fault;

enum { STALL_MS = 250, TOTAL_MS = 1000 };

static const fault none = {"no fault", FAULT_NONE, 0, STALL_MS, 0, RILL_OK, RILL_OK};

/* Faults that an exchange survives. */
static const fault hitches[] = {
    {"no byte at once", FAULT_NOTHING, 0, STALL_MS, 0, RILL_OK, RILL_OK},
    {"no byte in time", FAULT_WAIT, 0, STALL_MS, 0, RILL_OK, RILL_OK},
    {"one byte", FAULT_ONE, 0, STALL_MS, 0, RILL_OK, RILL_OK},
    {"half of the bytes", FAULT_HALF, 0, STALL_MS, 0, RILL_OK, RILL_OK},
};

/* What a client alone meets: the limits, a port that breaks its contract. */
static const fault breaks[] = {
    {"silence", FAULT_HANG, 0, STALL_MS, 0, RILL_PORT_STALLED, RILL_PORT_TIMEOUT},
    {"silence, all of the time", FAULT_HANG, 0, 0, TOTAL_MS, RILL_PORT_DEADLINE, RILL_PORT_DEADLINE},
    {"silence, the rest of the time", FAULT_HANG, 0, STALL_MS, STALL_MS / 2, RILL_PORT_DEADLINE, RILL_PORT_DEADLINE},
    {"silence, no longer than a slice", FAULT_HANG, 0, 3, TOTAL_MS, RILL_PORT_STALLED, RILL_PORT_TIMEOUT},
    {"cancelled", FAULT_CANCEL, 0, STALL_MS, 0, RILL_PORT_CANCELLED, RILL_PORT_CANCELLED},
    {"a status of another room", FAULT_STATUS, PORT_LAST - 1, STALL_MS, 0, RILL_PORT_BROKEN, RILL_PORT_BROKEN},
    {"no status at all", FAULT_STATUS, INT32_MIN, STALL_MS, 0, RILL_PORT_BROKEN, RILL_PORT_BROKEN},
    {"a byte too many", FAULT_EXCESS, 1, STALL_MS, 0, RILL_PORT_BROKEN, RILL_PORT_BROKEN},
    {"far too many bytes", FAULT_EXCESS, INT32_MAX, STALL_MS, 0, RILL_PORT_BROKEN, RILL_PORT_BROKEN},
};

static const fault drip = {"drops", FAULT_DRIP, 0, STALL_MS, TOTAL_MS, RILL_PORT_DEADLINE, RILL_PORT_DEADLINE};

static const fault garbage[] = {
    {"a NUL", FAULT_NUL, 0, STALL_MS, 0, RILL_OK, RILL_OK},
    {"hashes", FAULT_GARBAGE, '#', STALL_MS, 0, RILL_OK, RILL_OK},
    {"line ends", FAULT_GARBAGE, '\n', STALL_MS, 0, RILL_OK, RILL_OK},
    {"quotes", FAULT_GARBAGE, '"', STALL_MS, 0, RILL_OK, RILL_OK},
    {"brackets", FAULT_GARBAGE, '[', STALL_MS, 0, RILL_OK, RILL_OK},
    {"zeros", FAULT_GARBAGE, '0', STALL_MS, 0, RILL_OK, RILL_OK},
    {"bytes of all ones", FAULT_GARBAGE, 0xff, STALL_MS, 0, RILL_OK, RILL_OK},
};

/* ---- what comes of an exchange */

typedef struct record {
    unsigned count; /* of items, but for the end item */
    char *items[ITEMS];
    size_t came[ITEMS]; /* bytes of the answer that the port had given by then */
    rill_item end;
    size_t end_came;
    rill_status sent;
    uint32_t lasted; /* ms */
    bool closed;     /* the port said that the connection has ended */
    char request[FAULTY_SENT_MAX]; /* as the port took it */
    size_t request_length;
} record;

static void forget(record *seen)
{
    for (unsigned i = 0; i < seen->count; i++)
        free(seen->items[i]);
    memset(seen, 0, sizeof *seen);
}

/* A client, or its stream, with its memory in blocks of their own, so that ASan sees what leaves them. */
typedef struct bench {
    const exchange *with;
    const reader *by;
    rill_stream_config stream;
    rill_client_config config;
    rill_client client;
    rill_reuse reuse;
    rill_chunk chunk;
    rill_item item;
    faulty_port port;
    char *answer;
} bench;

static void *memory(size_t size)
{
    void *block = malloc(size);
    assert_non_null(block);
    return memset(block, 0xa5, size);
}

static bench *open_bench(const exchange *with, const reader *by)
{
    bench *on = memory(sizeof *on);
    on->with = with;
    on->by = by;
    on->stream = (rill_stream_config){memory(BUFFER), BUFFER, memory(TOKENS * sizeof(rill_token)), TOKENS, &rill_chat_schema,
                                      &on->chunk, with->kind, by->reuse ? &on->reuse : NULL};
    size_t head = strlen(with->head), body = strlen(with->body);
    on->answer = memory(head + body);
    memcpy(on->answer, with->head, head);
    memcpy(on->answer + head, with->body, body);
    rill_reuse_begin(&on->reuse, memory(MEMORY), MEMORY);
    return on;
}

static void close_bench(bench *on)
{
    free(on->reuse.memory);
    free(on->answer);
    free(on->stream.tokens);
    free(on->stream.buffer);
    free(on);
}

static void note(bench *on, record *seen)
{
    static const char *const kinds[] = {"event", "chunk", "completion", "text", "error", "bad"};
    const rill_item *item = &on->item;
    test_log log = {NULL, 0, 0};
    sink to = test_log_sink(&log);
    assert_int_not_equal(seen->end.kind, RILL_ITEM_END); /* it is the last */
    if (item->kind == RILL_ITEM_END) {
        seen->end = *item;
        seen->end_came = on->port.given;
        return;
    }
    test_log_add(&log, "%s", kinds[item->kind]);
    if (item->kind == RILL_ITEM_BAD)
        test_log_add(&log, " %s", rill_status_text(item->status));
    else
        struct_walk(&rill_chat_schema, &on->chunk, item->kind == RILL_ITEM_ERROR, struct_log_take, &to);
    if (item->part != RILL_PART_WHOLE)
        test_log_add(&log, " part %d", (int)item->part);
    if ((item->flags & RILL_ITEM_PENDING) != 0)
        test_log_add(&log, " pending");
    assert_true(seen->count < ITEMS);
    seen->items[seen->count] = log.text;
    seen->came[seen->count++] = on->port.given;
}

/* How long a call of the client may last. */
static uint32_t longest(const rill_client_config *limits, bool drips)
{
    bool stall = limits->stall_ms != 0 && !drips && (limits->total_ms == 0 || limits->stall_ms < limits->total_ms);
    return (stall ? limits->stall_ms : limits->total_ms) + RILL_CLIENT_SLICE_MS;
}

static void run_client(bench *on, record *seen)
{
    static const rill_request_message message = {.role = "user", .content = RILL_SPAN("hello")};
    rill_request request = {0};
    request.host = "h";
    request.path = "/";
    request.messages = &message;
    request.message_count = 1;
    request.stream = true;
    uint32_t limit = longest(&on->config, on->port.fault == FAULT_DRIP), called = on->port.clock;
    assert_int_equal(rill_client_begin(&on->client, &on->config), RILL_OK);
    seen->sent = rill_client_send(&on->client, &request);
    rill_status status = RILL_OK;
    while (status == RILL_OK) {
        assert_true(on->port.clock - called <= limit);
        called = on->port.clock;
        status = rill_client_next(&on->client, &on->item);
        if (status == RILL_OK)
            note(on, seen);
    }
    assert_true(on->port.clock - called <= limit);
    assert_int_equal(status, RILL_END);
    assert_int_equal(rill_client_next(&on->client, &on->item), RILL_END);
    rill_client_close(&on->client);
    rill_client_close(&on->client);
    assert_int_equal(on->port.closed, 2);
}

static void run_stream(bench *on, record *seen)
{
    rill_stream *stream = &on->client.stream;
    rill_status status;
    char bytes[LARGE], *given = NULL;
    assert_int_equal(rill_stream_begin(stream, &on->stream), RILL_OK);
    while ((status = rill_stream_next(stream, &on->item)) != RILL_END) {
        if (status == RILL_OK) {
            note(on, seen);
            continue;
        }
        assert_int_equal(status, RILL_MORE);
        free(given);
        given = NULL;
        int32_t came = faulty_port_functions.read(&on->port, bytes, sizeof bytes, RILL_CLIENT_SLICE_MS);
        if (came > 0) {
            given = memory((size_t)came); /* gone at the next RILL_MORE */
            memcpy(given, bytes, (size_t)came);
            rill_stream_give(stream, given, (size_t)came);
        } else if (came < 0) {
            rill_stream_close(stream, (rill_status)came);
        }
    }
    free(given);
}

/* The exchange with a fault at one of the port's calls. `read_size`: bytes that it has for one. */
static void run(bench *on, const fault *one, unsigned at, size_t read_size, record *seen)
{
    memset(seen, 0, sizeof *seen);
    memset(&on->port, 0, sizeof on->port);
    on->config = (rill_client_config){&faulty_port_functions, &on->port, &on->stream, one->stall_ms, one->total_ms, 0};
    on->port.answer = on->answer;
    on->port.length = strlen(on->with->head) + strlen(on->with->body);
    on->port.read_size = read_size;
    on->port.write_size = WRITE;
    on->port.fault = one->kind;
    on->port.value = one->value;
    on->port.at = at;
    on->port.most_calls = 1500;
    on->port.clock = begun;
    on->port.client = &on->client;
    if (on->by->client)
        run_client(on, seen);
    else
        run_stream(on, seen);
    seen->lasted = on->port.clock - begun;
    seen->closed = on->port.no_read;
    seen->request_length = on->port.sent_length;
    memcpy(seen->request, on->port.sent, on->port.sent_length);
    if (on->port.misuse != NULL)
        fail_msg("the port is %s", on->port.misuse);
    assert_int_equal(seen->end.kind, RILL_ITEM_END);
}

/* ---- what is expected of it */

static void expect_items(const record *seen, unsigned from, const record *whole, unsigned whole_from, unsigned count)
{
    assert_true(from + count <= seen->count);
    for (unsigned i = 0; i < count; i++)
        assert_string_equal(seen->items[from + i], whole->items[whole_from + i]);
}

static void expect_end(const record *seen, rill_end end, rill_status status)
{
    assert_int_equal(seen->end.end, end);
    assert_int_equal(seen->end.status, status);
}

static void expect_whole(const record *seen, const record *whole)
{
    assert_int_equal(seen->count, whole->count);
    expect_items(seen, 0, whole, 0, whole->count);
    expect_end(seen, whole->end.end, whole->end.status);
    assert_int_equal(seen->sent, whole->sent);
    assert_int_equal(seen->request_length, whole->request_length);
    assert_memory_equal(seen->request, whole->request, whole->request_length);
}

/* The answer had ended in front of the fault, or with it: a cancel may come together with that. */
static bool is_complete(const faulty_port *port, const record *whole)
{
    bool closed = port->fault == FAULT_CANCEL && port->struck_given == port->length;
    return port->given >= whole->end_came && (closed || !whole->closed);
}

static bool came(const exchange *with, size_t given, const char *text)
{
    const char *at = strstr(with->body, text);
    return at != NULL && given >= strlen(with->head) + (size_t)(at - with->body) + strlen(text);
}

/* The items of an answer of which `given` bytes came, and then nothing any more; gives their number. */
static unsigned expect_cut(const exchange *with, const record *seen, const record *whole, size_t given)
{
    char text[2048];
    unsigned count = 0;
    while (count < whole->count && whole->came[count] <= given)
        count++;
    expect_items(seen, 0, whole, 0, count);
    if (count < whole->count && whole->came[count] - with->early <= given) { /* only that it has ended had not come */
        bool event = strncmp(with->body, "data", 4) == 0 || strstr(with->head, "event-stream") != NULL;
        snprintf(text, sizeof text, "%s%s", whole->items[count], event ? " pending" : "");
        assert_true(count < seen->count);
        assert_string_equal(seen->items[count++], text);
    } else if (with->failed && count == 0 && given >= STATUS_CAME) { /* the status alone tells of an error */
        assert_true(count < seen->count);
        assert_string_equal(seen->items[count++], "error");
    }
    assert_int_equal(seen->count, count);
    return count;
}

/* The other side closed in good order, amid the answer. */
static void expect_closed(const exchange *with, const record *seen, unsigned count, size_t given)
{
    size_t head = strlen(with->head);
    bool finished = count > 0 && strstr(seen->items[count - 1], "finish_reason=\"") != NULL;
    if (given < head || with->framed) { /* where HTTP is not sure, no byte at all is an empty stream of events */
        bool empty = given == 0 && with->kind != RILL_BODY_HTTP;
        expect_end(seen, RILL_END_TRUNCATED, empty ? RILL_OK : RILL_HTTP_CUT);
        return;
    }
    const char *event = with->body, *next;
    while ((next = strstr(event, "\n\n")) != NULL && given >= head + (size_t)(next + 2 - with->body))
        event = next + 2;
    size_t inside = given - head - (size_t)(event - with->body); /* bytes of the event at hand */
    bool whole = next == NULL || given >= head + (size_t)(next - with->body);
    if (!with->failed && inside > strlen("data: ") && !whole)
        expect_end(seen, RILL_END_TRUNCATED, RILL_JSON_CUT);
    else
        expect_end(seen, finished || with->failed ? RILL_END_EOF : RILL_END_TRUNCATED, RILL_OK);
}

static void expect_broken(const bench *on, const record *seen, const record *whole, rill_status status)
{
    const exchange *with = on->with;
    size_t given = on->port.given;
    if (is_complete(&on->port, whole)) {
        expect_whole(seen, whole);
        return;
    }
    unsigned count = expect_cut(with, seen, whole, given);
    if (came(with, given, "[DONE]"))
        expect_end(seen, RILL_END_DONE, RILL_OK);
    else if (status == RILL_PORT_CLOSED)
        expect_closed(with, seen, count, given);
    else
        expect_end(seen, RILL_END_TRUNCATED, status);
}

/* The request did not go out. */
static void expect_unsent(const bench *on, const record *seen, const record *whole, rill_status status)
{
    if (seen->sent != RILL_OK || status != RILL_PORT_CANCELLED) /* a cancel in the last write is seen behind it */
        assert_int_equal(seen->sent, status);
    if (status == RILL_PORT_CLOSED || status == RILL_PORT_RESET) { /* the answer is read all the same */
        assert_int_equal(seen->count, whole->count);
        expect_items(seen, 0, whole, 0, whole->count);
        if (status == RILL_PORT_RESET && whole->closed)
            expect_end(seen, RILL_END_TRUNCATED, RILL_PORT_RESET); /* who broke the connection may have cut the answer */
        else
            expect_end(seen, whole->end.end, whole->end.status);
    } else {
        assert_int_equal(on->port.given, 0);
        assert_int_equal(seen->count, 0);
        expect_end(seen, RILL_END_TRUNCATED, status);
    }
}

static void expect_time(const bench *on, const fault *one, const record *seen)
{
    uint32_t waited = on->port.clock - on->port.struck_clock;
    switch (one->kind) {
    case FAULT_HANG:
        assert_int_equal(waited, seen->end.status == RILL_PORT_DEADLINE ? one->total_ms : one->stall_ms);
        break;
    case FAULT_DRIP:
        assert_true(seen->lasted <= TOTAL_MS);
        break;
    case FAULT_WAIT:
        assert_int_equal(waited, RILL_CLIENT_SLICE_MS);
        break;
    default:
        assert_int_equal(waited, 0);
    }
}

typedef void check(bench *on, const fault *one, const record *seen, const record *whole);

static void check_broken(bench *on, const fault *one, const record *seen, const record *whole)
{
    rill_status status = on->port.struck == STRUCK_READ ? one->read : one->write;
    if (status == RILL_OK)
        expect_whole(seen, whole);
    else if (on->port.struck == STRUCK_READ)
        expect_broken(on, seen, whole, status);
    else
        expect_unsent(on, seen, whole, status);
    expect_time(on, one, seen);
}

/* Drops may do, when few bytes are missing. */
static void check_drip(bench *on, const fault *one, const record *seen, const record *whole)
{
    bool whole_came = seen->end.status == RILL_OK;
    if (seen->sent != RILL_OK)
        expect_unsent(on, seen, whole, RILL_PORT_DEADLINE);
    else if (whole_came)
        expect_whole(seen, whole);
    else
        expect_broken(on, seen, whole, RILL_PORT_DEADLINE);
    if (!whole_came)
        assert_int_equal(seen->lasted, TOTAL_MS);
    expect_time(on, one, seen);
}

static bool tells_of_it(const exchange *with, const record *seen)
{
    for (unsigned i = 0; i < seen->count; i++)
        if (strncmp(seen->items[i], "bad", 3) == 0)
            return true;
    return with->failed;
}

/* What came in front of garbage is kept. A NUL is an error everywhere in HTTP and JSON. In an event stream at most the event it
 * falls into, and the one that it joins to that, are lost. */
static void check_garbage(bench *on, const fault *one, const record *seen, const record *whole)
{
    size_t given = on->port.struck_given;
    unsigned before = 0, hit = 0;
    if (on->port.struck != STRUCK_READ || (whole->closed && given == on->port.length)) {
        if (one->kind != FAULT_NUL)
            expect_whole(seen, whole);
        return;
    }
    while (before < whole->count && whole->came[before] <= given)
        before++;
    expect_items(seen, 0, whole, 0, before);
    if (one->kind == FAULT_NUL && on->with->framed)
        assert_true(tells_of_it(on->with, seen));
    if (*on->with->head == '\0' && given > 0) { /* the first byte decides what is read */
        while (hit < whole->count && whole->came[hit] <= given + on->port.garbled)
            hit++;
        unsigned behind = hit + 2 < whole->count ? whole->count - hit - 2 : 0;
        assert_true(seen->count >= before + behind);
        expect_items(seen, seen->count - behind, whole, whole->count - behind, behind);
    }
}

/* ---- each call in turn */

static char at_hand[256]; /* the run at hand: told when it fails */
static unsigned runs;

static int tell(void **state)
{
    (void)state;
    if (*at_hand != '\0')
        printf("failed: %s\n", at_hand);
    return 0;
}

static void strike_each_call(bench *on, const fault *one, size_t read_size, check *expect, const record *whole)
{
    record seen, again;
    for (unsigned at = 0;; at += (unsigned)test_stride()) {
        snprintf(at_hand, sizeof at_hand, "%s; %s, %s (%d) at call %u", on->with->name, on->by->name, one->name, (int)one->value,
                 at);
        run(on, one, at, read_size, &seen);
        runs++;
        if (on->port.struck == STRUCK_NOT) { /* there is no such call */
            expect_whole(&seen, whole);
            assert_true(at > 5);
            forget(&seen);
            return;
        }
        expect(on, one, &seen, whole);
        run(on, &none, 0, LARGE, &again);
        expect_whole(&again, whole);
        forget(&again);
        forget(&seen);
    }
}

static void with_each(const fault *faults, size_t count, size_t read_size, check *expect, bool for_clients)
{
    record whole;
    for (size_t e = 0; e < COUNT(exchanges); e++) {
        for (size_t r = 0; r < COUNT(readers); r++) {
            if (for_clients && !readers[r].client)
                continue;
            bench *on = open_bench(&exchanges[e], &readers[r]);
            snprintf(at_hand, sizeof at_hand, "%s; %s, byte by byte", on->with->name, on->by->name);
            run(on, &none, 0, 1, &whole);
            for (size_t f = 0; f < count; f++)
                strike_each_call(on, &faults[f], read_size, expect, &whole);
            forget(&whole);
            close_bench(on);
        }
    }
    *at_hand = '\0';
}

/* ---- tests */

/* What the other tests hold their runs against is as it should be. */
static void without_a_fault(void **state)
{
    (void)state;
    static const struct {
        unsigned items;
        const char *last;
        rill_end end;
        bool closed;
    } expected[COUNT(exchanges)] = {
        {4, "finish_reason=\"stop\"", RILL_END_DONE, false}, {3, "finish_reason=\"stop\"", RILL_END_EOF, true},
        {5, "finish_reason=\"stop\"", RILL_END_DONE, false}, {3, "finish_reason=\"stop\"", RILL_END_EOF, true},
        {1, "message.content=\"Hi\"", RILL_END_EOF, false},  {1, "message.content=\"Hi\"", RILL_END_EOF, false},
        {1, "message=\"slow down\"", RILL_END_EOF, false},   {1, "message=\"slow down\"", RILL_END_EOF, true},
    };
    record seen;
    for (size_t e = 0; e < COUNT(exchanges); e++) {
        for (size_t r = 0; r < COUNT(readers); r++) {
            bench *on = open_bench(&exchanges[e], &readers[r]);
            snprintf(at_hand, sizeof at_hand, "%s; %s", on->with->name, on->by->name);
            run(on, &none, 0, READ, &seen);
            assert_int_equal(seen.count, expected[e].items);
            assert_non_null(strstr(seen.items[seen.count - 1], expected[e].last));
            expect_end(&seen, expected[e].end, RILL_OK);
            assert_int_equal(seen.sent, RILL_OK);
            assert_int_equal(seen.closed, expected[e].closed);
            assert_int_equal(on->by->reuse && expected[e].items > 1, on->reuse.length > 0); /* it is at work */
            forget(&seen);
            close_bench(on);
        }
    }
    *at_hand = '\0';
}

static void hitch_at_each_call(void **state)
{
    (void)state;
    with_each(hitches, COUNT(hitches), READ, check_broken, false);
}

static void each_status_at_each_call(void **state)
{
    (void)state;
    fault faults[-PORT_LAST];
    for (int32_t i = 0; i < -PORT_LAST; i++)
        faults[i] = (fault){"status", FAULT_STATUS, -1 - i, STALL_MS, 0, (rill_status)(-1 - i), (rill_status)(-1 - i)};
    with_each(faults, COUNT(faults), READ, check_broken, false);
}

static void limits_and_lies_at_each_call(void **state)
{
    (void)state;
    with_each(breaks, COUNT(breaks), READ, check_broken, true);
}

static void drops_from_each_call_on(void **state)
{
    (void)state;
    with_each(&drip, 1, READ, check_drip, true);
}

static void garbage_at_each_call(void **state)
{
    (void)state;
    with_each(garbage, COUNT(garbage), READ, check_garbage, false);
}

/* Where a connection ends, and where a byte comes from nowhere, falls on each byte. */
static void end_and_nul_at_each_byte(void **state)
{
    (void)state;
    static const fault ends[] = {{"closed", FAULT_STATUS, RILL_PORT_CLOSED, STALL_MS, 0, RILL_PORT_CLOSED, RILL_PORT_CLOSED},
                                 {"reset", FAULT_STATUS, RILL_PORT_RESET, STALL_MS, 0, RILL_PORT_RESET, RILL_PORT_RESET}};
    static const fault nul = {"a NUL", FAULT_NUL, 0, STALL_MS, 0, RILL_OK, RILL_OK};
    with_each(ends, COUNT(ends), 1, check_broken, false);
    with_each(&nul, 1, 1, check_garbage, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(without_a_fault, tell),
        cmocka_unit_test_teardown(hitch_at_each_call, tell),
        cmocka_unit_test_teardown(each_status_at_each_call, tell),
        cmocka_unit_test_teardown(limits_and_lies_at_each_call, tell),
        cmocka_unit_test_teardown(drops_from_each_call_on, tell),
        cmocka_unit_test_teardown(garbage_at_each_call, tell),
        cmocka_unit_test_teardown(end_and_nul_at_each_byte, tell),
    };
    alarm(PATIENCE_S);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    printf("faults: %u runs\n", runs);
    return failed;
}
