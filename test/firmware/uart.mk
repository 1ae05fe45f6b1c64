# The images of the UART: streams over every UART, instruction counts, and the least that a product needs.

# Boards with rill as small as it gets: no HTTP, no event id.
BARE               := -DRILL_NO_HTTP -DRILL_SSE_ID_SIZE=1
CC_m0-bare         := $(CC_m0) $(BARE)
CC_m0plus-bare     := $(CC_m0plus) $(BARE)
CORE_an385-bare    := m0plus-bare
CORE_microbit-bare := m0-bare
PARTS_an385-bare    := $(PARTS_an385)
PARTS_microbit-bare := $(PARTS_microbit)
LAYOUT_an385-bare    := an385
LAYOUT_microbit-bare := microbit
$(foreach c,m0 m0plus m0-bare m0plus-bare,$(eval HARNESS_$(c) := -fcallgraph-info=su))
$(foreach c,m0-bare m0plus-bare,$(eval $(call core,$(c))))
$(foreach b,an385-bare microbit-bare,$(eval $(call board,$(b))))

UART_IMAGES := $(foreach b,an385 an505 lm3s microbit virt,$(FW)/$(b)/uart.elf) \
                 $(foreach b,an385-m0plus microbit an385-bare microbit-bare,$(FW)/$(b)/uart_min.elf) \
                 $(foreach b,an385-bare an385-m0plus an385 an505 virt,$(FW)/$(b)/uart_count.elf)
images: $(UART_IMAGES)
