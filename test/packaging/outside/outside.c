/* A program that knows rill only as it is installed: it says the version, then the text of a stream on stdin. It is C and
 * C++ alike, and links both libraries. */
#include <stdio.h>
#include <string.h>

#include <rill/port/socket.h>
#include <rill/rill.h>

static char buffer[512];
static rill_token tokens[48];
static rill_chunk chunk;

int main(void)
{
    const rill_stream_config config = {buffer, sizeof buffer, tokens, 48, &rill_chat_schema, &chunk, RILL_BODY_AUTO, NULL};
    const rill_port *port = &rill_socket_port;
    rill_stream stream;
    rill_item item;
    char version[16];

    snprintf(version, sizeof version, "%d.%d.%d", RILL_VERSION_NUMBER / 10000, RILL_VERSION_NUMBER / 100 % 100,
             RILL_VERSION_NUMBER % 100);
    if (strcmp(version, RILL_VERSION) != 0 || port->now == NULL)
        return 1;
    printf("rill %s, choices %d: ", RILL_VERSION, RILL_CHOICES);

    if (rill_stream_begin(&stream, &config) != RILL_OK)
        return 1;
    do {
        if (rill_stream_next(&stream, &item) == RILL_MORE) {
            char *place;
            size_t space = rill_stream_space(&stream, &place);
            size_t length = fread(place, 1, space, stdin);
            if (length > 0)
                rill_stream_got(&stream, length);
            else
                rill_stream_close(&stream, RILL_PORT_CLOSED);
            continue;
        }
        if (item.kind == RILL_ITEM_CHAT_CHUNK && chunk.choice_count > 0 && chunk.choices[0].message.content.length > 0)
            fwrite(chunk.choices[0].message.content.data, 1, chunk.choices[0].message.content.length, stdout);
        if (item.kind == RILL_ITEM_END)
            break;
    } while (1);
    putchar('\n');
    return 0;
}
