# The firmware among docs/examples, for the board that they are written for: build/firmware/examples/NAME.elf.
FW_EXAMPLES := uart_board modem
$(FW)/examples/modem.o: FW_FLAGS += -DPORT=25061 # where the test waits for it
$(FW)/examples/%.o: docs/examples/%.c docs/examples/mps2.h $(FW_HEADERS) Makefile test/firmware/examples.mk
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
IMAGES += $(FW_EXAMPLES:%=$(FW)/examples/%.elf)
