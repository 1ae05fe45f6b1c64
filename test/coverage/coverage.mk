# Which lines, branches and conditions of src/ the unit tests reach.
#
#   make coverage    prints lines, branches and MC/DC by file and what is not reached; fails when that differs from
#                    test/coverage/open.txt, where each one stands with the reason why no test reaches it
#
# The suites are built twice: with the capacities of a microcontroller at -Os, which leaves out the loops that look at a
# word at a time, and with those of the program. Suites of ports alone are not run, nor is RILL_CORPUS looked at. A third
# build is the one without HTTP, of which test/bare is the test.

COVER       := build/coverage
COVER_CC    := clang-19
COVER_FLAGS := -fprofile-instr-generate -fcoverage-mapping -fcoverage-mcdc
COVER_small := -Os -g
COVER_roomy := -O1 -g $(ROOMY)
COVER_bare  := -Os -g -DRILL_NO_HTTP -DRILL_SSE_ID_SIZE=8
COVER_UNIT  := $(filter-out $(TRANSPORTS),$(UNIT))
COVER_PORT  := $(filter-out %/main.o,$(patsubst %.c,%.o,$(wildcard port/posix/*.c port/uart/*.c port/modem/*.c)))
# limits_test looks at gigabytes, with the capacities of small alone.
COVER_RUNS  := $(filter-out %/roomy/limits_test,$(foreach c,small roomy,$(COVER_UNIT:%=$(COVER)/$(c)/%))) \
               $(COVER)/bare/test/bare/bare

define coverage
$(COVER)/$(1)/src/%.o: src/%.c $(HEADERS) Makefile test/coverage/coverage.mk
	@mkdir -p $$(@D)
	@echo "clang $$@"
	@$(COVER_CC) $(CORE) $(COVER_$(1)) $(COVER_FLAGS) -c $$< -o $$@
$(COVER)/$(1)/%.o: %.c $(HEADERS) $(PORT_H) $(wildcard test/*.h test/logs/*.h) Makefile test/coverage/coverage.mk
	@mkdir -p $$(@D)
	@echo "clang $$@"
	@$(COVER_CC) $(CORE) $(POSIX) $(COVER_$(1)) -Itest $(PORT_I) -c $$< -o $$@
$(COVER)/$(1)/librill.a: $(SOURCES:%.c=$(COVER)/$(1)/%.o)
	@rm -f $$@
	@echo "ar $$@"
	@$(AR) rcs $$@ $$^
$(COVER)/$(1)/libport.a: $(COVER_PORT:%=$(COVER)/$(1)/%)
	@rm -f $$@
	@echo "ar $$@"
	@$(AR) rcs $$@ $$^
$(COVER)/$(1)/%_test: $(COVER)/$(1)/test/unit/%_test.o $(WITH:%=$(COVER)/$(1)/test/%.o) $(COVER)/$(1)/libport.a \
		$(COVER)/$(1)/librill.a
	@echo "ld $$@"
	@$(COVER_CC) -fprofile-instr-generate $$^ -lcmocka -ljansson $(PORT_L) -pthread -o $$@
.PRECIOUS: $(COVER)/$(1)/test/unit/%.o $(COVER)/$(1)/test/%.o $(COVER)/$(1)/port/%.o $(COVER)/$(1)/%_test
endef
$(foreach c,small roomy bare,$(eval $(call coverage,$(c))))

$(COVER)/bare/test/bare/bare: $(COVER)/bare/test/bare/bare.o $(COVER)/bare/librill.a
	@echo "ld $@"
	@$(COVER_CC) -fprofile-instr-generate $^ -o $@

$(COVER)/%.profraw: $(COVER)/% $(wildcard test/golden/*.txt test/golden/answers/*.txt) test/demo/tools.sse
	@echo "run $<"
	@RILL_CORPUS=/dev/null LLVM_PROFILE_FILE=$@ $< <test/demo/tools.sse >$<.txt 2>&1 || { cat $<.txt; rm -f $@; exit 1; }

.PHONY: coverage coverage-all
coverage: packages-coverage
	@$(MAKE) --no-print-directory coverage-all
coverage-all: $(COVER_RUNS:%=%.profraw)
	@node test/coverage/coverage.mjs $(COVER_RUNS)
