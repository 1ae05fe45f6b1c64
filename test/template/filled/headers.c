#include <errno.h>
#include <poll.h>
#include <time.h>
#include <unistd.h>
