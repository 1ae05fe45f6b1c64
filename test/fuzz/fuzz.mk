# Fuzzing with libFuzzer: properties under random input.
#
#   make fuzz        replays what was found, then runs each harness for a fixed number of inputs; a part of make check
#   make fuzz-long   runs each for TIME seconds (an hour), HARNESS="reuse stream" alone, and keeps what it learns in
#                    build/fuzz/long
#
# A harness is a file NAME_fuzz.c; its seeds are in seeds/NAME, its dictionary where the table in run.sh says, what it has
# found in found/NAME.

FUZZ       := build/fuzz
FUZZ_CC    := clang
FUZZ_SAN   := -O1 -g1 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
# Without a value profile libFuzzer takes from a comparison only numbers of 4 and 8 bytes to put into inputs. Texts have
# dictionaries for that, and the calls at each comparison took two fifths of the time.
FUZZ_FLAGS := $(FUZZ_SAN) -fsanitize=fuzzer-no-link -fno-sanitize-coverage=trace-cmp
FUZZ_H     := $(HEADERS) $(PORT_H) $(wildcard test/fuzz/*.h test/logs/*.h) test/fuzz/fuzz.mk
HARNESSES  := $(patsubst test/fuzz/%_fuzz.c,%,$(wildcard test/fuzz/*_fuzz.c))
FUZZ_WITH  := $(patsubst test/fuzz/%.c,%,$(filter-out %_fuzz.c,$(wildcard test/fuzz/*.c)))
FUZZ_PORT  := $(filter-out posix/main,$(patsubst port/%.c,%,$(wildcard port/uart/*.c port/modem/*.c) port/posix/url.c \
                port/posix/growing.c port/posix/sink.c))
FUZZ_LOGS  := $(patsubst test/logs/%.c,%,$(wildcard test/logs/*.c))

# The sieve of small code, as firmware at -Os has it, has harnesses of its own: NAME-small, with what NAME has.
FUZZ_SMALL := sieve schema stream

# What is tested counts its steps; see fuzz.c.
$(FUZZ)/src/%.o: src/%.c $(FUZZ_H)
	@mkdir -p $(@D)
	@echo "clang $@"
	@$(FUZZ_CC) $(CORE) $(FUZZ_FLAGS) -fsanitize-coverage=trace-pc -include test/fuzz/counted.h -c $< -o $@
$(FUZZ)/src-small/%.o: src/%.c $(FUZZ_H)
	@mkdir -p $(@D)
	@echo "clang $@"
	@$(FUZZ_CC) $(CORE) $(FUZZ_FLAGS) -DRILL_NO_RUNS -fsanitize-coverage=trace-pc -include test/fuzz/counted.h -c $< -o $@
$(FUZZ)/port/%.o: port/%.c $(FUZZ_H)
	@mkdir -p $(@D)
	@echo "clang $@"
	@$(FUZZ_CC) $(CORE) $(POSIX) $(FUZZ_FLAGS) $(PORT_I) -c $< -o $@
$(FUZZ)/logs/%.o: test/logs/%.c $(FUZZ_H)
	@mkdir -p $(@D)
	@echo "clang $@"
	@$(FUZZ_CC) $(CORE) $(FUZZ_SAN) $(PORT_I) -c $< -o $@
$(FUZZ)/%.o: test/fuzz/%.c $(FUZZ_H)
	@mkdir -p $(@D)
	@echo "clang $@"
	@$(FUZZ_CC) $(CORE) $(POSIX) $(FUZZ_SAN) -Itest -Itest/logs $(PORT_I) -c $< -o $@
# Where the framing may differ from http-parser is told once.
$(FUZZ)/framing.o: test/peers/differential/framing.c test/peers/differential/differential.h $(FUZZ_H)
	@mkdir -p $(@D)
	@echo "clang $@"
	@$(FUZZ_CC) $(CORE) $(POSIX) $(FUZZ_SAN) -c $< -o $@
$(FUZZ)/http_fuzz: $(FUZZ)/framing.o
$(FUZZ)/http_fuzz.o: test/peers/differential/differential.h
FUZZ_OBJECTS := $(FUZZ_WITH:%=$(FUZZ)/%.o) $(FUZZ_PORT:%=$(FUZZ)/port/%.o) $(FUZZ_LOGS:%=$(FUZZ)/logs/%.o)
FUZZ_LINK     = $(FUZZ_CC) $(FUZZ_SAN) -fsanitize=fuzzer -Wl,--wrap=__sanitizer_cov_trace_pc $^ -ljansson -lhttp_parser -o $@
$(FUZZ)/%_fuzz: $(FUZZ)/%_fuzz.o $(SOURCES:src/%.c=$(FUZZ)/src/%.o) $(FUZZ_OBJECTS)
	@echo "ld $@"
	@$(FUZZ_LINK)
$(FUZZ)/%-small_fuzz: $(FUZZ)/%_fuzz.o $(SOURCES:src/%.c=$(FUZZ)/src-small/%.o) $(FUZZ_OBJECTS)
	@echo "ld $@"
	@$(FUZZ_LINK)
.SECONDARY: $(FUZZ_OBJECTS) $(HARNESSES:%=$(FUZZ)/%_fuzz.o) $(SOURCES:src/%.c=$(FUZZ)/src/%.o) \
  $(SOURCES:src/%.c=$(FUZZ)/src-small/%.o)

.PHONY: fuzz fuzz-all fuzz-long
fuzz-all: $(HARNESSES:%=$(FUZZ)/%_fuzz) $(FUZZ_SMALL:%=$(FUZZ)/%-small_fuzz)
fuzz: packages-check
	@$(MAKE) --no-print-directory fuzz-all
	@test/fuzz/run.sh
TIME    ?= 3600
HARNESS ?= $(HARNESSES) $(FUZZ_SMALL:%=%-small)
fuzz-long: packages-check
	@$(MAKE) --no-print-directory fuzz-all
	@TIME=$(TIME) test/fuzz/run.sh $(HARNESS)
