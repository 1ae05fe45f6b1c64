# Firmware images for emulated boards: `make firmware` builds them, `make check-firmware` builds and runs them.
# An image is build/firmware/BOARD/PROGRAM.elf, made of test/firmware/PROGRAM.c, the board, and what it uses of src/ and port/.
# BOARD may name a core: an385-m0plus is code for the Cortex-M0+ that runs on the Cortex-M3 of that board.

ARM      := arm-none-eabi-gcc -mthumb --specs=nano.specs
RISCV    := riscv64-unknown-elf-gcc -march=rv32imac -mabi=ilp32 --specs=picolibc.specs
CC_m0     := $(ARM) -mcpu=cortex-m0
CC_m0plus := $(ARM) -mcpu=cortex-m0plus
CC_m3     := $(ARM) -mcpu=cortex-m3
CC_m33    := $(ARM) -mcpu=cortex-m33
CC_rv32   := $(RISCV)
HARNESS_rv32 := -march=rv32imac_zicsr # interrupts need its instructions; the C library has no build with that name
CORES    := m0 m0plus m3 m33 rv32

# Of each board: its core, its file under boards/ and what that shares, its linker script.
BOARDS          := an385 an385-m0plus an505 lm3s microbit virt
CORE_an385        := m3
CORE_an385-m0plus := m0plus
CORE_an505        := m33
CORE_lm3s         := m3
CORE_microbit     := m0
CORE_virt         := rv32
PARTS_an385        := cmsdk cortex_m
PARTS_an385-m0plus := cmsdk cortex_m
PARTS_an505        := cmsdk cortex_m
PARTS_lm3s         := lm3s cortex_m
PARTS_microbit     := microbit cortex_m
PARTS_virt         := virt
LAYOUT_an385-m0plus := an385
layout            = $(or $(LAYOUT_$(1)),$(1))

FW         := build/firmware
FW_PORTS   := uart modem template
FW_FLAGS   := -Os -g -std=c99 $(WARNINGS) -ffunction-sections -fdata-sections -Iinclude $(FW_PORTS:%=-Iport/%) \
                -idirafter $(or $(JSMN_DIR),/usr/include)
FW_HEADERS := $(HEADERS) $(wildcard $(FW_PORTS:%=port/%/*.h)) $(wildcard test/firmware/*.h test/firmware/boards/*.h)
FW_SOURCES := $(SOURCES) $(wildcard $(FW_PORTS:%=port/%/*.c))

# One library for each core, of src/ and the ports that need nothing below them.
define core
$(FW)/$(1)/%.o: %.c $(FW_HEADERS) Makefile test/firmware/firmware.mk
	@mkdir -p $$(@D)
	@echo "cc $$@"
	@$(CC_$(1)) $(FW_FLAGS) -fcallgraph-info=su -c $$< -o $$@
$(FW)/$(1)/librill.a: $(FW_SOURCES:%.c=$(FW)/$(1)/%.o)
	@rm -f $$@
	@echo "ar $$@"
	@$(AR) rcs $$@ $$^
endef
$(foreach c,$(CORES),$(eval $(call core,$(c))))

# The harness may use what gcc offers beyond C99: interrupts, sections, registers.
define board
$(FW)/$(1)/test/%.o: test/firmware/%.c $(FW_HEADERS) Makefile test/firmware/firmware.mk
	@mkdir -p $$(@D)
	@echo "cc $$@"
	@$(CC_$(CORE_$(1))) $(FW_FLAGS) -std=gnu99 -Wno-pedantic $$(HARNESS_$(CORE_$(1))) -Itest/firmware -c $$< -o $$@
$(FW)/$(1)/%.elf: $(FW)/$(1)/test/%.o $(FW)/$(1)/test/startup.o $(FW)/$(1)/test/host.o \
		$(PARTS_$(1):%=$(FW)/$(1)/test/boards/%.o) $(FW)/$(CORE_$(1))/librill.a test/firmware/boards/sections.ld
	@echo "ld $$@"
	@$(CC_$(CORE_$(1))) -nostartfiles -Wl,--gc-sections -Wl,-Map=$$(@:.elf=.map) -Ltest/firmware/boards \
		-T test/firmware/boards/$(call layout,$(1)).ld $$(filter %.o,$$^) $$(filter %.a,$$^) -o $$@
.PRECIOUS: $(FW)/$(1)/test/%.o $(FW)/$(1)/test/boards/%.o
endef
$(foreach b,$(BOARDS),$(eval $(call board,$(b))))

# ---- what is built and run
IMAGES := $(foreach b,$(BOARDS),$(FW)/$(b)/hello.elf)
include test/firmware/modem/modem.mk

# net and rtos are made by a make of their own, one behind the other and behind all else: two must not build one file at a time.
.PHONY: firmware images check-firmware
firmware: images net rtos
images: $(IMAGES)
check-firmware: packages-check
	@$(MAKE) --no-print-directory firmware
	@test/firmware/run.sh

include test/firmware/conformance/conformance.mk
include test/firmware/net/net.mk
include test/firmware/uart.mk
include test/firmware/rtos/rtos.mk
include test/firmware/examples.mk
