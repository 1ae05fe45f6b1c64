# rill: make             builds build/rill and build/librill.a
#       make demo        streams an answer from a server on this machine, then decodes it again in 256 bytes
#       make check       installs what the tests need (as root, on Debian) and runs them all
#       make check-long  the same, at every place to cut, size and way, of which make check leaves out some; twice as long
#       make check-firmware   runs firmware in emulated boards (a part of make check)
#       make check-foreign    the unit suites on other machines, by other compilers and flags; a part of it is in make check
#       make analyze     static analysis; see docs/misra.md (a part of make check)
#       make size        flash, RAM and stack for microcontrollers
#       make bench       beside other parsers; make bench-count: against budgets; see test/bench/bench.mk
#       make fuzz        random input against properties; make fuzz-long; see test/fuzz/fuzz.mk
#       make coverage    lines, branches and MC/DC that the tests reach; make mutate: changes they notice; see docs/coverage.md
#       make prove       proves the core with Frama-C; see docs/proof.md
#       make install     puts library, headers and program under PREFIX; see port/install/install.mk
#       make clean
#
# JSMN_DIR=... names the folder of jsmn.h when it is not a system header.

CFLAGS   ?= -O2 -g
WARNINGS := -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes -Wundef -Wvla -Werror
CORE     := -std=c99 $(WARNINGS) -Iinclude $(if $(JSMN_DIR),-isystem $(JSMN_DIR))
POSIX    := -D_POSIX_C_SOURCE=200809L

# A desktop has room: the program keeps more of each answer in one struct than a microcontroller would.
ROOMY    := -DRILL_CHOICES=8 -DRILL_TOOL_CALLS=16 -DRILL_LOGPROBS=16 -DRILL_TOP_LOGPROBS=20
BOUNDS   := $(if $(findstring clang,$(CC)),,-fsanitize=bounds-strict) # of a struct's last array too; gcc's alone
SANITIZE := -O1 -g1 -fsanitize=address,undefined $(BOUNDS) -fno-sanitize-recover=all -fno-omit-frame-pointer

SOURCES  := $(wildcard src/*.c)
HEADERS  := $(wildcard include/rill/*.h) $(wildcard src/*.h)

# The ports that build on a POSIX system. port/tls needs the headers of the TLS library that it stands on.
BEARSSL  := $(wildcard /usr/include/bearssl.h)
MBEDTLS  := $(wildcard /usr/include/mbedtls/ssl.h)
PORTS    := posix uart modem template $(if $(BEARSSL)$(MBEDTLS),tls)
PORT     := $(filter-out $(if $(BEARSSL),,%/tls_bearssl.c %/tls_bearssl_ecdhe.c) $(if $(MBEDTLS),,%/tls_mbedtls.c), \
              $(wildcard $(PORTS:%=port/%/*.c)))
PORT_H   := $(wildcard $(PORTS:%=port/%/*.h))
PORT_I   := $(PORTS:%=-Iport/%) $(if $(BEARSSL),-DRILL_WITH_BEARSSL)
PORT_L   := $(if $(BEARSSL),-lbearssl) $(if $(MBEDTLS),-lmbedtls -lmbedx509 -lmbedcrypto)

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.PHONY: all demo check check-long size clean packages-build packages-check packages-bench packages-coverage packages-foreign

all: build/rill build/librill.a

# ---- one library per configuration: build/<configuration>/librill.a
# small: the capacities of a microcontroller; roomy: those of the program; -san: under ASan and UBSan. The sieve of
# roomy-san is the one of small code, as it is at -Os
FLAGS_small     := $(CFLAGS)
FLAGS_roomy     := $(CFLAGS) $(ROOMY)
FLAGS_small-san := $(SANITIZE)
FLAGS_roomy-san := $(SANITIZE) $(ROOMY) -DRILL_NO_RUNS
CONFIGURATIONS  := small roomy small-san roomy-san

define configuration
build/$(1)/src/%.o: src/%.c $(HEADERS) Makefile
	@mkdir -p $$(@D)
	@echo "cc $$@"
	@$(CC) $(CORE) $(FLAGS_$(1)) -c $$< -o $$@
build/$(1)/port/%.o: port/%.c $(HEADERS) $(PORT_H) Makefile
	@mkdir -p $$(@D)
	@echo "cc $$@"
	@$(CC) $(CORE) $(POSIX) $(FLAGS_$(1)) $(PORT_I) -c $$< -o $$@
build/$(1)/librill.a: $(SOURCES:src/%.c=build/$(1)/src/%.o)
	@rm -f $$@
	@echo "ar $$@"
	@$(AR) rcs $$@ $$^
build/$(1)/libport.a: $(filter-out %/main.o,$(PORT:port/%.c=build/$(1)/port/%.o))
	@rm -f $$@
	@echo "ar $$@"
	@$(AR) rcs $$@ $$^
build/$(1)/rill: build/$(1)/port/posix/main.o build/$(1)/libport.a build/$(1)/librill.a
	@echo "ld $$@"
	@$(CC) $(FLAGS_$(1)) $$^ $(if $(BEARSSL),-lbearssl) -o $$@
endef
$(foreach c,$(CONFIGURATIONS),$(eval $(call configuration,$(c))))

build/librill.a: build/small/librill.a
	@cp $< $@
build/rill: build/roomy/rill
	@cp $< $@

# ---- tests: each file under test/unit is a program, built under ASan and UBSan in two configurations
UNIT := $(patsubst test/unit/%.c,%,$(wildcard test/unit/*_test.c))
WITH := $(patsubst test/%.c,%,$(wildcard test/*.c test/logs/*.c)) # what they share

define tests
build/$(1)/test/%.o: test/%.c $(HEADERS) $(PORT_H) $(wildcard test/*.h test/logs/*.h) Makefile
	@mkdir -p $$(@D)
	@echo "cc $$@"
	@$(CC) $(CORE) $(POSIX) $(FLAGS_$(1)) -Itest $(PORT_I) -c $$< -o $$@
build/$(1)/test/%_test: build/$(1)/test/unit/%_test.o $(WITH:%=build/$(1)/test/%.o) build/$(1)/libport.a \
		build/$(1)/librill.a
	@echo "ld $$@"
	@$(CC) $(FLAGS_$(1)) $$^ -lcmocka -ljansson $(PORT_L) -pthread -o $$@
.PRECIOUS: build/$(1)/test/unit/%.o build/$(1)/test/%.o build/$(1)/test/%_test
endef
$(foreach c,small small-san roomy-san,$(eval $(call tests,$(c))))

# What the suites of transports test sees neither capacities nor the sieve: one build of them is enough.
TRANSPORTS := at_% framing_% modem_% port_contract_% rtos_% serial_% socket_% tls_% uart_% url_%
RUNS := $(UNIT:%=build/small-san/test/%) $(patsubst %,build/roomy-san/test/%,$(filter-out $(TRANSPORTS),$(UNIT))) \
        build/small/test/limits_test # a gigabyte, for which the sanitizers are too slow

# ---- the examples of docs/examples that run on a POSIX system; the others are firmware
EXAMPLES := build/examples/gateway
build/examples/%: docs/examples/%.c build/librill.a $(HEADERS) Makefile
	@mkdir -p $(@D)
	@echo "cc $@"
	@$(CC) $(CORE) -D_GNU_SOURCE $(CFLAGS) $< build/librill.a -o $@

# What each part needs from Debian; see test/packages.sh.
packages-build packages-check packages-bench packages-coverage packages-foreign:
	@test/packages.sh $(@:packages-%=%)

check: packages-check
	@$(MAKE) --no-print-directory $(if $(filter -j%,$(MAKEFLAGS)),,-j$(JOBS)) check-all

check-long:
	@RILL_STRIDE=1 $(MAKE) --no-print-directory check

JOBS ?= $(shell nproc)
.PHONY: check-all
check-all: all firmware $(EXAMPLES) $(RUNS) bench-counted bench-linear-all fuzz-all build/demo/server build/size.txt
	@test/check.sh $(RUNS)

include test/firmware/firmware.mk
include test/tls/tls.mk
include port/install/install.mk
include test/bench/bench.mk
include test/fuzz/fuzz.mk
include test/coverage/coverage.mk
include test/mutation/mutation.mk
include test/proof/proof.mk
include test/analyze/analyze.mk

# Every suite, on four emulated machines and by each compiler, level and sign of char here: half an hour on two cores.
.PHONY: check-foreign
check-foreign: packages-foreign
	@test/foreign/run.sh all

# ---- the demo
build/demo/server: test/demo/server.c Makefile
	@mkdir -p $(@D)
	@echo "cc $@"
	@$(CC) -std=c99 $(WARNINGS) $(POSIX) $(CFLAGS) $< -o $@

.PHONY: demo-run
demo: packages-build
	@$(MAKE) --no-print-directory demo-run
demo-run: build/rill build/demo/server
	@test/demo/run.sh

# What it prints: two tests and this target read it.
build/size.txt: $(SOURCES) $(HEADERS) $(wildcard port/modem/*.[ch]) test/size.sh test/modem/size.sh test/stack.mjs
	@mkdir -p $(@D)
	@echo "sizes $@"
	@test/size.sh >$@
size: packages-check
	@node test/sizes.mjs

clean:
	rm -rf build
