# make install     puts what `make` has built where other programs find it: libraries, headers, pkg-config files, program
# make uninstall   takes the same files away; give it the same variables
#
# PREFIX=/usr/local; DESTDIR=... stages for a package. BINDIR, LIBDIR and INCLUDEDIR can be set one by one.

PREFIX     ?= /usr/local
BINDIR     ?= $(PREFIX)/bin
LIBDIR     ?= $(PREFIX)/lib
INCLUDEDIR ?= $(PREFIX)/include
INSTALL    ?= install
VERSION    := $(shell sed -n 's/^.define RILL_VERSION "\(.*\)"/\1/p' include/rill/rill.h)

# port/posix holds the program too: these of its files are ports. All of port/uart and port/modem is. Headers that
# say "not for users" are not installed. port/cmake reads the line.
POSIX_PORTS     := socket serial wait
IN_port         := $(wildcard $(POSIX_PORTS:%=port/posix/%.[ch]) port/uart/*.[ch] port/modem/*.[ch])
IN_bearssl      := $(if $(BEARSSL),$(filter-out %/tls_mbedtls.c %/tls_mbedtls.h,$(wildcard port/tls/*.[ch])))
PORT_LIBRARIES  := $(foreach l,port bearssl,$(if $(IN_$(l)),$(l)))

define port_library
build/librill-$(1).a: $(patsubst port/%.c,build/small/port/%.o,$(filter %.c,$(IN_$(1))))
	@rm -f $$@
	@echo "ar $$@"
	@$(AR) rcs $$@ $$^
endef
$(foreach l,$(PORT_LIBRARIES),$(eval $(call port_library,$(l))))

LIBRARIES  := build/librill.a $(PORT_LIBRARIES:%=build/librill-%.a)
PC_FILES   := rill.pc $(PORT_LIBRARIES:%=rill-%.pc)
PUBLIC     := $(wildcard include/rill/*.h)
PUBLIC_OF_PORTS := $(shell grep -L 'not for users' $(filter %.h,$(IN_port) $(IN_bearssl)))

all: $(LIBRARIES)

TO_BIN      := $(DESTDIR)$(BINDIR)
TO_LIB      := $(DESTDIR)$(LIBDIR)
TO_PC       := $(TO_LIB)/pkgconfig
TO_INCLUDE  := $(DESTDIR)$(INCLUDEDIR)/rill

.PHONY: install uninstall
install: all
	@echo "install $(DESTDIR)$(PREFIX)"
	@$(INSTALL) -d "$(TO_BIN)" "$(TO_PC)" "$(TO_INCLUDE)/port"
	@$(INSTALL) -m 755 build/rill "$(TO_BIN)"
	@$(INSTALL) -m 644 $(LIBRARIES) "$(TO_LIB)"
	@$(INSTALL) -m 644 $(PUBLIC) "$(TO_INCLUDE)"
	@$(INSTALL) -m 644 $(PUBLIC_OF_PORTS) "$(TO_INCLUDE)/port"
	@for file in $(PC_FILES); do \
	    sed 's|@PREFIX@|$(PREFIX)|; s|@LIBDIR@|$(LIBDIR)|; s|@INCLUDEDIR@|$(INCLUDEDIR)|; s|@VERSION@|$(VERSION)|' \
	        port/install/$$file.in >"$(TO_PC)/$$file" && chmod 644 "$(TO_PC)/$$file" || exit 1; \
	done

uninstall:
	@echo "uninstall $(DESTDIR)$(PREFIX)"
	@rm -f "$(TO_BIN)/rill" $(LIBRARIES:build/%="$(TO_LIB)/%") $(PC_FILES:%="$(TO_PC)/%") \
	    $(PUBLIC:include/rill/%="$(TO_INCLUDE)/%") \
	    $(foreach h,$(notdir $(PUBLIC_OF_PORTS)),"$(TO_INCLUDE)/port/$(h)")
	@rmdir "$(TO_INCLUDE)/port" "$(TO_INCLUDE)" 2>/dev/null || true
