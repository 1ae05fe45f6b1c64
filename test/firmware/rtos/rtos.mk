# The image with an RTOS: build/firmware/rtos/chibios.elf, of test/firmware/rtos, port/rtos, and ChibiOS/RT, which
# test/sources.sh fetches from npm. ChibiOS is under the GPL: the image is for tests, and nothing of it is shipped.

RTOS         := $(FW)/rtos
CHIBIOS      := build/sources/chibios
CHIBIOS_SRC  := $(addprefix os/rt/src/,chsys.c chvt.c chschd.c chthreads.c chsem.c chdebug.c) \
                  os/common/ports/ARMCMx/chcore.c os/common/ports/ARMCMx/chcore_v7m.c \
                  os/common/ports/ARMCMx/compilers/GCC/chcoreasm_v7m.s
CHIBIOS_I    := $(addprefix -isystem $(CHIBIOS)/os/,rt/include common/oslib/include common/ports/ARMCMx \
                  common/ports/ARMCMx/compilers/GCC common/ext/CMSIS/include) -Itest/firmware/rtos
RTOS_HEADERS := $(FW_HEADERS) $(wildcard port/rtos/*.h test/firmware/rtos/*.h) test/firmware/rtos/rtos.mk
RTOS_PROGRAM := test/firmware/rtos/image.o test/firmware/rtos/vectors.o test/firmware/rtos/rt.o \
                  port/rtos/rtos.o port/rtos/chibios.o

$(RTOS)/kernel/%.o: $(CHIBIOS)/% $(RTOS_HEADERS)
	@mkdir -p $(@D)
	@$(CC_m3) -Os -g -std=gnu99 -w -x $(if $(filter %.s,$<),assembler-with-cpp,c) -ffunction-sections -fdata-sections \
		$(CHIBIOS_I) -c $< -o $@
$(RTOS)/kernel/libchibios.a: $(CHIBIOS_SRC:%=$(RTOS)/kernel/%.o)
	@rm -f $@
	@echo "ar $@"
	@$(AR) rcs $@ $^
$(RTOS)/program/%.o: %.c $(RTOS_HEADERS)
	@mkdir -p $(@D)
	@echo "cc $@"
	@$(CC_m3) $(FW_FLAGS) $(if $(filter port/%,$<),,-std=gnu99 -Wno-pedantic) -Iport/rtos $(CHIBIOS_I) -c $< -o $@
$(RTOS)/chibios.elf: $(RTOS_PROGRAM:%=$(RTOS)/program/%) $(RTOS)/kernel/libchibios.a $(FW)/an385/test/host.o \
		$(PARTS_an385:%=$(FW)/an385/test/boards/%.o) $(FW)/m3/librill.a test/firmware/boards/sections.ld
	@echo "ld $@"
	@$(CC_m3) -nostartfiles -Wl,--gc-sections -Wl,-Map=$(@:.elf=.map) -Ltest/firmware/boards \
		-T test/firmware/boards/an385.ld $(filter %.o,$^) -Wl,--start-group $(filter %.a,$^) -Wl,--end-group -o $@

# The sources must be there before make looks for them.
.PHONY: rtos
rtos:
	@test/sources.sh chibios && $(MAKE) --no-print-directory $(RTOS)/chibios.elf || [ $$? = 77 ]
firmware: rtos
