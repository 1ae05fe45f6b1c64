/* The contract of a port; see port_contract.h. */
#include "port_contract.h"

#include <string.h>

enum { BLOCK = 64, WAIT_MS = 40, PORT_LAST = -31, UNTOUCHED = 0x55 };

#define RULE(holds, text)                                                                                              \
    do {                                                                                                               \
        if (!(holds))                                                                                                  \
            return text;                                                                                               \
    } while (0)

static uint32_t now(const port_under_test *test)
{
    return test->port->now(test->context);
}

/* A read and how long it took. The byte behind `size` must stay as it is. */
typedef struct answer {
    int32_t moved;
    uint32_t ms;
    bool spilled;
    char bytes[BLOCK + 1];
} answer;

static answer read_up_to(const port_under_test *test, size_t size, uint32_t timeout_ms)
{
    answer one;
    memset(one.bytes, UNTOUCHED, sizeof one.bytes);
    uint32_t since = now(test);
    one.moved = test->port->read(test->context, one.bytes, size, timeout_ms);
    one.ms = now(test) - since;
    one.spilled = one.bytes[size] != UNTOUCHED;
    return one;
}

static bool in_time(const port_under_test *test, uint32_t ms, uint32_t asked)
{
    return ms + test->grain_ms >= asked && ms <= asked + test->late_ms;
}

/* ---- the rules */

static const char *clock_runs(const port_under_test *test)
{
    uint32_t before = now(test);
    test->pass(test->far, WAIT_MS);
    uint32_t passed = now(test) - before;
    RULE(passed + test->grain_ms + 1 >= WAIT_MS, "now: it stands still, or runs slower than milliseconds");
    RULE(passed <= WAIT_MS + test->late_ms, "now: it runs faster than milliseconds");
    return NULL;
}

static const char *silence_takes_its_time(const port_under_test *test)
{
    static const uint32_t waits[] = {0, 1, WAIT_MS};
    for (size_t i = 0; i < sizeof waits / sizeof waits[0]; i++) {
        answer none = read_up_to(test, 8, waits[i]);
        RULE(none.moved == 0, "read: nothing came, and it does not answer 0");
        RULE(none.bytes[0] == UNTOUCHED, "read: nothing came, and it wrote into the buffer");
        RULE(in_time(test, none.ms, waits[i]), "read: it does not keep its time");
    }
    return NULL;
}

/* Takes `length` bytes in reads of up to `step`; they must be those. */
static const char *comes_as(const port_under_test *test, const char *wanted, size_t length, size_t step)
{
    for (size_t got = 0; got < length;) {
        answer some = read_up_to(test, step, test->late_ms);
        RULE(some.moved > 0, "read: bytes were sent, and none came");
        RULE((size_t)some.moved <= step && !some.spilled, "read: it moved more bytes than asked for");
        RULE((size_t)some.moved <= length - got && memcmp(some.bytes, wanted + got, (size_t)some.moved) == 0,
             "read: the bytes are not those that were sent");
        got += (size_t)some.moved;
    }
    return NULL;
}

static const char *bytes_come_whole(const port_under_test *test)
{
    static const size_t steps[] = {1, 3, BLOCK};
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
        for (unsigned first = 0; first < 256; first += BLOCK) {
            char block[BLOCK];
            for (unsigned j = 0; j < BLOCK; j++)
                block[j] = (char)(uint8_t)(first + j);
            test->send(test->far, block, BLOCK);
            const char *broken = comes_as(test, block, BLOCK, steps[i]);
            if (broken != NULL)
                return broken;
        }
    return silence_takes_its_time(test);
}

static const char *first_byte_ends_the_wait(const port_under_test *test)
{
    test->send(test->far, "x", 1);
    answer one = read_up_to(test, BLOCK, 2 * test->late_ms + WAIT_MS);
    RULE(one.moved == 1 && one.bytes[0] == 'x', "read: one byte was sent, and something else came");
    RULE(one.ms <= test->late_ms, "read: it waits for more bytes than the first");
    return NULL;
}

static const char *goes_as(const port_under_test *test, const char *bytes, size_t length)
{
    char taken[BLOCK];
    for (size_t got = 0; got < length;) {
        size_t some = test->take(test->far, taken, BLOCK);
        RULE(some > 0, "write: bytes were taken that do not arrive");
        RULE(some <= length - got && memcmp(taken, bytes + got, some) == 0, "write: what arrives is not what was taken");
        got += some;
    }
    return NULL;
}

static const char *bytes_go_whole(const port_under_test *test)
{
    for (unsigned first = 0; first < 256; first += BLOCK) {
        char block[BLOCK];
        for (unsigned j = 0; j < BLOCK; j++)
            block[j] = (char)(uint8_t)(first + j);
        for (size_t gone = 0; gone < BLOCK;) {
            int32_t moved = test->port->write(test->context, block + gone, BLOCK - gone, test->late_ms);
            RULE(moved > 0, "write: there is room, and it takes nothing");
            RULE((size_t)moved <= BLOCK - gone, "write: it claims more bytes than it was given");
            const char *broken = goes_as(test, block + gone, (size_t)moved);
            if (broken != NULL)
                return broken;
            gone += (size_t)moved;
        }
    }
    return NULL;
}

static char digit(size_t at)
{
    return (char)('0' + at % 10);
}

static const char *full_takes_its_time(const port_under_test *test)
{
    char block[BLOCK];
    size_t gone = 0, arrived = 0;
    while (test->room != 0) {
        for (size_t i = 0; i < BLOCK; i++)
            block[i] = digit(gone + i);
        uint32_t since = now(test);
        int32_t moved = test->port->write(test->context, block, BLOCK, WAIT_MS);
        uint32_t ms = now(test) - since;
        RULE(moved >= 0 && moved <= BLOCK, "write: it claims more bytes than it was given, or fails for want of room");
        RULE(moved != 0 || in_time(test, ms, WAIT_MS), "write: without room it does not keep its time");
        if (moved == 0)
            break;
        gone += (size_t)moved;
        RULE(gone <= test->room, "write: it goes on taking bytes that nobody takes from it");
    }
    while (arrived < gone) {
        size_t some = test->take(test->far, block, BLOCK);
        RULE(some > 0 && some <= gone - arrived, "write: bytes that it took get lost, or come twice, when there is no room");
        for (size_t i = 0; i < some; i++)
            RULE(block[i] == digit(arrived + i), "write: bytes change when there is no room");
        arrived += some;
    }
    return NULL;
}

static const char *end_comes_last(const port_under_test *test)
{
    if (test->end == NULL)
        return NULL;
    test->send(test->far, "last words", 10);
    test->end(test->far);
    const char *broken = comes_as(test, "last words", 10, 4);
    if (broken != NULL)
        return broken;
    for (int again = 0; again < 3; again++) {
        answer one = read_up_to(test, 8, test->late_ms);
        RULE(one.moved != 0, "read: the other side has ended, and it goes on to answer 0");
        RULE(one.moved == RILL_PORT_CLOSED, "read: the end in good order is RILL_PORT_CLOSED, each time");
    }
    return NULL;
}

static const char *closes_twice(const port_under_test *test)
{
    test->port->close(test->context);
    test->port->close(test->context);
    uint32_t since = now(test);
    char byte;
    int32_t moved = test->port->read(test->context, &byte, 1, WAIT_MS);
    RULE(moved <= 0 && moved >= PORT_LAST, "read: a closed port gives bytes, or a status that is none of a port's");
    RULE(now(test) - since <= WAIT_MS + test->late_ms, "read: a closed port does not keep its time");
    return NULL;
}

const char *port_contract(const port_under_test *test)
{
    static const char *(*const rules[])(const port_under_test *) = {
        clock_runs, silence_takes_its_time, bytes_come_whole, first_byte_ends_the_wait,
        bytes_go_whole, full_takes_its_time, end_comes_last, closes_twice,
    };
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        const char *broken = rules[i](test);
        if (broken != NULL)
            return broken;
    }
    return NULL;
}
