/* host: files, output and exit status on the machine that runs the emulator, through semihosting. */
#ifndef HOST_H
#define HOST_H

#include <stddef.h>
#include <stdint.h>

enum host_mode { HOST_READ, HOST_WRITE, HOST_APPEND };

/* A handle, or -1. Names are relative to the emulator's folder. */
int host_open(const char *name, enum host_mode mode);
/* Bytes read: 0 at the end, or when it failed. */
size_t host_read(int file, void *bytes, size_t size);
/* The next host_read() begins there. */
void host_seek(int file, uint32_t offset);
void host_write(int file, const void *bytes, size_t length);
void host_close(int file);

/* The emulator's `arg=` words, joined by blanks, without a NUL beyond `size`; its length. */
size_t host_arguments(char *text, size_t size);

/* Writes a text, a number, or a line "name: number" on the emulator's standard output. */
void host_print(const char *text);
void host_print_number(uint32_t number);
void host_print_value(const char *name, uint32_t number);

/* Ends the emulator with this exit status. */
#ifdef __GNUC__
__attribute__((noreturn))
#endif
void host_exit(int status);

#endif
