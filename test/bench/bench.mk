# Measuring: rill beside other parsers, and rill alone against budgets.
#
#   make bench           builds the parsers that Debian packages, runs all on the same bodies, prints a table, and draws it
#   make bench-count     instructions and sizes of rill against test/budgets.txt; a part of make check
#   make bench-linear    instructions per byte from small to large inputs, and with many streams
#   make bench-profile   where the instructions go: BODY=chat (tools, logprobs, recorded), CONTESTANT=rill
#   make footprint       prints the tables of docs/footprint.md anew
#
# A contestant is a file beside this one, built twice: build/bench/host/NAME counts, build/bench/check/NAME folds the checksum.

BENCH       := build/bench
BENCH_FLAGS := -O2 -g $(filter-out -Werror,$(WARNINGS)) -Wno-conversion -Wno-shadow
BENCH_H     := $(wildcard test/bench/*.h) $(HEADERS)
BENCH_MK    := test/bench/bench.mk Makefile

# ---- rill as it is built for the measurement: of each, the flags of the library and those of the contestant
RILL_PLAIN  := rill rill-256 rill-into rill-reuse rill-reuse-into rill-reuse-256
RILL_OTHER  := rill-chat rill-lean rill-chat-reuse rill-lean-reuse
RILLS       := $(RILL_PLAIN) $(RILL_OTHER)
WITH_rill-256  := -DBENCH_BUFFER=256 -DBENCH_TOKENS=24
WITH_rill-into := -DBENCH_INTO_BUFFER
REUSE       := -DBENCH_REUSE=1024 -DBENCH_BUFFER=2048 -DBENCH_TOKENS=48
WITH_rill-reuse      := $(REUSE)
WITH_rill-reuse-into := $(REUSE) -DBENCH_INTO_BUFFER
WITH_rill-reuse-256  := -DBENCH_REUSE=512 -DBENCH_BUFFER=256 -DBENCH_TOKENS=24
WITH_rill-lean-reuse := -DBENCH_SCHEMA=rill_lean_schema -DBENCH_TARGET=rill_lean_chunk $(REUSE)
WITH_rill-chat-reuse := -DBENCH_SCHEMA=rill_chat_schema -DBENCH_TARGET=rill_chunk $(REUSE)
WITH_rill-chat := -DBENCH_SCHEMA=rill_chat_schema -DBENCH_TARGET=rill_chunk
WITH_rill-lean := -DBENCH_SCHEMA=rill_lean_schema -DBENCH_TARGET=rill_lean_chunk
PARTS_OF        = $(if $(filter $(1),$(RILL_OTHER)),rill_schema,rill rill_values)

# ---- the peers, and what each is linked with
C_PEERS      := split jsmn cjson json_c jansson yajl
CC_PEERS     := nlohmann rapidjson simdjson
LIB_cjson    := -lcjson
LIB_json_c   := -ljson-c
LIB_jansson  := -ljansson
LIB_yajl     := -lyajl
LIB_simdjson := -lsimdjson
# simdjson chooses its code for on-demand parsing at compile time: the best that this machine has, as its users do.
WITH_simdjson := $(if $(shell grep -m1 -w avx2 /proc/cpuinfo),-march=haswell)

# ---- the host
define bench_host
$(BENCH)/$(1)/%.o: test/bench/%.c $(BENCH_H) $(BENCH_MK)
	@mkdir -p $$(@D)
	@echo "cc $$@"
	@$(CC) -std=gnu99 $(BENCH_FLAGS) $(2) -Iinclude -c $$< -o $$@
$(BENCH)/$(1)/%.o: test/bench/%.cc $(BENCH_H) $(BENCH_MK)
	@mkdir -p $$(@D)
	@echo "cc $$@"
	@$(CXX) -std=c++17 -O2 -g $(2) $$(WITH_$$*) -c $$< -o $$@
$(foreach p,$(C_PEERS) $(CC_PEERS),$(BENCH)/$(1)/$(p)): $(BENCH)/$(1)/%: $(BENCH)/$(1)/%.o $(BENCH)/$(1)/sse.o \
		$(BENCH)/$(1)/native.o
	@echo "ld $$@"
	@$(CXX) $$^ $$(LIB_$$*) -o $$@
$(foreach r,$(RILLS),$(eval $(call bench_rill,$(1),$(r),$(2))))
endef

define bench_rill
$(BENCH)/$(1)/$(2): $(addprefix test/bench/,$(addsuffix .c,$(call PARTS_OF,$(2)))) $(BENCH)/$(1)/native.o \
		$(BENCH)/library/librill.a $(BENCH_H) $(BENCH_MK)
	@echo "ld $$@"
	@$(CC) -std=gnu99 $(BENCH_FLAGS) $(3) $$(WITH_$(2)) -Iinclude $$(filter %.c %.o %.a,$$^) -o $$@
endef

$(eval $(call bench_host,host))
$(eval $(call bench_host,check,-DBENCH_CHECK))

$(BENCH)/library/%.o: src/%.c $(HEADERS) $(BENCH_MK)
	@mkdir -p $(@D)
	@echo "cc $@"
	@$(CC) $(CORE) -O2 -g -c $< -o $@
$(BENCH)/library/librill.a: $(SOURCES:src/%.c=$(BENCH)/library/%.o)
	@rm -f $@
	@echo "ar $@"
	@$(AR) rcs $@ $^
$(BENCH)/many: test/bench/many.c test/bench/rill_values.c $(BENCH)/library/librill.a $(BENCH_H) $(BENCH_MK)
	@echo "ld $@"
	@$(CC) -std=gnu99 $(BENCH_FLAGS) -Iinclude $(filter %.c %.a,$^) -o $@

# ---- boards: rill (and jsmn by hand, to compare) for a core at a level of optimization, in the emulator's board
BENCH_TARGETS := m3-O2 m0plus-Os m33-O2 rv32-O2
BOARD_m3-O2     := an385
BOARD_m0plus-Os := an385-m0plus
BOARD_m33-O2    := an505
BOARD_rv32-O2   := virt
BENCH_IMAGES    := rill rill-256 rill-chat rill-lean rill-reuse rill-reuse-into

define bench_core # TARGET CORE LEVEL BOARD
$(BENCH)/$(1)/src/%.o: src/%.c $(FW_HEADERS) $(BENCH_MK) test/firmware/firmware.mk
	@mkdir -p $$(@D)
	@echo "cc $$@"
	@$(CC_$(2)) $(filter-out -Os,$(FW_FLAGS)) -$(3) -c $$< -o $$@
$(BENCH)/$(1)/librill.a: $(SOURCES:%.c=$(BENCH)/$(1)/%.o)
	@rm -f $$@
	@echo "ar $$@"
	@$(AR) rcs $$@ $$^
$(foreach r,$(RILLS),$(eval $(call bench_image,$(1),$(2),$(3),$(4),$(r),$(call PARTS_OF,$(r)))))
$(foreach p,split jsmn,$(eval $(call bench_image,$(1),$(2),$(3),$(4),$(p),$(p) sse)))
endef

define bench_image # TARGET CORE LEVEL BOARD NAME PARTS
$(BENCH)/$(1)/$(5).elf: $(addprefix test/bench/,$(addsuffix .c,$(6) image)) $(FW)/$(4)/test/startup.o $(FW)/$(4)/test/host.o \
		$(PARTS_$(4):%=$(FW)/$(4)/test/boards/%.o) $(BENCH)/$(1)/librill.a $(BENCH_H) $(BENCH_MK)
	@echo "ld $$@"
	@$(CC_$(2)) -std=gnu99 $(filter-out -O2,$(BENCH_FLAGS)) -$(3) -ffunction-sections -fdata-sections -DBENCH_BOARD $$(WITH_$(5)) -Iinclude \
		-Itest/firmware -idirafter $(or $(JSMN_DIR),/usr/include) -nostartfiles -Wl,--gc-sections -Ltest/firmware/boards \
		-T test/firmware/boards/$(call layout,$(4)).ld $$(filter %.c %.o %.a,$$^) -o $$@
endef
$(foreach t,$(BENCH_TARGETS),$(eval $(call bench_core,$(t),$(firstword $(subst -, ,$(t))),$(lastword $(subst -, ,$(t))),$(BOARD_$(t)))))

# ---- what is run
.PHONY: bench-all bench-counted bench-linear-all
bench-counted: $(foreach t,$(BENCH_TARGETS),$(BENCH_IMAGES:%=$(BENCH)/$(t)/%.elf)) $(RILLS:%=$(BENCH)/host/%) \
		$(RILL_PLAIN:%=$(BENCH)/check/%)
bench-linear-all: $(BENCH)/many $(BENCH)/host/rill $(BENCH)/host/rill-reuse
bench-all: bench-counted $(foreach c,host check,$(addprefix $(BENCH)/$(c)/,$(C_PEERS) $(CC_PEERS))) \
		$(BENCH)/m3-O2/jsmn.elf $(BENCH)/m0plus-Os/jsmn.elf

bench: packages-bench
	@$(MAKE) --no-print-directory bench-all
	@node test/bench/bench.mjs
bench-count: packages-check
	@$(MAKE) --no-print-directory bench-counted
	@node test/bench/count.mjs
bench-linear: packages-check
	@$(MAKE) --no-print-directory bench-linear-all
	@node test/bench/linear.mjs
footprint: packages-check
	@$(MAKE) --no-print-directory bench-counted
	@node test/bench/count.mjs --print
BODY       ?= chat
CONTESTANT ?= rill
bench-profile: packages-check
	@$(MAKE) --no-print-directory $(BENCH)/host/$(CONTESTANT)
	@node test/bench/profile.mjs $(CONTESTANT) $(BODY)
