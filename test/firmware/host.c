/* Semihosting, as in "Semihosting for AArch32 and AArch64" (ARM) and its RISC-V adaptation. */
#include "host.h"

#include <string.h>

enum { SYS_OPEN = 0x01, SYS_CLOSE = 0x02, SYS_WRITE0 = 0x04, SYS_WRITE = 0x05, SYS_READ = 0x06, SYS_SEEK = 0x0a,
       SYS_GET_CMDLINE = 0x15, SYS_EXIT_EXTENDED = 0x20 };
enum { APPLICATION_EXIT = 0x20026 };

static uintptr_t call(uintptr_t operation, const void *parameter)
{
#ifdef __riscv
    register uintptr_t a0 __asm__("a0") = operation;
    register uintptr_t a1 __asm__("a1") = (uintptr_t)parameter;
    /* The three must be of full length and in one page. */
    __asm__ volatile(".option push\n.option norvc\n.balign 16\nslli x0, x0, 0x1f\nebreak\nsrai x0, x0, 7\n.option pop"
                     : "+r"(a0) : "r"(a1) : "memory");
    return a0;
#else
    register uintptr_t r0 __asm__("r0") = operation;
    register uintptr_t r1 __asm__("r1") = (uintptr_t)parameter;
    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
#endif
}

int host_open(const char *name, enum host_mode mode)
{
    static const uintptr_t modes[] = {1 /* "rb" */, 5 /* "wb" */, 9 /* "ab" */};
    const uintptr_t words[] = {(uintptr_t)name, modes[mode], strlen(name)};
    return (int)call(SYS_OPEN, words);
}

size_t host_read(int file, void *bytes, size_t size)
{
    const uintptr_t words[] = {(uintptr_t)file, (uintptr_t)bytes, size};
    size_t missing = call(SYS_READ, words);
    return missing <= size ? size - missing : 0;
}

void host_write(int file, const void *bytes, size_t length)
{
    const uintptr_t words[] = {(uintptr_t)file, (uintptr_t)bytes, length};
    call(SYS_WRITE, words);
}

void host_seek(int file, uint32_t offset)
{
    const uintptr_t words[] = {(uintptr_t)file, offset};
    call(SYS_SEEK, words);
}

void host_close(int file)
{
    const uintptr_t words[] = {(uintptr_t)file};
    call(SYS_CLOSE, words);
}

size_t host_arguments(char *text, size_t size)
{
    uintptr_t words[] = {(uintptr_t)text, size};
    text[0] = '\0';
    if (call(SYS_GET_CMDLINE, words) != 0)
        return 0;
    return strlen(text);
}

void host_print(const char *text)
{
    call(SYS_WRITE0, text);
}

void host_print_number(uint32_t number)
{
    char digits[11];
    size_t at = sizeof digits;
    digits[--at] = '\0';
    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number != 0);
    host_print(digits + at);
}

void host_print_value(const char *name, uint32_t number)
{
    host_print(name);
    host_print(": ");
    host_print_number(number);
    host_print("\n");
}

void host_exit(int status)
{
    const uintptr_t words[] = {APPLICATION_EXIT, (uintptr_t)status};
    for (;;)
        call(SYS_EXIT_EXTENDED, words);
}
