/* A stand-in: what port/rtos/zephyr.c uses of Zephyr, with the types that its documentation gives. It lets a compiler
 * check our spelling; nothing of it runs, and it is not Zephyr. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct device {
    const char *name;
};

bool device_is_ready(const struct device *dev);
