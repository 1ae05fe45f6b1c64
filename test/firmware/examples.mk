# The firmware among docs/examples, for the board that they are written for: build/firmware/examples/NAME.elf.
FW_EXAMPLES := uart_board modem
$(FW)/examples/modem.o: FW_FLAGS += -DPORT=25061 # where the test waits for it
$(FW)/examples/%.o: docs/examples/%.c docs/examples/mps2.h docs/examples/show.h $(FW_HEADERS) Makefile test/firmware/examples.mk
	@mkdir -p $(@D)
	@echo "cc $@"
	@$(CC_m3) $(FW_FLAGS) -std=gnu99 -c $< -o $@
$(FW)/examples/startup.o: test/firmware/examples.c Makefile
	@mkdir -p $(@D)
	@echo "cc $@"
	@$(CC_m3) $(FW_FLAGS) -std=gnu99 -Wno-pedantic -c $< -o $@
$(FW)/examples/%.elf: $(FW)/examples/%.o $(FW)/examples/startup.o $(FW)/m3/librill.a
	@echo "ld $@"
	@$(CC_m3) -nostartfiles -Wl,--gc-sections -Wl,-Map=$(@:.elf=.map) -Ltest/firmware/boards \
		-T test/firmware/boards/an385.ld $^ -o $@
.PRECIOUS: $(FW)/examples/%.o
images: $(FW_EXAMPLES:%=$(FW)/examples/%.elf)

# With ChibiOS/RT; built beside the image of test/firmware/rtos/rtos.mk, where its sources can be had.
$(FW)/examples/rtos_task.o: docs/examples/rtos_task.c docs/examples/mps2.h docs/examples/show.h $(RTOS_HEADERS) test/firmware/examples.mk
	@mkdir -p $(@D)
	@echo "cc $@"
	@$(CC_m3) $(FW_FLAGS) -std=gnu99 -Wno-pedantic -Iport/rtos -Itest/firmware/rtos $(INCLUDE_chibios) -c $< -o $@
$(FW)/examples/rtos_task.elf: $(FW)/examples/rtos_task.o $(FW)/examples/startup.o \
		$(RTOS)/for-rt/port/rtos/rtos.o $(RTOS)/for-rt/port/rtos/chibios.o $(RTOS)/chibios-kernel/lib.a $(FW)/m3/librill.a
	@echo "ld $@"
	@$(CC_m3) -nostartfiles -Wl,--gc-sections -Wl,-Map=$(@:.elf=.map) -Ltest/firmware/boards \
		-T test/firmware/boards/an385.ld $(filter %.o,$^) -Wl,--start-group $(filter %.a,$^) -Wl,--end-group -o $@
