/* A device that cannot do all that is asked: tcsetattr() says that it is done when any of it could be (POSIX). The driver is made
 * here, in place of the system's, since a pseudo terminal refuses nothing that the port wants. */
#define _DEFAULT_SOURCE /* CRTSCTS, B115200 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <termios.h>

#include "serial.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

typedef struct driver {
    const char *name;
    tcflag_t stuck_input, stuck_control; /* bits that stay as they are */
    tcflag_t input, control;             /* as these */
    speed_t input_speed, output_speed;   /* the only ones; B0: any */
    rill_status status;                  /* of opening it with RTS/CTS */
} driver;

static const driver *device;
static struct termios line;

int tcgetattr(int descriptor, struct termios *into)
{
    (void)descriptor;
    *into = line;
    return 0;
}

int tcsetattr(int descriptor, int actions, const struct termios *wanted)
{
    (void)descriptor;
    (void)actions;
    line = *wanted;
    line.c_iflag = (line.c_iflag & ~device->stuck_input) | device->input;
    line.c_cflag = (line.c_cflag & ~device->stuck_control) | device->control;
    if (device->input_speed != B0)
        cfsetispeed(&line, device->input_speed);
    if (device->output_speed != B0)
        cfsetospeed(&line, device->output_speed);
    return 0;
}

int tcflush(int descriptor, int queues)
{
    (void)descriptor;
    (void)queues;
    return 0;
}

static void test_what_the_driver_did_is_looked_at(void **state)
{
    static const driver drivers[] = {
        {"does all", 0, 0, 0, 0, B0, B0, RILL_OK},
        {"no RTS/CTS", 0, CRTSCTS, 0, 0, B0, B0, RILL_PORT_BUS},
        {"7 bits", 0, CSIZE, 0, CS7, B0, B0, RILL_PORT_BUS},
        {"two stop bits", 0, 0, 0, CSTOPB, B0, B0, RILL_PORT_BUS},
        {"parity", 0, 0, 0, PARENB, B0, B0, RILL_PORT_BUS},
        {"no marks for damaged bytes", PARMRK, 0, 0, 0, B0, B0, RILL_PORT_BUS},
        {"no look at parity", INPCK, 0, 0, 0, B0, B0, RILL_PORT_BUS},
        {"changes CR", 0, 0, ICRNL, 0, B0, B0, RILL_PORT_BUS},
        {"XON/XOFF", 0, 0, IXON, 0, B0, B0, RILL_PORT_BUS},
        {"another speed to read", 0, 0, 0, 0, B9600, B0, RILL_PORT_BUS},
        {"another speed to write", 0, 0, 0, 0, B0, B9600, RILL_PORT_BUS},
        {"HUPCL, which changes nothing", 0, 0, 0, HUPCL, B0, B0, RILL_OK},
    };
    static const rill_serial_settings fast = {115200, true};
    (void)state;
    for (size_t i = 0; i < COUNT(drivers); i++) {
        rill_serial serial;
        device = &drivers[i];
        memset(&line, 0, sizeof line);
        rill_status status = rill_serial_open(&serial, "/dev/null", &fast);
        if (status != drivers[i].status)
            fail_msg("%s: %d", drivers[i].name, (int)status);
        rill_serial_port.close(&serial);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_the_driver_did_is_looked_at),
    };
    return cmocka_run_group_tests_name("serial_driver", tests, NULL, NULL);
}
