#include <rill/rill.h>

/* The capacities of Kconfig reach the application too. */
typedef char capacities_of_kconfig[RILL_CHOICES == 2 && RILL_TOOL_CALLS == 3 && RILL_LOGPROBS == 1 ? 1 : -1];

const rill_schema *schema_of_the_same_layout(void)
{
    return &rill_chat_schema;
}
