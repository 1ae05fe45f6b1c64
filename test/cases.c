/* Reader of case files and writer of event logs; see cases.h. */
#include "cases.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "logs/quoted.h"

typedef enum case_part { PART_NONE, PART_NAME, PART_OPTIONS, PART_INPUT, PART_EXPECT, PART_BETWEEN } case_part;

typedef struct case_reader {
    const char *path;
    unsigned long line; /* from 1 */
    case_part part;
    test_cases cases;
    test_log options, input, expect; /* of the case being read */
} case_reader;

static void *must(void *memory)
{
    if (memory == NULL) {
        fputs("out of memory\n", stderr);
        exit(EXIT_FAILURE);
    }
    return memory;
}

__attribute__((noreturn)) static void malformed(const case_reader *reader, const char *why)
{
    fprintf(stderr, "%s:%lu: %s\n", reader->path, reader->line, why);
    exit(EXIT_FAILURE);
}

/* ---- growing text */

static void log_append(test_log *log, const char *bytes, size_t length)
{
    if (log->size - log->length <= length) {
        log->size = 2 * log->size + length + 64;
        log->text = must(realloc(log->text, log->size));
    }
    if (length != 0)
        memcpy(log->text + log->length, bytes, length);
    log->length += length;
    log->text[log->length] = '\0';
}

void test_log_clear(test_log *log)
{
    log->length = 0;
    log_append(log, "", 0);
}

void test_log_free(test_log *log)
{
    free(log->text);
    *log = (test_log){0};
}

void test_log_add(test_log *log, const char *format, ...)
{
    char stack[256];
    char *text = stack;
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(stack, sizeof stack, format, arguments);
    va_end(arguments);
    if (length < 0)
        abort();
    if ((size_t)length >= sizeof stack) {
        text = must(malloc((size_t)length + 1));
        va_start(arguments, format);
        vsnprintf(text, (size_t)length + 1, format, arguments);
        va_end(arguments);
    }
    log_append(log, text, (size_t)length);
    if (text != stack)
        free(text);
}

static void append_to_log(void *log, const char *bytes, size_t length)
{
    log_append(log, bytes, length);
}

sink test_log_sink(test_log *log)
{
    return (sink){append_to_log, log};
}

void test_log_bytes(test_log *log, const char *bytes, size_t length)
{
    log_append(log, "", 0);
    quoted_text(test_log_sink(log), bytes, length);
}

/* ---- case files */

static char *copied(const char *text, size_t length)
{
    char *copy = must(malloc(length + 1));
    if (length != 0)
        memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

static int hex_digit(const case_reader *reader, char c)
{
    static const char digits[] = "0123456789ABCDEFabcdef";
    const char *found = c == '\0' ? NULL : strchr(digits, c);
    if (found == NULL)
        malformed(reader, "\\x needs two hex digits");
    int value = (int)(found - digits);
    return value < 16 ? value : value - 6;
}

/* One quoted piece at `at`, added to the input `times` times; gives what is behind it. */
static const char *read_piece(case_reader *reader, const char *at, unsigned long times)
{
    static const char letters[] = "rnt0\\\"", meant[] = "\r\n\t\0\\\"";
    test_log piece = {0};
    if (*at++ != '"')
        malformed(reader, "a quoted piece must stand here");
    for (; *at != '"'; at++) {
        char byte = *at;
        if (byte == '\0')
            malformed(reader, "the closing quote is missing");
        if (byte == '\\' && *++at == 'x') {
            int high = hex_digit(reader, at[1]);
            byte = (char)(unsigned char)(high * 16 + hex_digit(reader, at[2]));
            at += 2;
        } else if (byte == '\\') {
            const char *letter = *at == '\0' ? NULL : strchr(letters, *at);
            if (letter == NULL)
                malformed(reader, "unknown escape");
            byte = meant[letter - letters];
        }
        log_append(&piece, &byte, 1);
    }
    while (times-- != 0 && piece.length != 0)
        log_append(&reader->input, piece.text, piece.length);
    test_log_free(&piece);
    return at + 1;
}

static void read_input(case_reader *reader, const char *at)
{
    if (*at == '|') {
        const char *text = at + (at[1] == ' ' ? 2 : 1);
        log_append(&reader->input, text, strlen(text));
        log_append(&reader->input, "\n", 1);
        return;
    }
    for (at += strspn(at, " \t"); *at != '\0'; at += strspn(at, " \t")) {
        unsigned long times = 1;
        if (strncmp(at, "repeat ", 7) == 0) {
            char *end;
            times = strtoul(at + 7, &end, 10);
            if (end == at + 7)
                malformed(reader, "repeat needs a number");
            at = end + strspn(end, " \t");
        }
        at = read_piece(reader, at, times);
    }
}

static test_case *last_case(case_reader *reader)
{
    return &reader->cases.cases[reader->cases.count - 1];
}

static void finish_case(case_reader *reader)
{
    if (reader->part == PART_NONE)
        return;
    if (reader->part < PART_EXPECT)
        malformed(reader, "the case above has no \"-- expect\"");
    test_case *done = last_case(reader);
    done->options = copied(reader->options.text, reader->options.length);
    done->input = copied(reader->input.text, reader->input.length);
    done->length = reader->input.length;
    done->expect = copied(reader->expect.text, reader->expect.length);
}

static void begin_case(case_reader *reader, const char *name)
{
    finish_case(reader);
    if (*name == '\0')
        malformed(reader, "the case has no name");
    test_cases *all = &reader->cases;
    for (size_t i = 0; i < all->count; i++)
        if (strcmp(all->cases[i].name, name) == 0)
            malformed(reader, "a case of this name stands above");
    all->cases = must(realloc(all->cases, (all->count + 1) * sizeof *all->cases));
    all->cases[all->count++] = (test_case){.name = copied(name, strlen(name))};
    test_log_clear(&reader->options);
    test_log_clear(&reader->input);
    test_log_clear(&reader->expect);
    reader->part = PART_NAME;
}

static void begin_part(case_reader *reader, const char *name)
{
    static const char *const names[] = {[PART_OPTIONS] = "options", [PART_INPUT] = "input", [PART_EXPECT] = "expect"};
    case_part next = PART_OPTIONS;
    while (next <= PART_EXPECT && strcmp(names[next], name) != 0)
        next++;
    if (next > PART_EXPECT || next <= reader->part || reader->part == PART_NONE)
        malformed(reader, "unknown part, or in the wrong place");
    if (next == PART_EXPECT && reader->part != PART_INPUT)
        malformed(reader, "\"-- input\" must stand before \"-- expect\"");
    reader->part = next;
}

static void read_line(case_reader *reader, const char *line)
{
    if (strncmp(line, "== ", 3) == 0) {
        begin_case(reader, line + 3);
    } else if (strncmp(line, "-- ", 3) == 0) {
        begin_part(reader, line + 3);
    } else if (*line == '\0') {
        if (reader->part == PART_EXPECT)
            reader->part = PART_BETWEEN;
    } else if (*line == '#' && (reader->part <= PART_NAME || reader->part == PART_BETWEEN)) {
        return;
    } else if (reader->part == PART_OPTIONS) {
        if (reader->options.length != 0)
            malformed(reader, "options are one line");
        log_append(&reader->options, line, strlen(line));
    } else if (reader->part == PART_INPUT) {
        read_input(reader, line);
    } else if (reader->part == PART_EXPECT) {
        test_log_add(&reader->expect, "%s\n", line);
    } else {
        malformed(reader, "this line belongs to no part");
    }
}

test_cases test_cases_read(const char *path)
{
    case_reader reader = {.path = path};
    size_t length;
    char *text = test_file_read(path, &length);
    if (text == NULL)
        malformed(&reader, "cannot be read");
    char *end = text + length;
    for (char *line = text, *next; line < end; line = next + 1) {
        next = memchr(line, '\n', (size_t)(end - line));
        if (next == NULL)
            next = end;
        *next = '\0';
        reader.line++;
        read_line(&reader, line);
    }
    finish_case(&reader);
    if (reader.cases.count == 0)
        malformed(&reader, "no case in it");
    free(text);
    test_log_free(&reader.options);
    test_log_free(&reader.input);
    test_log_free(&reader.expect);
    return reader.cases;
}

void test_cases_free(test_cases *cases)
{
    for (size_t i = 0; i < cases->count; i++) {
        free(cases->cases[i].name);
        free(cases->cases[i].options);
        free(cases->cases[i].input);
        free(cases->cases[i].expect);
    }
    free(cases->cases);
    *cases = (test_cases){0};
}

/* ---- files */

char *test_file_read(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return NULL;
    test_log content = {0};
    char block[4096];
    size_t got;
    log_append(&content, "", 0);
    while ((got = fread(block, 1, sizeof block, file)) != 0)
        log_append(&content, block, got);
    bool failed = ferror(file) != 0;
    fclose(file);
    if (failed) {
        test_log_free(&content);
        return NULL;
    }
    *length = content.length;
    return content.text;
}

const char *test_corpus(const char *what)
{
    const char *folder = getenv("RILL_CORPUS");
    struct stat found;
    if (folder == NULL || *folder == '\0')
        folder = "../shared/corpus";
    if (stat(folder, &found) == 0 && S_ISDIR(found.st_mode))
        return folder;
    printf("skipped: %s (no folder %s; RILL_CORPUS names it)\n", what, folder);
    return NULL;
}

size_t test_stride(void)
{
    const char *stride = getenv("RILL_STRIDE");
    return stride != NULL ? (size_t)strtoul(stride, NULL, 10) : 1;
}
