/* The jobs of the conformance image, on the host: jobs FOLDER STRIDE FIRST lays out FOLDER/all and, of jobs that count
 * instructions, FOLDER/count; see layout.h. Golden cases are the repository's; the others come from the shared corpus, where
 * there is one. Of the ways in which a recorded answer or a long JSON text is read, FOLDER/all has one of STRIDE, from way
 * FIRST on, one further with each answer. */
#include <dirent.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cases.h"
#include "corpus.h"
#include "end_log.h"
#include "job.h"
#include "layout.h"
#include "quoted.h"
#include "rill/stream.h"

/* ---- how each kind of input is cut, and in which memory it is read */

static const struct {
    uint32_t size, tokens;
} memories[] = {{65536, 4096}, {4096, 256}, {512, 48}, {256, 24}};
static const uint32_t pieces[] = {0, 1, 7};
enum { MEMORIES = sizeof memories / sizeof memories[0], PIECES = sizeof pieces / sizeof pieces[0], LONG_JSON = 10000 };

static void add_answer(folder *to, const example *at, rill_body body)
{
    const laid_out input = add_input(to, at);
    for (size_t i = 0; i < MEMORIES; i++) {
        for (size_t k = 0; k < PIECES; k++)
            add_job(&input, JOB_ANSWERS, 0, body, memories[i].size, memories[i].tokens, pieces[k]);
        add_job(&input, JOB_ANSWERS, JOB_GIVE, body, memories[i].size, memories[i].tokens, 0);
        add_job(&input, JOB_ANSWERS, JOB_GIVE, body, memories[i].size, memories[i].tokens, 5);
    }
}

static unsigned long stride, first_way;

/* Long ones: the cut and the way to feed differ with the memory. */
static void add_recorded(folder *to, const example *at)
{
    static const struct {
        uint32_t size, tokens, piece, options;
    } ways[] = {
        {65536, 4096, 1460, 0}, {65536, 4096, 0, JOB_GIVE}, {4096, 256, 1460, 0}, {4096, 256, 61, JOB_GIVE},
        {1024, 64, 0, 0},       {512, 48, 61, 0},           {512, 48, 0, JOB_GIVE}, {256, 24, 0, 0},
        {256, 24, 1, 0},
    };
    const laid_out input = add_input(to, at);
    for (size_t i = first_way++ % stride; i < sizeof ways / sizeof ways[0]; i += stride)
        add_job(&input, JOB_ANSWERS, ways[i].options, RILL_BODY_AUTO, ways[i].size, ways[i].tokens, ways[i].piece);
}

static void add_room(folder *to, const example *at, enum job_kind kind, uint32_t options)
{
    const laid_out input = add_input(to, at);
    for (size_t k = 0; k < PIECES; k++)
        add_job(&input, kind, options, RILL_BODY_AUTO, 0, 0, pieces[k]);
    add_job(&input, kind, options | JOB_HALF, RILL_BODY_AUTO, 0, 0, 0);
}

static void add_json(folder *to, const example *at, enum job_kind kind)
{
    const laid_out input = add_input(to, at);
    const size_t step = at->length > LONG_JSON ? stride : 1;
    for (size_t way = first_way % step; way < (size_t)MEMORIES * PIECES; way += step) {
        const size_t i = way / PIECES;
        add_job(&input, kind, 0, RILL_BODY_AUTO, memories[i].size, memories[i].tokens, pieces[way % PIECES]);
    }
}

/* ---- golden cases */

typedef void (*case_adder)(folder *to, const example *at, const char *options);

static rill_body body_of(const char *options)
{
    static const char *const words[] = {
        [RILL_BODY_AUTO] = "body auto", [RILL_BODY_HTTP] = "body http", [RILL_BODY_SSE] = "body sse",
        [RILL_BODY_JSON] = "body json"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strstr(options, words[i]) != NULL)
            return (rill_body)i;
    return RILL_BODY_AUTO;
}

static void add_golden_answer(folder *to, const example *at, const char *options)
{
    add_answer(to, at, body_of(options));
}

static void add_golden_http(folder *to, const example *at, const char *options)
{
    (void)options;
    add_room(to, at, JOB_HTTP, 0);
}

static void add_golden_sse(folder *to, const example *at, const char *options)
{
    add_room(to, at, JOB_SSE, strcmp(options, "close") == 0 ? JOB_CLOSE : 0);
}

static void add_golden_sieve(folder *to, const example *at, const char *options)
{
    unsigned size = 0, tokens = 0;
    if (sscanf(options, "buffer %u tokens %u", &size, &tokens) != 2)
        stop("no size", at->name);
    const laid_out input = add_input(to, at);
    for (size_t k = 0; k < PIECES; k++)
        add_job(&input, JOB_SIEVE, 0, RILL_BODY_AUTO, size, tokens, pieces[k]);
}

static void add_golden_file(folder *to, const char *group, const char *path, case_adder add)
{
    test_cases all = test_cases_read(path);
    for (size_t i = 0; i < all.count; i++) {
        const test_case *one = &all.cases[i];
        char *name = joined(path, one->name);
        const example at = {group, name, one->input, one->length, one->expect};
        add(to, &at, one->options);
        free(name);
    }
    test_cases_free(&all);
}

/* ---- the shared corpus */

static folder *walked; /* while a folder is walked */
static const char *walked_root;

static bool is_folder(const char *path)
{
    struct stat found;
    return stat(path, &found) == 0 && S_ISDIR(found.st_mode);
}

/* Calls `take` with the path below root of each file under `below`, in the order of their names. */
static void each_file(const char *root, const char *below, void (*take)(const char *name))
{
    struct dirent **entries;
    char *path = joined(root, below);
    int count = scandir(path, &entries, NULL, alphasort);
    if (count < 0)
        stop("no folder", path);
    walked_root = root;
    for (int i = 0; i < count; i++) {
        char *name = joined(below, entries[i]->d_name), *whole = joined(root, name);
        if (entries[i]->d_name[0] != '.' && is_folder(whole))
            each_file(root, name, take);
        else if (entries[i]->d_name[0] != '.')
            take(name);
        free(name);
        free(whole);
        free(entries[i]);
    }
    free(entries);
    free(path);
}

static char *read_file(const char *name, size_t *length)
{
    char *path = joined(walked_root, name), *bytes = test_file_read(path, length);
    if (bytes == NULL)
        stop("cannot be read", path);
    free(path);
    return bytes;
}

static json_t *read_json(const char *name)
{
    char *path = joined(walked_root, name);
    json_t *value = json_load_file(path, JSON_ALLOW_NUL, NULL);
    if (value == NULL)
        stop("no JSON", path);
    free(path);
    return value;
}

/* The name without `ending`; NULL when it has another. Memory of its own. */
static char *without(const char *name, const char *ending)
{
    size_t length = strlen(name), end = strlen(ending);
    if (length < end || strcmp(name + length - end, ending) != 0)
        return NULL;
    char *stem = strdup(name);
    if (stem == NULL)
        abort();
    stem[length - end] = '\0';
    return stem;
}

/* The case's description beside its input. */
static json_t *beside(const char *stem)
{
    char name[4096];
    snprintf(name, sizeof name, "%s.json", stem);
    return read_json(name);
}

static void take_sse(const char *name)
{
    char *stem = without(name, ".sse");
    if (stem == NULL)
        return;
    size_t length;
    test_log expect = {0};
    char *input = read_file(name, &length);
    json_t *file = beside(stem);
    corpus_sse_log(&expect, file);
    const example at = {"conformance sse", name, input, length, expect.text};
    add_room(walked, &at, JOB_EVENTS, json_is_true(json_object_get(file, "pending_at_eof")) ? JOB_PENDING : 0);
    test_log_free(&expect);
    json_decref(file);
    free(input);
    free(stem);
}

static void take_http(const char *name)
{
    char *stem = without(name, ".bin");
    if (stem == NULL)
        return;
    size_t length;
    char *input = read_file(name, &length);
    json_t *file = beside(stem);
    char *whole = corpus_http_response(file, stem + strlen("conformance/http/"), input, &length);
    const example at = {"conformance http", name, whole, length, NULL};
    add_room(walked, &at, JOB_HTTP, 0);
    json_decref(file);
    free(whole);
    free(input);
    free(stem);
}

static void take_json(const char *name)
{
    size_t length;
    if (strstr(name, ".json") == NULL)
        return;
    char *input = read_file(name, &length);
    char verdict = strrchr(name, '/')[1];
    const char *expect = verdict == 'y' ? "checked: taken\nkept: taken\n"
                         : verdict == 'n' ? "checked: refused\nkept: refused\n"
                                          : NULL;
    const example taken = {"conformance json", name, input, length, expect};
    const example value = {"conformance json", name, input, length, NULL};
    add_json(walked, &taken, JOB_GRAMMAR);
    add_json(walked, &value, JOB_VALUE);
    free(input);
}

static const char *our_end(const char *stem, const char *theirs)
{
    for (size_t i = 0; i < END_DIFFERENCES; i++)
        if (strcmp(strrchr(stem, '/') + 1, end_differences[i].name) == 0)
            return end_differences[i].ours;
    return theirs;
}

static void take_end(const char *name)
{
    char *stem = without(name, ".sse");
    if (stem == NULL)
        return;
    size_t length, i;
    test_log items = {0};
    char *input = read_file(name, &length);
    json_t *file = beside(stem), *item;
    test_log_clear(&items);
    json_array_foreach (json_object_get(file, "items"), i, item)
        test_log_add(&items, "%s\n", json_string_value(item));
    const example things = {"conformance ends", name, input, length, items.text};
    const example end = {"conformance ends", name, input, length,
                         our_end(stem, json_string_value(json_object_get(file, "end")))};
    const laid_out first = add_input(walked, &things), second = add_input(walked, &end);
    for (size_t k = 0; k < PIECES; k++) {
        add_job(&first, JOB_THINGS, 0, RILL_BODY_SSE, 1024, 64, pieces[k]);
        add_job(&second, JOB_END, 0, RILL_BODY_SSE, 1024, 64, pieces[k]);
    }
    test_log_free(&items);
    json_decref(file);
    free(input);
    free(stem);
}

static void take_recorded(const char *name)
{
    static const char *const endings[] = {".sse", ".json", ".ndjson", ".http"};
    bool wanted = false;
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        char *stem = without(name, endings[i]);
        wanted = wanted || stem != NULL;
        free(stem);
    }
    if (!wanted)
        return;
    size_t length;
    char group[64], *input = read_file(name, &length);
    snprintf(group, sizeof group, "recorded %.*s", (int)strcspn(name, "/"), name);
    const example at = {group, name, input, length, NULL};
    add_recorded(walked, &at);
    free(input);
}

/* ---- tables of characters: hexadecimal bytes, whether they are well-formed, ..., what they mean */

static size_t from_hex(const char *hex, char *bytes)
{
    size_t length = 0;
    unsigned byte;
    for (; sscanf(hex, "%2x", &byte) == 1 && strspn(hex, "0123456789abcdefABCDEF") >= 2; hex += 2)
        bytes[length++] = (char)byte;
    return length;
}

/* A string of these bytes. `meant` NULL: it must be refused. */
static void add_string(const char *name, const char *bytes, size_t length, const char *meant, size_t meant_length,
                       bool valid)
{
    test_log expect = {0};
    char text[1024] = "\"";
    memcpy(text + 1, bytes, length);
    text[length + 1] = '"';
    if (meant != NULL) {
        quoted_word(test_log_sink(&expect), "", meant, meant_length);
        test_log_add(&expect, valid ? "\n" : " not UTF-8\n");
    }
    const example at = {"conformance utf8", name, text, length + 2,
                        meant != NULL ? expect.text + 1 : "checked: refused\nkept: refused\n"};
    add_json(walked, &at, meant != NULL ? JOB_VALUE : JOB_GRAMMAR);
    test_log_free(&expect);
}

static void add_utf8_row(char *columns[4])
{
    char bytes[512];
    size_t length = from_hex(columns[0], bytes);
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)bytes[i] < 0x20 || bytes[i] == '"' || bytes[i] == '\\')
            return; /* these need an escape in JSON: see the other table */
    add_string(columns[0], bytes, length, bytes, length, *columns[1] == '1');
}

static void add_escape_row(char *columns[4])
{
    char bytes[512], meant[512];
    size_t length = from_hex(columns[0], bytes), meant_length = from_hex(columns[2], meant);
    add_string(columns[0], bytes, length, *columns[1] == '1' ? meant : NULL, meant_length, true);
}

static void add_table(const char *name, void (*add)(char *columns[4]))
{
    size_t length;
    char *text = read_file(name, &length), *line = strtok(text, "\n"); /* the heading */
    while ((line = strtok(NULL, "\n")) != NULL) {
        char *columns[4];
        for (size_t i = 0; i < 4; i++) {
            columns[i] = line;
            line += strcspn(line, "\t");
            if (*line != '\0')
                *line++ = '\0';
        }
        add(columns);
    }
    free(text);
}

/* ---- instructions */

static void add_count(folder *to, const char *group, const char *name)
{
    size_t length;
    char *bytes = read_file(name, &length);
    const example at = {group, name, bytes, length, NULL};
    const laid_out input = add_input(to, &at);
    add_job(&input, JOB_COUNT, 0, RILL_BODY_AUTO, 512, 48, 0);
    free(bytes);
}

static void take_chat_stream(const char *name)
{
    char *stem = without(name, ".sse");
    if (stem != NULL && strstr(name, "/chat-stream-") != NULL)
        add_count(walked, "recorded", name);
    free(stem);
}

/* ---- all */

static void add_golden(folder *to)
{
    walked = to;
    walked_root = ".";
    struct dirent **entries;
    int count = scandir("test/golden/answers", &entries, NULL, alphasort);
    if (count < 0)
        stop("no folder", "test/golden/answers");
    for (int i = 0; i < count; i++) {
        char *path = joined("test/golden/answers", entries[i]->d_name);
        if (strstr(path, ".txt") != NULL)
            add_golden_file(to, "golden answers", path, add_golden_answer);
        free(path);
        free(entries[i]);
    }
    free(entries);
    add_golden_file(to, "golden http", "test/golden/http.txt", add_golden_http);
    add_golden_file(to, "golden sse", "test/golden/sse.txt", add_golden_sse);
    add_golden_file(to, "golden sieve", "test/golden/sieve.txt", add_golden_sieve);
}

static void add_corpus(folder *to, const char *root)
{
    static const char *const recorded[] = {"streams", "quirks", "shapes", "wire", "sister", "bench"};
    walked = to;
    each_file(root, "conformance/sse", take_sse);
    each_file(root, "conformance/http", take_http);
    each_file(root, "conformance/jsontestsuite/test_parsing", take_json);
    each_file(root, "conformance/openai-stream-end", take_end);
    add_table("conformance/utf8/utf8.tsv", add_utf8_row);
    add_table("conformance/utf8/json_escapes.tsv", add_escape_row);
    for (size_t i = 0; i < sizeof recorded / sizeof recorded[0]; i++)
        each_file(root, recorded[i], take_recorded);
}

static void add_counts(folder *to, const char *root)
{
    walked = to;
    walked_root = root;
    add_count(to, "chat", "bench/chat.sse");
    add_count(to, "tools", "bench/tools.sse");
    add_count(to, "logprobs", "bench/logprobs.sse");
    each_file(root, "streams", take_chat_stream);
}

int main(int count, char **arguments)
{
    folder all, counts;
    if (count != 4 || (stride = strtoul(arguments[2], NULL, 10)) == 0)
        stop("usage", "jobs FOLDER STRIDE FIRST");
    first_way = strtoul(arguments[3], NULL, 10);
    folder_open(&all, arguments[1], "all");
    folder_open(&counts, arguments[1], "count");
    add_golden(&all);
    const char *root = test_corpus("conformance cases and recorded answers in firmware");
    if (root != NULL) {
        add_corpus(&all, root);
        add_counts(&counts, root);
    }
    folder_close(&all);
    folder_close(&counts);
    return 0;
}
