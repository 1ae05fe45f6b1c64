/* A byte port that plays a transcript of what goes over a modem's line, with a clock of its own: for unit tests.
 *
 *     static const exchange talk[] = {{"AT\r", "\r\nOK\r\n", 0}, {NULL, "\r\nRDY\r\n", 500}};
 *
 * is: when AT has been sent, OK is there at once; 500 ms later RDY comes unasked. What is sent must be what the
 * transcript says, byte by byte. Time passes only while somebody waits, and a little with each byte that is read. */
#ifndef TEST_TRANSCRIPT_H
#define TEST_TRANSCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "rill/port.h"

#define TRANSCRIPT_CUT_MS 60
#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

typedef struct exchange {
    const char *request; /* NULL: the answer comes unasked */
    const char *answer;  /* NULL: none */
    uint32_t delay_ms;   /* of the answer */
    size_t length;       /* of the answer; 0: up to its NUL */
} exchange;

typedef struct transcript {
    const exchange *list;
    size_t count;
    size_t piece;      /* a read gives at most so many bytes; 0: any number */
    size_t full;       /* when so many bytes were taken, a write takes none, once; 0: never */
    size_t cut;        /* when so many bytes were given, a read brings nothing for up to 60 ms, once; 0: never */
    int32_t told_once; /* a status that the next read gives, once; 0: none */
    int32_t told;      /* a status that each read gives when all is played; 0: silence */
    /* ---- */
    size_t at, asked;  /* the exchange that is waited for, and how much of its request has come */
    char held[16384];
    size_t have, given, total, taken;
    uint32_t clock, ready, last_write, longest_silence;
    unsigned calls, writes;
    bool was_cut, was_full;
} transcript;

static void transcript_queue(transcript *play, const exchange *entry)
{
    size_t length = entry->length != 0 ? entry->length : entry->answer != NULL ? strlen(entry->answer) : 0;
    if (play->given == play->have) {
        play->given = play->have = 0;
        play->ready = play->clock + entry->delay_ms;
    }
    assert_true(play->have + length <= sizeof(play->held));
    if (length != 0)
        memcpy(play->held + play->have, entry->answer, length);
    play->have += length;
}

static int32_t transcript_write(void *context, const char *bytes, size_t length, uint32_t timeout_ms)
{
    transcript *play = context;
    assert_true(++play->calls < 4000000);
    assert_true(length > 0);
    if (play->full != 0 && !play->was_full) {
        if (length > play->full - play->taken)
            length = play->full - play->taken;
        play->was_full = length == 0;
        if (play->was_full) {
            play->clock += timeout_ms;
            return 0;
        }
    }
    play->writes++;
    play->taken += length;
    if (play->clock - play->last_write > play->longest_silence)
        play->longest_silence = play->clock - play->last_write;
    play->last_write = play->clock;
    for (size_t i = 0; i < length; i++) {
        while (play->at < play->count && play->list[play->at].request == NULL) /* it came too late to be seen */
            transcript_queue(play, &play->list[play->at++]);
        if (play->at == play->count)
            fail_msg("behind the end of the transcript: %.*s", (int)(length - i), bytes + i);
        const exchange *entry = &play->list[play->at];
        if (bytes[i] != entry->request[play->asked])
            fail_msg("sent %.*s where the transcript has %s", (int)(length - i), bytes + i, entry->request + play->asked);
        if (entry->request[++play->asked] == '\0') {
            play->asked = 0;
            play->at++;
            transcript_queue(play, entry);
        }
    }
    return (int32_t)length;
}

static int32_t transcript_read(void *context, char *bytes, size_t size, uint32_t timeout_ms)
{
    transcript *play = context;
    assert_true(++play->calls < 4000000);
    assert_true(size > 0);
    memset(bytes, '#', size < 4096 ? size : 4096); /* all of it may be written to */
    if (play->told_once != 0) {
        int32_t status = play->told_once;
        play->told_once = 0;
        return status;
    }
    if (play->given == play->have && play->at < play->count && play->asked == 0 && play->list[play->at].request == NULL)
        transcript_queue(play, &play->list[play->at++]);
    bool none = play->given == play->have;
    if (none && play->at == play->count && play->told != 0)
        return play->told;
    bool cut = !play->was_cut && play->cut != 0 && play->total == play->cut;
    play->was_cut = play->was_cut || cut;
    if (none || cut || (int32_t)(play->ready - play->clock) > (int32_t)timeout_ms) {
        play->clock += cut && timeout_ms > TRANSCRIPT_CUT_MS ? TRANSCRIPT_CUT_MS : timeout_ms;
        return 0;
    }
    if ((int32_t)(play->ready - play->clock) > 0)
        play->clock = play->ready;
    size_t length = play->have - play->given;
    if (length > size)
        length = size;
    if (play->piece != 0 && length > play->piece)
        length = play->piece;
    if (!play->was_cut && play->cut > play->total && length > play->cut - play->total)
        length = play->cut - play->total;
    memcpy(bytes, play->held + play->given, length);
    play->given += length;
    play->total += length;
    return (int32_t)length;
}

static void transcript_close(void *context)
{
    (void)context;
}

static uint32_t transcript_now(void *context)
{
    return ((transcript *)context)->clock;
}

static const rill_port transcript_port = {transcript_read, transcript_write, transcript_close, transcript_now};

/* Everything of the transcript was sent, and read. */
static inline bool transcript_is_over(const transcript *play)
{
    return play->at == play->count && play->asked == 0 && play->given == play->have;
}

#endif
