/* linear: the steps for each byte are the same from short to long inputs, of each kind that could be quadratic. */
#ifndef LINEAR_H
#define LINEAR_H

void linear_check(void);

#endif
