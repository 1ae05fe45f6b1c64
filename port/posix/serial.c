/* The POSIX serial port; see serial.h. */
#define _DEFAULT_SOURCE /* CRTSCTS, and speeds above 38400, which POSIX does not have */

#include "serial.h"
#include "wait.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const rill_serial closed = RILL_SERIAL_CLOSED;

/* ---- damaged bytes
 *
 * With PARMRK (POSIX, 11.2.2 "Input Modes") a damaged byte X comes as FF 00 X, a break as FF 00 00, and FF as FF FF. */

enum { PLAIN, AFTER_FF, AFTER_FF_00 };

/* Moves bytes from `raw` to the caller, without the marks. Stops at a damaged one. Gives how many. */
static size_t take(rill_serial *serial, char *bytes, size_t size)
{
    size_t count = 0;
    while (count < size && serial->taken < serial->held && !serial->damaged) {
        unsigned char byte = serial->raw[serial->taken++];
        bool plain = serial->mark == PLAIN ? byte != 0xff : serial->mark == AFTER_FF && byte == 0xff;
        if (plain)
            bytes[count++] = (char)byte;
        serial->damaged = serial->mark == AFTER_FF_00;
        if (plain || serial->damaged)
            serial->mark = PLAIN;
        else
            serial->mark++;
    }
    return count;
}

/* ---- moving bytes */

static rill_status status_of(int error)
{
    return error == EIO || error == ENXIO || error == ENODEV ? RILL_PORT_RESET : RILL_PORT_BUS;
}

/* As rill_wait_for(), for a port: 0 for "nothing in time". */
static int32_t waited(int descriptor, short events, const rill_deadline *end)
{
    if (!rill_is_not_yet(errno))
        return status_of(errno);
    bool over = rill_deadline_left(end) == 0; /* a driver may say that it is ready, and give nothing */
    rill_status status = rill_wait_for(descriptor, events, end);
    if (status < 0 && status != RILL_PORT_TIMEOUT)
        return status;
    return status == RILL_OK && !over;
}

static int32_t serial_read(void *context, char *bytes, size_t size, uint32_t timeout_ms)
{
    rill_serial *serial = context;
    rill_deadline end = rill_deadline_in(timeout_ms, false);
    for (;;) {
        size_t count = take(serial, bytes, rill_portion(size));
        if (count > 0)
            return (int32_t)count;
        if (serial->damaged) {
            serial->damaged = false;
            return RILL_PORT_NOISE;
        }
        ssize_t moved = read(serial->descriptor, serial->raw, sizeof serial->raw);
        if (moved == 0)
            return RILL_PORT_CLOSED;
        serial->taken = 0;
        serial->held = (uint16_t)(moved > 0 ? moved : 0);
        if (moved < 0) {
            int32_t ready = waited(serial->descriptor, POLLIN, &end);
            if (ready <= 0)
                return ready;
        }
    }
}

static int32_t serial_write(void *context, const char *bytes, size_t length, uint32_t timeout_ms)
{
    const rill_serial *serial = context;
    rill_deadline end = rill_deadline_in(timeout_ms, false);
    for (;;) {
        ssize_t moved = write(serial->descriptor, bytes, rill_portion(length));
        if (moved > 0)
            return (int32_t)moved;
        if (moved == 0)
            errno = EAGAIN;
        int32_t ready = waited(serial->descriptor, POLLOUT, &end);
        if (ready <= 0)
            return ready;
    }
}

/* Waits until what was written has left, but not as long as a stopped line would make tcdrain() wait. */
static void drain(int descriptor)
{
#ifdef TIOCOUTQ
    rill_deadline end = rill_deadline_in(RILL_SERIAL_DRAIN_MS, false);
    int waiting = 0;
    while (ioctl(descriptor, TIOCOUTQ, &waiting) == 0 && waiting > 0 && rill_deadline_left(&end) > 0)
        poll(NULL, 0, 5);
#endif
    tcflush(descriptor, TCIOFLUSH);
}

static void serial_close(void *context)
{
    rill_serial *serial = context;
    if (serial->descriptor < 0)
        return;
    drain(serial->descriptor);
    close(serial->descriptor);
    *serial = closed;
}

const rill_port rill_serial_port = {serial_read, serial_write, serial_close, rill_posix_now};

/* ---- opening */

static const struct {
    uint32_t baud;
    speed_t speed;
} speeds[] = {
    {1200, B1200},
    {2400, B2400},
    {4800, B4800},
    {9600, B9600},
    {19200, B19200},
    {38400, B38400},
    {57600, B57600},
    {115200, B115200},
    {230400, B230400},
#ifdef B460800
    {460800, B460800},
#endif
#ifdef B921600
    {921600, B921600},
#endif
#ifdef B1000000
    {1000000, B1000000},
#endif
#ifdef B1500000
    {1500000, B1500000},
#endif
#ifdef B2000000
    {2000000, B2000000},
#endif
#ifdef B3000000
    {3000000, B3000000},
#endif
#ifdef B4000000
    {4000000, B4000000},
#endif
};

static bool find_speed(uint32_t baud, speed_t *speed)
{
    for (size_t i = 0; i < COUNT(speeds); i++) {
        if (speeds[i].baud == baud) {
            *speed = speeds[i].speed;
            return true;
        }
    }
    return false;
}

/* tcsetattr() succeeds when any of what it was asked for could be done (POSIX). */
static bool is_set(int descriptor, const struct termios *wanted)
{
    const tcflag_t format = CSIZE | CSTOPB | PARENB | CRTSCTS;
    const tcflag_t marks = INPCK | PARMRK | IGNPAR | ISTRIP | INLCR | IGNCR | ICRNL | IXON | IXOFF;
    struct termios line;
    return tcgetattr(descriptor, &line) == 0 && ((line.c_iflag ^ wanted->c_iflag) & marks) == 0 &&
           ((line.c_cflag ^ wanted->c_cflag) & format) == 0 && cfgetispeed(&line) == cfgetispeed(wanted) &&
           cfgetospeed(&line) == cfgetospeed(wanted);
}

static bool set_line(int descriptor, speed_t speed, bool rts_cts)
{
    struct termios line;
    if (tcgetattr(descriptor, &line) != 0)
        return false;
    line.c_iflag = INPCK | PARMRK;
    line.c_oflag = 0;
    line.c_lflag = 0;
    line.c_cflag = CS8 | CREAD | CLOCAL | (rts_cts ? CRTSCTS : 0);
    line.c_cc[VMIN] = 1; /* with O_NONBLOCK: "nothing yet" is EAGAIN, and 0 is the end */
    line.c_cc[VTIME] = 0;
    return cfsetispeed(&line, speed) == 0 && cfsetospeed(&line, speed) == 0 &&
           tcsetattr(descriptor, TCSANOW, &line) == 0 && is_set(descriptor, &line) && tcflush(descriptor, TCIOFLUSH) == 0;
}

static rill_status status_of_open(int error)
{
    if (error == EBUSY)
        return RILL_PORT_BUSY;
    return error == ENOENT || error == ENOTDIR || error == ENXIO || error == ENODEV ? RILL_PORT_NAME : RILL_PORT_BUS;
}

rill_status rill_serial_open(rill_serial *serial, const char *path, const rill_serial_settings *settings)
{
    speed_t speed;
    *serial = closed;
    if (!find_speed(settings->baud, &speed))
        return RILL_SCHEMA_CONFIG;
    serial->descriptor = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (serial->descriptor < 0)
        return status_of_open(errno);
    if (set_line(serial->descriptor, speed, settings->rts_cts))
        return RILL_OK;
    serial_close(serial);
    return RILL_PORT_BUS;
}
