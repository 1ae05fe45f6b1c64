/* schema: const tables that say which members of a JSON text are wanted and where their values go in a struct.
 *
 * A schema has one row for each wanted member. The sieve reads it to know what to keep, fill reads it to know where to put
 * it. Everything that no row names passes at no cost of memory. A schema for a struct of your own:
 *
 *     typedef struct weather {
 *         rill_header header;            first in every struct: which members came
 *         rill_text city;
 *         int64_t days;
 *     } weather;
 *     enum { WEATHER_CITY, WEATHER_DAYS };   bits of the header, one for each member, below 32
 *     static const rill_row weather_rows[] = {
 *         RILL_ROW_STRING(weather, city, "city", WEATHER_CITY),
 *         RILL_ROW_INT64(weather, days, "days", WEATHER_DAYS),
 *     };
 *     static const rill_schema weather_schema = RILL_SCHEMA(weather, weather_rows);
 *
 * Limits: 32 rows in one schema (RILL_ROWS_MAX), nine open wanted objects and arrays (RILL_PATH_MAX; what is wanted deeper
 * is passed over), structs of 64 KB. */
#ifndef RILL_SCHEMA_H
#define RILL_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define RILL_ROWS_MAX 32
#define RILL_PATH_MAX 9

/* ---- what a struct holds */

/* The first member of every struct that a schema fills. A member is absent when neither bit is set. */
typedef struct rill_header {
    uint32_t present; /* bit set: the member came with a value */
    uint32_t nulls;   /* bit set: the member came as null (and with no value) */
} rill_header;

/* The first member of every struct that is an element of an array. */
typedef struct rill_element {
    rill_header header;
    uint32_t at;   /* position in the array, counted over all parts of the event */
    int32_t index; /* the element's own `index` member where it has one (RILL_ROW_INDEX), else `at` */
} rill_element;

/* A piece of text: UTF-8 as the server sent it, escapes undone. data[length] is a NUL, but the text may hold NULs too.
 * Points into the stream's buffer: valid until the next call on that stream. data is NULL when the text is absent, or
 * belonged to an earlier part. */
typedef struct rill_text {
    char *data;
    uint32_t length; /* bytes */
} rill_text;

/* A word of a known set, and the word itself. */
typedef struct rill_enum {
    char *data; /* as rill_text */
    uint16_t length; /* bytes; a word that is longer than 65,535 is cut there, and is not in the table */
    uint16_t value; /* from the table of names; 0: not in the table. Stays over the parts of an event. */
} rill_enum;

/* A decimal number: mantissa times ten to the exponent. */
typedef struct rill_real {
    int64_t mantissa;
    int32_t exponent;
} rill_real;

/*@ requires \valid_read(header) && bit < 32;
    assigns \nothing;
*/
static inline bool rill_has(const rill_header *header, unsigned bit)
{
    return (header->present >> bit & 1u) != 0;
}

/*@ requires \valid_read(header) && bit < 32;
    assigns \nothing;
*/
static inline bool rill_is_null(const rill_header *header, unsigned bit)
{
    return (header->nulls >> bit & 1u) != 0;
}

/* ---- the tables */

typedef enum rill_kind {
    RILL_TEXT,   /* rill_text; a string that may come in several parts, which joined are the whole */
    RILL_STRING, /* rill_text; a string that comes in one part (cut as text only when it alone exceeds the buffer) */
    RILL_ENUM,   /* rill_enum; a string of a known set */
    RILL_INT64,  /* int64_t; accepts 12, 12.0, 1e3 and "12" (up to RILL_DIGITS_MAX), drops a fraction;
                    out of range: absent */
    RILL_INT32,  /* int32_t; the same; as a member it names the element that it stands in: use RILL_ROW_INDEX */
    RILL_BOOL,   /* bool */
    RILL_REAL,   /* rill_real */
    RILL_OBJECT, /* a struct with its own schema */
    RILL_ARRAY,  /* an array of structs or scalars */
    RILL_RAW     /* rill_text; the JSON text of any value but a string, minified; may come in several parts like TEXT */
} rill_kind;

enum {
    RILL_KIND_MASK = 0x0f, /* in what RILL_ROW() takes as a kind */
    RILL_IS_ERROR = 0x20   /* beside it: a row that tells of an error, not of an answer */
};

/* One wanted member. A name may have several rows, next to each other, one for each JSON type that it comes in. */
typedef struct rill_row {
    const char *name;  /* what the wire's name means; without quote, backslash and bytes below 0x20 */
    const void *child; /* OBJECT: rill_schema, ARRAY: rill_array, ENUM: rill_names, else NULL */
    uint16_t offset;   /* of the value in the struct */
    uint16_t header;   /* of the rill_header that holds the bit */
    uint8_t name_length;
    uint8_t kind; /* a rill_kind */
    uint8_t bit;  /* 0 to 31; and RILL_IS_ERROR */
    uint8_t rule; /* index into the root schema's rules; 0: none */
} rill_row;

/* What a stream has shown so far is kept as a set of facts, so that two ways of telling one thing fill it once. A row
 * with a rule is passed over while a fact in `forbid` stands. Rule 0 is that of rows without one. Facts are the schema's own
 * bits; in a stream bits 0 to 4 stand to its end, the others to the end of their event. */
typedef struct rill_rule {
    uint32_t forbid;
    uint32_t sets;  /* facts that stand once the member is taken with a value */
    uint32_t shows; /* facts that stand once it was seen with a value, taken or not */
    uint32_t fills; /* facts that stand once its text has a first character */
} rill_rule;

typedef struct rill_name {
    const char *name; /* without quote, backslash and bytes below 0x20 */
    uint16_t facts; /* set when the value is this word: of bits 0 to 15 */
    uint8_t length;
    uint8_t value;
} rill_name;

typedef struct rill_names {
    const rill_name *names;
    uint32_t count;
    uint32_t other; /* facts set when the value is any other word, but not the empty one */
} rill_names;

typedef struct rill_schema {
    const rill_row *rows;
    const rill_rule *rules; /* root schemas: the rules that rows refer to; NULL: none */
    uint32_t forgets;       /* facts that end when an object of this schema opens */
    uint16_t clear;         /* bytes of the struct that are zeroed when the object opens; arrays may stand behind them, but
                               not their counts */
    uint8_t count;          /* rows */
    bool answer;            /* root schemas: the facts, and the bit RILL_CHUNK_CHOICES of the root, are those of chat.h and
                               decide the kind of each item */
} rill_schema;

typedef struct rill_array {
    const rill_schema *element; /* of OBJECT elements, whose struct begins with a rill_element; else NULL */
    uint16_t capacity;          /* elements that fit into one part, 1 to 255; a longer array comes in several parts */
    uint16_t stride;            /* bytes from element to element; 0: elements fill the struct at hand, capacity 1 */
    uint16_t count;             /* offset of a uint16_t, the elements of this part; RILL_NO_COUNT: none */
    uint8_t kind;               /* of the elements: OBJECT, or a scalar kind other than ENUM */
    bool or_one;                /* an object in place of the array counts as its one element */
} rill_array;

#define RILL_NO_COUNT UINT16_MAX

/* ---- writing them; what does not fit does not compile */

#define RILL_CHECKED(value, most) ((value) * sizeof(char[(value) <= (most) ? 1 : -1]))

#define RILL_ROW(type, member, wire, bit_, kind_, child_, rule_)                                                            \
    {                                                                                                                       \
        (wire), (child_), (uint16_t)RILL_CHECKED(offsetof(type, member), UINT16_MAX), 0,                                    \
            (uint8_t)RILL_CHECKED(sizeof(wire) - 1, UINT8_MAX), (uint8_t)((kind_) & RILL_KIND_MASK),                        \
            (uint8_t)(RILL_CHECKED(bit_, 31) | ((kind_) & RILL_IS_ERROR)), (uint8_t)(rule_)                                 \
    }
#define RILL_ROW_TEXT(type, member, wire, bit) RILL_ROW(type, member, wire, bit, RILL_TEXT, NULL, 0)
#define RILL_ROW_STRING(type, member, wire, bit) RILL_ROW(type, member, wire, bit, RILL_STRING, NULL, 0)
#define RILL_ROW_INT64(type, member, wire, bit) RILL_ROW(type, member, wire, bit, RILL_INT64, NULL, 0)
#define RILL_ROW_BOOL(type, member, wire, bit) RILL_ROW(type, member, wire, bit, RILL_BOOL, NULL, 0)
#define RILL_ROW_REAL(type, member, wire, bit) RILL_ROW(type, member, wire, bit, RILL_REAL, NULL, 0)
#define RILL_ROW_RAW(type, member, wire, bit) RILL_ROW(type, member, wire, bit, RILL_RAW, NULL, 0)
#define RILL_ROW_ENUM(type, member, wire, bit, names) RILL_ROW(type, member, wire, bit, RILL_ENUM, names, 0)
#define RILL_ROW_OBJECT(type, member, wire, bit, schema) RILL_ROW(type, member, wire, bit, RILL_OBJECT, schema, 0)
#define RILL_ROW_ARRAY(type, member, wire, bit, array) RILL_ROW(type, member, wire, bit, RILL_ARRAY, array, 0)
/* For a struct that begins with a rill_element named `element`. */
#define RILL_ROW_INDEX(type, wire, bit) RILL_ROW(type, element.index, wire, bit, RILL_INT32, NULL, 0)

/* The schema of a struct: the whole struct is cleared when it opens. */
#define RILL_SCHEMA(type, rows)                                                                                             \
    {                                                                                                                       \
        (rows), NULL, 0, (uint16_t)RILL_CHECKED(sizeof(type), UINT16_MAX),                                                  \
            (uint8_t)RILL_CHECKED(sizeof(rows) / sizeof((rows)[0]), RILL_ROWS_MAX), false                                   \
    }
#define RILL_CAPACITY(type, member)                                                                                         \
    (uint16_t)RILL_CHECKED(sizeof(((type *)0)->member) / sizeof(((type *)0)->member[0]), UINT8_MAX)
#define RILL_STRIDE(type, member) (uint16_t)RILL_CHECKED(sizeof(((type *)0)->member[0]), UINT16_MAX)
/* An array member of structs (`struct_type member[N]; uint16_t counter;` in `type`), which begin with a rill_element named
 * `element`. */
#define RILL_ARRAY_OF(type, member, counter, schema)                                                                        \
    {                                                                                                                       \
        (schema), RILL_CAPACITY(type, member),                                                                              \
            (uint16_t)(RILL_STRIDE(type, member) + 0 * sizeof(((type *)0)->member[0].element.index)),                       \
            (uint16_t)offsetof(type, counter), RILL_OBJECT, false                                                           \
    }
/* One of scalars: STRING, INT64, INT32, BOOL or REAL; an element that is null, of another type or out of range stays 0 in its
 * place. TEXT and RAW may stand too, but where parts are cut only structs tell which element goes on. */
#define RILL_ARRAY_OF_SCALARS(type, member, counter, kind)                                                                  \
    {                                                                                                                       \
        NULL, RILL_CAPACITY(type, member), RILL_STRIDE(type, member), (uint16_t)offsetof(type, counter),                    \
            (uint8_t)(kind), false                                                                                          \
    }

#ifdef __cplusplus
}
#endif

#endif
