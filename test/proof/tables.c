/* The two functions of http that walk constant tables. Neither has many arguments, so every one of them is taken: the program
 * is run, under sanitizers. Of EVA it wants that the contracts name the words' lengths as they are. WP takes both from here. */
#include "../../src/http.c"
#include "../../src/http_effects.c"

enum { LIST_MOST = 8 };

/* The lengths of a list's words; gives the bits of all. */
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

#ifdef __FRAMAC__
int main(void)
{
    size_t lengths[LIST_MOST];
    for (unsigned field = 0; field <= OTHER; field++)
        measure(field, lengths);
    return 0;
}
#else
#include <stdio.h>

static unsigned long taken, wrong;

static void tell(bool right)
{
    taken++;
    wrong += !right;
}

/* http_is_state */
static bool is_state(unsigned state)
{
    return state <= END && (state <= FIELD || state >= HEAD_LF || state == NAME || state == VALUE_BEGIN ||
                            state == VALUE || state == VALUE_LF || state == FOLD);
}

/* http_follows */
static bool follows(unsigned state, unsigned next, unsigned char byte)
{
    switch (next) {
    case NAME:
        return byte != 0 && (state == FIELD || state == NAME || state == FOLD);
    case VALUE_BEGIN:
        return state == NAME || state == VALUE_BEGIN;
    case VALUE:
        return byte != 0 && (state == VALUE_BEGIN || state == VALUE || state == FOLD);
    case VALUE_LF:
        return state == VALUE_BEGIN || state == VALUE;
    case FOLD:
        return state == VALUE_LF;
    default:
        return is_state(next) && next <= DATA;
    }
}

/* http_candidates: none is longer matched than it is long. */
static bool can_be(unsigned candidates, unsigned matched, unsigned all, const size_t *lengths)
{
    for (unsigned i = 0; candidates >> i != 0; i++)
        if ((candidates >> i & 1) && matched > lengths[i])
            return false;
    return candidates <= all;
}

/* Every set of a list's words, each as far matched as it can be, and every byte behind it. */
static void every_match(unsigned field)
{
    size_t lengths[LIST_MOST];
    unsigned all = measure(field, lengths);
    for (unsigned matched = 0; matched < 256; matched++)
        for (unsigned candidates = 0; candidates <= all; candidates++)
            for (unsigned byte = 0; byte < 256 && can_be(candidates, matched, all, lengths); byte++) {
                rill_http http = {.field = (uint8_t)field, .matched = (uint8_t)matched, .candidates = (uint8_t)candidates};
                match(&http, (unsigned char)byte);
                tell(byte == 0 || can_be(http.candidates, http.matched, all, lengths));
            }
}

int main(void)
{
    for (unsigned state = BEGIN; state < HEAD_END; state++)
        for (unsigned byte = 0; byte < 256 && is_state(state); byte++)
            tell(follows(state, state_behind(state, (unsigned char)byte), (unsigned char)byte));
    for (unsigned field = 0; field <= OTHER; field++)
        every_match(field);
    printf("%lu arguments, %lu wrong\n", taken, wrong);
    return wrong != 0;
}
#endif
