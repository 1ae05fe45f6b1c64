# The tests of port/lwip: both of its files, each linked with an lwIP of its kind, under ASan and UBSan. "wide" is raw
# with a window of more than 64 KB.
# Used by run.sh, which has fetched lwIP's source.

LWIP     := build/sources/lwip
OUT      := build/lwip
WARNINGS := -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes -Wundef -Wvla -Werror
SANITIZE := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
POSIX    := -D_POSIX_C_SOURCE=200809L
CORE     := $(wildcard $(LWIP)/src/core/*.c $(LWIP)/src/core/ipv4/*.c)

FOREIGN_raw     := $(CORE)
FOREIGN_wide    := $(CORE)
FOREIGN_sockets := $(CORE) $(wildcard $(LWIP)/src/api/*.c) $(LWIP)/port/sys_arch.c
FOLDER_raw      := raw
FOLDER_wide     := raw
FOLDER_sockets  := sockets
I_raw           := -Itest/lwip/raw
I_wide          := -Itest/lwip/raw -DWIDE_WINDOW=1
I_sockets       := -Itest/lwip/sockets -isystem $(LWIP)/port/include

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
all: $(OUT)/raw_test $(OUT)/wide_test $(OUT)/sockets_test

define kind
$(OUT)/$(1)/foreign/%.o: $(LWIP)/%.c $(wildcard test/lwip/$(FOLDER_$(1))/*.h test/lwip/$(FOLDER_$(1))/arch/*.h) test/lwip/lwip.mk
	@mkdir -p $$(@D)
	@$(CC) -std=gnu99 -w $(SANITIZE) $$(I_$(1)) -isystem $(LWIP)/src/include -c $$< -o $$@
$(OUT)/$(1)/%.o: %.c $(wildcard include/rill/*.h port/lwip/*.h test/lwip/$(FOLDER_$(1))/*.h \
		test/lwip/$(FOLDER_$(1))/arch/*.h) test/lwip/lwip.mk
	@mkdir -p $$(@D)
	@echo "cc $$@"
	@$(CC) -std=c99 $(WARNINGS) $(POSIX) $(SANITIZE) -Iinclude -Iport/lwip $$(I_$(1)) -isystem $(LWIP)/src/include \
		-c $$< -o $$@
$(OUT)/$(1)_test: $(OUT)/$(1)/test/lwip/$(FOLDER_$(1))_test.o $(OUT)/$(1)/port/lwip/lwip_$(FOLDER_$(1)).o \
		$$(patsubst $(LWIP)/%.c,$(OUT)/$(1)/foreign/%.o,$$(FOREIGN_$(1))) build/small-san/librill.a
	@echo "ld $$@"
	@$(CC) $(SANITIZE) $$^ -lcmocka -pthread -o $$@
endef
$(foreach k,raw wide sockets,$(eval $(call kind,$(k))))
