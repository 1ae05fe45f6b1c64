# The conformance image, and the two programs of the host that belong to it: one lays out its jobs, the other is of the
# same source as the image.

CONFORMANCE_BOARDS := an385 an385-m0plus an505 microbit virt
CONFORMANCE_SHARED := $(wildcard test/logs/*.c) port/posix/print.c port/posix/sink.c
CONFORMANCE_FLAGS  := -Iport/posix -Itest/logs -Itest/firmware -Itest/firmware/conformance
CONFORMANCE_H      := $(FW_HEADERS) $(wildcard test/*.h test/logs/*.h port/posix/*.h test/firmware/conformance/*.h)
CONFORMANCE_MK     := Makefile test/firmware/firmware.mk test/firmware/conformance/conformance.mk
CONFORMANCE_IMAGES := $(CONFORMANCE_BOARDS:%=$(FW)/%/conformance.elf)

define conformance
$(FW)/$(1)/conformance/%.o: %.c $(CONFORMANCE_H) $(CONFORMANCE_MK)
	@mkdir -p $$(@D)
	@echo "cc $$@"
	@$(CC_$(CORE_$(1))) $(FW_FLAGS) $(CONFORMANCE_FLAGS) -c $$< -o $$@
$(FW)/$(1)/conformance.elf: $(CONFORMANCE_SHARED:%.c=$(FW)/$(1)/conformance/%.o) \
		$(FW)/$(1)/conformance/test/firmware/conformance/image.o \
		$(FW)/$(1)/conformance/test/firmware/conformance/growing.o \
		$(FW)/$(1)/test/startup.o $(FW)/$(1)/test/host.o $(PARTS_$(1):%=$(FW)/$(1)/test/boards/%.o) \
		$(FW)/$(CORE_$(1))/librill.a test/firmware/boards/sections.ld
	@echo "ld $$@"
	@$(CC_$(CORE_$(1))) -nostartfiles -Wl,--gc-sections -Wl,-Map=$$(@:.elf=.map) -Ltest/firmware/boards \
		-T test/firmware/boards/$(call layout,$(1)).ld $$(filter %.o %.a,$$^) -o $$@
endef
$(foreach b,$(CONFORMANCE_BOARDS),$(eval $(call conformance,$(b))))

# On the host. The decoder is that of build/small: the capacities of the images, without sanitizers.
$(FW)/host/%.o: %.c $(CONFORMANCE_H) $(CONFORMANCE_MK)
	@mkdir -p $(@D)
	@echo "cc $@"
	@$(CC) $(CORE) -D_DEFAULT_SOURCE $(POSIX) $(CFLAGS) $(CONFORMANCE_FLAGS) -Itest -c $< -o $@
$(FW)/host/test/firmware/conformance/image.o: CONFORMANCE_FLAGS += -Dmain=firmware_main
$(FW)/host/conformance: $(CONFORMANCE_SHARED:%.c=$(FW)/host/%.o) $(FW)/host/test/firmware/conformance/image.o \
		$(FW)/host/test/firmware/conformance/native.o $(FW)/host/port/posix/growing.o build/small/librill.a
	@echo "ld $@"
	@$(CC) $(CFLAGS) $^ -o $@
$(FW)/host/jobs: $(FW)/host/test/firmware/conformance/jobs.o $(FW)/host/test/firmware/conformance/layout.o \
		$(FW)/host/test/cases.o $(FW)/host/test/corpus.o $(FW)/host/test/logs/quoted.o \
		$(FW)/host/test/logs/end_log.o $(FW)/host/port/posix/sink.o build/small/librill.a
	@echo "ld $@"
	@$(CC) $(CFLAGS) $^ -ljansson -o $@
.PRECIOUS: $(FW)/host/%.o

images: $(CONFORMANCE_IMAGES) $(FW)/host/conformance $(FW)/host/jobs
