/* host.h and board.h on the host itself, so that a program for a board runs as a program of the host. It does not count
 * instructions and has no UART. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "board.h"
#include "host.h"
#include "memory.h"

int firmware_main(void); /* the image's main(), renamed */

static char arguments_text[1024];
static FILE *files[8];

int main(int count, char **arguments)
{
    size_t at = 0;
    for (int i = 0; i < count; i++) {
        int length = snprintf(arguments_text + at, sizeof arguments_text - at, "%s%s", i > 0 ? " " : "", arguments[i]);
        if (length < 0 || (size_t)length >= sizeof arguments_text - at)
            return EXIT_FAILURE;
        at += (size_t)length;
    }
    return firmware_main();
}

int host_open(const char *name, enum host_mode mode)
{
    static const char *const modes[] = {"rb", "wb", "ab"};
    for (int i = 0; i < 8; i++)
        if (files[i] == NULL)
            return (files[i] = fopen(name, modes[mode])) != NULL ? i : -1;
    return -1;
}

size_t host_read(int file, void *bytes, size_t size)
{
    return fread(bytes, 1, size, files[file]);
}

void host_write(int file, const void *bytes, size_t length)
{
    fwrite(bytes, 1, length, files[file]);
}

void host_seek(int file, uint32_t offset)
{
    fseek(files[file], (long)offset, SEEK_SET);
}

void host_close(int file)
{
    fclose(files[file]);
    files[file] = NULL;
}

size_t host_arguments(char *text, size_t size)
{
    snprintf(text, size, "%s", arguments_text);
    return strlen(text);
}

void host_print(const char *text)
{
    fputs(text, stdout);
}

void host_print_number(uint32_t number)
{
    printf("%lu", (unsigned long)number);
}

void host_print_value(const char *name, uint32_t number)
{
    printf("%s: %lu\n", name, (unsigned long)number);
}

void host_exit(int status)
{
    exit(status);
}

uint32_t board_instructions(void)
{
    return 0;
}

size_t board_stack_used(void)
{
    return 0;
}

void board_lock(void)
{
}

void board_unlock(void)
{
}

/* The host's growing.c ends the program instead. */
bool growing_was_full(void)
{
    return false;
}
