/* A port to copy: the contract of rill/port.h is kept by the code in template.c, and four small functions are left for
 * your device. See README.md beside this file.
 *
 *     static rill_template line;                  (zero: ready. Fill in what your device needs, and open it)
 *     ... a client with &rill_template_port and &line
 *
 * As it stands there is no device, and every read and write says RILL_PORT_BUS. */
#ifndef RILL_TEMPLATE_H
#define RILL_TEMPLATE_H

#include <stdbool.h>

#include "rill/port.h"
#include "rill/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The context. Opening is not in the port's table, since it differs too much between devices: write a function of your
 * own that fills this struct, or let the caller fill it. For another connection set it to zero and open again. */
typedef struct rill_template {
    /* fill in the device: a handle, a base address, the port and context of a device below */
    /* ---- the port's own */
    bool closed;           /* on this side */
    rill_status read_end;  /* why no byte comes any more; RILL_OK (0) until then */
    rill_status write_end; /* why none goes any more. Bytes that came may still be read then */
} rill_template;

/* Keeps the contract of rill/port.h. Name here what your device makes of its errors, for instance:
 *   RILL_PORT_CLOSED  the other side is done
 *   RILL_PORT_BUS     the device failed, or it was closed on this side */
extern const rill_port rill_template_port;

#ifdef __cplusplus
}
#endif

#endif
