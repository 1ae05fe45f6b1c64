# The image of test/firmware/rtos with an RTOS: build/firmware/rtos/KERNEL.elf, of port/rtos and the kernel's own sources.
# chibios: ChibiOS/RT, which test/sources.sh fetches from npm. It is under the GPL: the image is for tests, and nothing of it
# is shipped. freertos: only with FREERTOS=... (the folder of FreeRTOS's kernel), since neither Debian nor npm has it.

RTOS         := $(FW)/rtos
CHIBIOS      := build/sources/chibios
FREERTOS     ?=
RTOS_HEADERS := $(FW_HEADERS) $(wildcard port/rtos/*.h test/firmware/rtos/*.h) test/firmware/rtos/rtos.mk

# Of each kernel: its folder, its files, its include paths, the image's file for it.
FOLDER_chibios  := $(CHIBIOS)
FILES_chibios   := $(addprefix os/rt/src/,chsys.c chvt.c chschd.c chthreads.c chsem.c chdebug.c) \
                     os/common/ports/ARMCMx/chcore.c os/common/ports/ARMCMx/chcore_v7m.c \
                     os/common/ports/ARMCMx/compilers/GCC/chcoreasm_v7m.s
INCLUDE_chibios := $(addprefix -isystem $(CHIBIOS)/os/,rt/include common/oslib/include common/ports/ARMCMx \
                     common/ports/ARMCMx/compilers/GCC common/ext/CMSIS/include)
GLUE_chibios    := rt

FOLDER_freertos  := $(FREERTOS)
FILES_freertos   := tasks.c queue.c list.c portable/GCC/ARM_CM3/port.c
INCLUDE_freertos := -isystem $(FREERTOS)/include -isystem $(FREERTOS)/portable/GCC/ARM_CM3
GLUE_freertos    := free

define kernel
$(RTOS)/$(1)-kernel/%.o: $(FOLDER_$(1))/% $(RTOS_HEADERS)
	@mkdir -p $$(@D)
	@$(CC_m3) -Os -g -std=gnu99 -w -x $$(if $$(filter %.s,$$<),assembler-with-cpp,c) -ffunction-sections -fdata-sections \
		-Itest/firmware/rtos $(INCLUDE_$(1)) -c $$< -o $$@
$(RTOS)/$(1)-kernel/lib.a: $(FILES_$(1):%=$(RTOS)/$(1)-kernel/%.o)
	@rm -f $$@
	@echo "ar $$@"
	@$(AR) rcs $$@ $$^
$(RTOS)/for-$(GLUE_$(1))/%.o: %.c $(RTOS_HEADERS)
	@mkdir -p $$(@D)
	@echo "cc $$@"
	@$(CC_m3) $(FW_FLAGS) $$(if $$(filter port/%,$$<),,-std=gnu99 -Wno-pedantic) -Iport/rtos -Itest/firmware/rtos \
		$(INCLUDE_$(1)) -c $$< -o $$@
$(RTOS)/$(1).elf: $(addprefix $(RTOS)/for-$(GLUE_$(1))/,$(patsubst %,test/firmware/rtos/%.o,image vectors $(GLUE_$(1))) \
		port/rtos/rtos.o port/rtos/$(1).o) $(RTOS)/$(1)-kernel/lib.a $(FW)/an385/test/host.o \
		$(PARTS_an385:%=$(FW)/an385/test/boards/%.o) $(FW)/m3/librill.a test/firmware/boards/sections.ld
	@echo "ld $$@"
	@$(CC_m3) -nostartfiles -Wl,--gc-sections -Wl,-Map=$$(@:.elf=.map) -Ltest/firmware/boards \
		-T test/firmware/boards/an385.ld $$(filter %.o,$$^) -Wl,--start-group $$(filter %.a,$$^) -Wl,--end-group -o $$@
endef
$(eval $(call kernel,chibios))
$(if $(FREERTOS),$(eval $(call kernel,freertos)))

# The sources must be there before make looks for them.
.PHONY: rtos
rtos: net $(if $(FREERTOS),$(RTOS)/freertos.elf)
	@test/sources.sh chibios && $(MAKE) --no-print-directory $(RTOS)/chibios.elf $(FW)/examples/rtos_task.elf || [ $$? = 77 ]
