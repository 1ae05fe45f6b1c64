/* feed: gives one body to the contestant, as reads. AROUND(call) counts, or times, or only calls. */
#ifndef FEED_H
#define FEED_H

#include <string.h>

#include "contestant.h"

#define FEED(bytes, length, AROUND)                                                                                         \
    do {                                                                                                                    \
        AROUND(bench_begin());                                                                                              \
        for (size_t at_ = 0, end_ = 0; at_ < (length);) {                                                                   \
            char *place_;                                                                                                   \
            size_t space_;                                                                                                  \
            if (at_ == end_)                                                                                                \
                end_ = (length)-at_ < BENCH_READ ? (length) : at_ + BENCH_READ;                                             \
            AROUND(space_ = bench_space(&place_));                                                                          \
            if (space_ > end_ - at_)                                                                                        \
                space_ = end_ - at_;                                                                                        \
            memcpy(place_, (bytes) + at_, space_);                                                                          \
            at_ += space_;                                                                                                  \
            AROUND(bench_got(space_));                                                                                      \
        }                                                                                                                   \
        AROUND(bench_end());                                                                                                \
    } while (0)

#endif
