/* differential SUBJECT COUNT FILE...: makes so many documents of the seeds in the files, and compares what rill and the peer say
 * of each. A file of cases (.txt) holds many seeds. Of an event stream the data of each event is a JSON text. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cases.h"
#include "differential.h"
#include "growing.h"

typedef struct seeds {
    document **all;
    size_t count;
} seeds;

static void add_seed(seeds *to, const char *bytes, size_t length)
{
    if (length > DOCUMENT_MAX / 2)
        return;
    document *one = need(NULL, sizeof *one);
    memcpy(one->bytes, bytes, length);
    one->length = length;
    to->all = need(to->all, (to->count + 1) * sizeof *to->all);
    to->all[to->count++] = one;
}

/* The data of each event, where there are events; else all of it. */
static void add_text(seeds *to, const char *text, size_t length, bool events)
{
    const char *line = events ? strstr(text, "data:") : NULL;
    if (line == NULL) {
        add_seed(to, text, length);
        return;
    }
    for (; line != NULL; line = strstr(line, "data:")) {
        line += strlen("data:");
        line += *line == ' ';
        size_t size = strcspn(line, "\r\n");
        add_seed(to, line, size);
        line += size;
    }
}

static void add_file(seeds *to, const char *path, bool events)
{
    size_t length = strlen(path);
    if (length > 4 && strcmp(path + length - 4, ".txt") == 0) {
        test_cases cases = test_cases_read(path);
        for (size_t i = 0; i < cases.count; i++)
            add_text(to, cases.cases[i].input, cases.cases[i].length, events);
        test_cases_free(&cases);
        return;
    }
    char *text = test_file_read(path, &length);
    if (text == NULL)
        exit(EXIT_FAILURE);
    add_text(to, text, length, events);
    free(text);
}

static void show(const document *one)
{
    for (size_t i = 0; i < one->length; i++) {
        unsigned char byte = (unsigned char)one->bytes[i];
        if (byte == '\n')
            fputs("\\n\n", stdout);
        else if (byte == '\r')
            fputs("\\r", stdout);
        else if (byte < 0x20 || byte >= 0x7f || byte == '\\')
            printf("\\x%02x", byte);
        else
            putchar(byte);
    }
    putchar('\n');
}

/* ---- the run */

typedef struct tally {
    unsigned long take, refuse, listed, not_listed;
    unsigned long rows[32];
} tally;

static void compare(const subject *of, const document *one, tally *count)
{
    enum { SHOWN = 10 };
    char told[256];
    int row = of->compare(one, told, sizeof told);
    if (row == BOTH_TAKE) {
        count->take++;
    } else if (row == BOTH_REFUSE) {
        count->refuse++;
    } else if (row != NOT_LISTED) {
        count->listed++;
        count->rows[row]++;
    } else if (count->not_listed++ < SHOWN) {
        printf("NOT LISTED: %s\n", told);
        show(one);
    }
}

/* Each document has a number, and does not depend on those before. */
static void make(const subject *of, const seeds *from, unsigned long number, document *one)
{
    mutation how = {(uint32_t)(number + 1) * 2654435761u, of->words};
    *one = *from->all[number % from->count];
    mutate(&how, one, from->all[number * 7919 % from->count]);
}

/* Each row explains its example. */
static bool show_rows(const subject *of)
{
    static document one;
    char told[256];
    bool good = true;
    for (int row = 0; of->deviations[row].what != NULL; row++) {
        one.length = of->deviations[row].example_length;
        memcpy(one.bytes, of->deviations[row].example, one.length);
        if (of->compare(&one, told, sizeof told) == row)
            continue;
        printf("NOT SHOWN: %s\n%s\n", of->deviations[row].what, told);
        show(&one);
        good = false;
    }
    return good;
}

static bool tell(const subject *of, const tally *count, size_t seed_count)
{
    bool good = count->not_listed == 0 && count->take > 0;
    unsigned long all = count->take + count->refuse + count->listed + count->not_listed;
    printf("%s beside %s: %lu documents of %zu seeds; both take %lu, both refuse %lu, listed %lu, not listed %lu\n", of->name,
           of->peer, all, seed_count, count->take, count->refuse, count->listed, count->not_listed);
    for (size_t row = 0; of->deviations[row].what != NULL; row++)
        printf("    %6lu %s\n           %s\n", count->rows[row], of->deviations[row].what, of->deviations[row].why);
    return good;
}

int main(int words, char **arguments)
{
    static document one;
    seeds all = {NULL, 0};
    tally count = {0};
    if (words < 4)
        return EXIT_FAILURE;
    const subject *of = strcmp(arguments[1], framing.name) == 0 ? &framing : &grammar;
    unsigned long documents = strtoul(arguments[2], NULL, 10);
    for (int i = 3; i < words; i++)
        add_file(&all, arguments[i], of == &grammar);
    for (size_t i = 0; i < all.count; i++)
        compare(of, all.all[i], &count);
    for (unsigned long number = 0; number < documents; number++) {
        make(of, &all, number, &one);
        compare(of, &one, &count);
    }
    bool good = tell(of, &count, all.count) & show_rows(of);
    for (size_t i = 0; i < all.count; i++)
        free(all.all[i]);
    free(all.all);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
