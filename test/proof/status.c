/* status: every number has a text and a room. */
#include "any.h"
#include "rill/status.h"

int main(void)
{
    rill_status status = (rill_status)any;
    const char *text = rill_status_text(status), *room = rill_status_room(status);
    return text[0] == '\0' || room[0] == '\0';
}
