/* A contestant in an image for an emulated board: prints of each body of a file (native.c tells its form) "instructions: N",
 * and its values. A body must fit into RAM. */
#include "board.h"
#include "feed.h"
#include "host.h"

values taken;

static char body[1024 * 1024];
static uint64_t instructions;
static uint32_t nothing; /* what counting nothing counts */

#define COUNTED(call)                                                                                                       \
    do {                                                                                                                    \
        uint32_t began_ = board_instructions();                                                                             \
        call;                                                                                                               \
        instructions += board_instructions() - began_ - nothing;                                                            \
    } while (0)

static void count(size_t length)
{
    const values none = VALUES_NONE;
    taken = none;
    instructions = 0;
    nothing = board_instructions();
    nothing = board_instructions() - nothing;
    FEED(body, length, COUNTED);
    host_print_value("instructions", (uint32_t)instructions);
    host_print_value("events", taken.events);
    host_print_value("text bytes", taken.text_bytes);
    host_print_value("integers", taken.integers);
}

int main(void)
{
    static char name[256];
    uint32_t length;
    board_end_ticks();
    host_arguments(name, sizeof name);
    int file = host_open(name, HOST_READ);
    if (file < 0)
        return 1;
    while (host_read(file, &length, sizeof length) == sizeof length) {
        if (length > sizeof body || host_read(file, body, length) != length)
            return 2;
        count(length);
    }
    return 0;
}
