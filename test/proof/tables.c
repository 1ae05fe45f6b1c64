/* The two functions of http that walk tables, with every argument there is: what their contracts promise holds for the tables
 * as they are. WP takes it from here. */
#include "../../src/http.c"
#include "../../src/http_effects.c"

#include "any.h"

enum { LISTS_MOST = 8 };

static bool is_state(unsigned state)
{
    return state <= FIELD || state >= HEAD_LF || state == NAME || state == VALUE_BEGIN || state == VALUE ||
           state == VALUE_LF || state == FOLD;
}

/* 0, or any other: the contracts tell them apart. */
static unsigned char any_byte(void)
{
    return any ? 0 : (unsigned char)(1 + any_up_to(254));
}

/* The lengths of a list's words, as the contracts name them. */
static unsigned measure(unsigned field, size_t *lengths)
{
    const char *word = words + fields[field].first_word;
    unsigned all = fields[field].candidates;
    //@ assert http_words(field) == all;
    for (unsigned i = 0, bit = 1; bit <= all; i++, bit <<= 1) {
        lengths[i] = strlen(word);
        //@ assert http_word(field, bit) == lengths[i];
        word += lengths[i] + 1;
    }
    return all;
}

/* No candidate is longer matched than it is long. */
static bool can_be(unsigned candidates, unsigned matched, const size_t *lengths)
{
    for (unsigned i = 0; candidates >> i != 0; i++)
        if ((candidates >> i & 1) && matched > lengths[i])
            return false;
    return true;
}

static void try(unsigned field, unsigned matched, unsigned candidates)
{
    rill_http http = {.field = (uint8_t)field, .matched = (uint8_t)matched, .candidates = (uint8_t)candidates};
    match(&http, any_byte());
}

static void every_set(unsigned field, unsigned all, unsigned matched, const size_t *lengths)
{
    for (unsigned candidates = 0; candidates <= all; candidates++)
        if (can_be(candidates, matched, lengths)) {
            try(field, matched, candidates);
            //@ slevel merge;
            ;
        }
}

static void every_match(unsigned field)
{
    size_t lengths[LISTS_MOST], longest = 0;
    unsigned all = measure(field, lengths);
    for (unsigned i = 0; all >> i != 0; i++)
        longest = lengths[i] > longest ? lengths[i] : longest;
    for (unsigned matched = 0; matched <= longest; matched++)
        every_set(field, all, matched, lengths);
}

int main(void)
{
    for (unsigned state = BEGIN; state < HEAD_END; state++)
        if (is_state(state))
            state_behind(state, any_byte());
    for (unsigned field = 0; field <= OTHER; field++)
        every_match(field);
    return 0;
}
