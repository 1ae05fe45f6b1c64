/* ask: one question to an LLM server, over any port that is open, and its answer decoded. */
#ifndef ASK_H
#define ASK_H

#include "rill/rill.h"

/* Prints the facts of the answer as lines "name: number": text (its bytes) and hash (FNV-1a), bad (events), end,
 * status (without its sign), milliseconds. Closes the port. */
void ask(const rill_port *port, void *context, uint32_t stall_ms);

/* The same in two parts, for counting instructions: nothing is looked at or printed, and the port stays open. The
 * second gives whether the answer came whole. */
void ask_send(const rill_port *port, void *context);
rill_end ask_receive(void);

/* Decodes an answer that lies in memory. */
rill_end ask_memory(const char *answer, size_t length);

#endif
