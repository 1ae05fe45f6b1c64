/* The exact number of instructions that an answer costs through the AT engine, under `-icount shift=10`: the modem lies
 * in memory, so that nothing waits. The words: the dialect, and the file of the server's answer.
 *
 * The first run notes what is asked of the modem in memory, the second is counted. Then a fresh one is asked the same:
 * these are its own instructions, to be taken off. */
#include "../board.h"
#include "../host.h"
#include "ask.h"
#include "hayes.h"
#include "modem.h"
#include "script.h"

#include <string.h>

/* mps2-an385: 16 MB of PSRAM */
#define ANSWER ((char *)0x21000000)
#define NOTES ((note *)0x21100000)
enum { ANSWER_SIZE = 1024 * 1024 };

static const struct {
    const char *name;
    const rill_modem_dialect *dialect; /* NULL: Hayes */
} dialects[] = {
    {"quectel", &rill_modem_quectel}, {"simcom", &rill_modem_simcom},         {"ublox", &rill_modem_ublox},
    {"esp_at", &rill_modem_esp_at},   {"nordic_slm", &rill_modem_nordic_slm}, {"hayes", NULL},
};

/* ---- the port that notes */

typedef struct note {
    const char *out; /* NULL: a read */
    uint16_t size;
    uint32_t wait;
} note;

static size_t note_count;

static int32_t noting_read(void *context, char *bytes, size_t size, uint32_t timeout_ms)
{
    NOTES[note_count++] = (note){NULL, (uint16_t)size, timeout_ms};
    return script_port.read(context, bytes, size, timeout_ms);
}

/* What goes out may lie in memory that is used again: it is kept. */
static int32_t noting_write(void *context, const char *bytes, size_t length, uint32_t timeout_ms)
{
    static char kept[16384];
    static size_t used;
    if (length > sizeof kept - used)
        host_exit(3);
    memcpy(kept + used, bytes, length);
    NOTES[note_count++] = (note){kept + used, (uint16_t)length, timeout_ms};
    used += length;
    return script_port.write(context, bytes, length, timeout_ms);
}

static void noting_close(void *context)
{
    script_port.close(context);
}

static uint32_t noting_now(void *context)
{
    return script_port.now(context);
}

static const rill_port noting_port = {noting_read, noting_write, noting_close, noting_now};

/* ---- the modem */

static union device {
    rill_modem modem;
    rill_hayes hayes;
} device;
static char line[64];
static script modem;
static size_t answer_length;

static void begin_script(bool crlf)
{
    memset(&modem, 0, sizeof modem);
    modem.crlf = crlf;
    modem.answer = ANSWER;
    modem.answer_left = answer_length;
}

static rill_status open_device(const rill_port *below, const rill_modem_dialect *dialect)
{
    static const rill_modem_settings settings = {
        .host = "192.0.2.1", .port = 8080, .network = "internet", .password = "secret"};
    begin_script(dialect == &rill_modem_esp_at);
    if (dialect == NULL) {
        rill_hayes_begin(&device.hayes, below, &modem, line, sizeof line);
        return rill_hayes_open(&device.hayes, &settings, 60000);
    }
    rill_modem_begin(&device.modem, below, &modem, line, sizeof line);
    return rill_modem_open(&device.modem, dialect, &settings, 60000);
}

/* ---- counting */

static int32_t nothing(void *context, char *bytes, size_t size, uint32_t timeout_ms)
{
    (void)context;
    (void)bytes;
    (void)size;
    (void)timeout_ms;
    return 0;
}

static int32_t nothing_out(void *context, const char *bytes, size_t size, uint32_t timeout_ms)
{
    (void)bytes;
    return nothing(context, NULL, size, timeout_ms);
}

static void repeat(const rill_port *port, size_t from, size_t to)
{
    static char bytes[2048];
    for (size_t i = from; i < to; i++)
        if (NOTES[i].out == NULL)
            port->read(&modem, bytes, NOTES[i].size, NOTES[i].wait);
        else
            port->write(&modem, NOTES[i].out, NOTES[i].size, NOTES[i].wait);
}

static uint32_t count_script(size_t from)
{
    static const rill_port empty = {nothing, nothing_out, noting_close, noting_now};
    begin_script(modem.crlf);
    repeat(&script_port, 0, from);
    uint32_t began = board_instructions();
    repeat(&script_port, from, note_count);
    uint32_t all = board_instructions() - began;
    began = board_instructions();
    repeat(&empty, from, note_count);
    return all - (board_instructions() - began);
}

static void count(const rill_modem_dialect *dialect)
{
    const rill_port *port = dialect == NULL ? &rill_hayes_port : &rill_modem_port;
    if (open_device(&noting_port, dialect) != RILL_OK)
        host_exit(4);
    ask_send(port, &device);
    size_t sent = note_count;
    ask_receive();

    if (open_device(&script_port, dialect) != RILL_OK)
        host_exit(4);
    ask_send(port, &device);
    uint32_t began = board_instructions();
    rill_end end = ask_receive();
    uint32_t all = board_instructions() - began;

    uint32_t of_script = count_script(sent);
    began = board_instructions();
    rill_end alone = ask_memory(ANSWER, answer_length);
    uint32_t of_rill = board_instructions() - began;
    host_print_value("end", (uint32_t)end);
    host_print_value("end of rill alone", (uint32_t)alone);
    host_print_value("calls of the port below", (uint32_t)(note_count - sent));
    host_print_value("instructions in all", all - of_script);
    host_print_value("instructions of rill", of_rill);
    host_print_value("instructions of the modem in memory", of_script);
    host_print_value("context", dialect == NULL ? sizeof(rill_hayes) : sizeof(rill_modem));
}

int main(void)
{
    static char words[160];
    host_arguments(words, sizeof words);
    char *file_name = strchr(words, ' ');
    if (file_name == NULL)
        return 2;
    *file_name++ = '\0';
    int file = host_open(file_name, HOST_READ);
    answer_length = file < 0 ? 0 : host_read(file, ANSWER, ANSWER_SIZE);
    board_lock(); /* no tick in between */
    for (size_t i = 0; i < sizeof dialects / sizeof dialects[0]; i++)
        if (answer_length != 0 && strcmp(words, dialects[i].name) == 0) {
            count(dialects[i].dialect);
            return 0;
        }
    return 2;
}
