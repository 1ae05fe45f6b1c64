# One build of the unit suites for another machine or by other flags: make -f test/foreign/foreign.mk VARIANT=s390x ...
#
#   VARIANT   a name: the build goes to build/foreign/VARIANT
#   TARGET    the machine (s390x, powerpc, ...); empty: this one
#   CC, FLAGS compiler and its flags, the standard among them
#   TLS       not empty: tls_test too, with BearSSL and Mbed TLS
#   WITHOUT   suites that are not built
#
# run.sh calls it for each variant. What a foreign machine needs of cmocka, jansson and the TLS libraries is compiled here,
# from Debian's sources, once per machine: build/foreign/lib/TARGET.

WARNINGS := -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes -Wundef -Wvla -Werror
BUILD    := build/foreign/$(VARIANT)
LIB      := build/foreign/lib/$(TARGET)
FROM     := build/sources

PORTS    := posix uart modem template $(if $(TLS),tls)
SRC      := $(wildcard src/*.c)
PORT     := $(filter-out port/posix/main.c,$(wildcard $(PORTS:%=port/%/*.c)))
WITH     := $(wildcard test/*.c test/logs/*.c)
UNIT     := $(filter-out $(patsubst %,test/unit/%.c,$(WITHOUT) $(if $(TLS),,tls_test)),$(wildcard test/unit/*_test.c))
HEADERS  := $(wildcard include/rill/*.h src/*.h port/*/*.h test/*.h test/*/*.h)
objects   = $(1:%.c=$(BUILD)/%.o)

INCLUDE  := -Iinclude $(PORTS:%=-Iport/%) -Itest $(if $(TLS),-DRILL_WITH_BEARSSL)
ifdef TARGET
INCLUDE  += $(patsubst %,-isystem $(FROM)/%,cmocka/include jansson/src jansson/android \
              $(if $(TLS),bearssl/inc mbedtls/include)) -idirafter /usr/include
LIBS     := $(LIB)/cmocka.a $(LIB)/jansson.a $(if $(TLS),$(LIB)/bearssl.a $(LIB)/mbedtls.a)
LINK     :=
else
LIBS     :=
LINK     := -lcmocka -ljansson $(if $(TLS),-lbearssl -lmbedtls -lmbedx509 -lmbedcrypto)
endif

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: all
all: $(patsubst test/unit/%.c,$(BUILD)/%,$(UNIT))

$(BUILD)/%.o: %.c $(HEADERS) test/foreign/foreign.mk
	@mkdir -p $(@D)
	@$(CC) $(FLAGS) $(WARNINGS) -D_POSIX_C_SOURCE=200809L -D_FILE_OFFSET_BITS=64 $(INCLUDE) -c $< -o $@
# Inputs of megabytes there, not gigabytes: as under the sanitizers.
$(BUILD)/test/unit/limits_test.o: override FLAGS += -D__SANITIZE_ADDRESS__
$(BUILD)/rill.a: $(call objects,$(SRC) $(PORT))
	@rm -f $@ && ar rcs $@ $^
$(BUILD)/%_test: $(BUILD)/test/unit/%_test.o $(call objects,$(WITH)) $(BUILD)/rill.a $(LIBS)
	@$(CC) $(FLAGS) $^ $(LINK) -pthread -o $@

# ---- the libraries of a foreign machine
CMOCKA   := -DHAVE_MALLOC_H -DHAVE_INTTYPES_H -DHAVE_SIGNAL_H -DHAVE_STRINGS_H -DHAVE_GCC_THREAD_LOCAL_STORAGE \
            -DHAVE_CLOCK_REALTIME -DHAVE_SIGLONGJMP -DHAVE_STRSIGNAL -DHAVE_STRUCT_TIMESPEC
JANSSON  := -DHAVE_STDINT_H -DHAVE_UNISTD_H
define library # NAME SOURCES FLAGS
$(LIB)/$(1).a: $(patsubst $(FROM)/%.c,$(LIB)/%.o,$(2))
	@rm -f $$@ && ar rcs $$@ $$^
$(LIB)/$(1)/%.o: $(FROM)/$(1)/%.c
	@mkdir -p $$(@D) && touch $(LIB)/$(1)/$(1)_private_config.h
	@$(CC) -O2 -w -D_GNU_SOURCE $(3) -c $$< -o $$@
endef
$(eval $(call library,cmocka,$(FROM)/cmocka/src/cmocka.c,$(CMOCKA) -I$(FROM)/cmocka/include))
$(eval $(call library,jansson,$(wildcard $(FROM)/jansson/src/*.c),$(JANSSON) -I$(FROM)/jansson/android -I$(LIB)/jansson))
$(eval $(call library,bearssl,$(wildcard $(FROM)/bearssl/src/*.c $(FROM)/bearssl/src/*/*.c),-I$(FROM)/bearssl/inc -I$(FROM)/bearssl/src))
$(eval $(call library,mbedtls,$(wildcard $(FROM)/mbedtls/library/*.c),-I$(FROM)/mbedtls/include -I$(FROM)/mbedtls/library))
