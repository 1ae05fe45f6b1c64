# The program of test/tls, under ASan and UBSan, and once without: there heap and stack are what they are.
# The TLS libraries are linked from their archives, so that their calls of malloc() are counted.

WRAP     := -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=free
ARCHIVES := -l:libbearssl.a -l:libmbedtls.a -l:libmbedx509.a -l:libmbedcrypto.a

define tls_ask
build/$(1)/tls/ask: test/tls/ask.c build/$(1)/libport.a build/$(1)/librill.a Makefile test/tls/tls.mk
	@mkdir -p $$(@D)
	@echo "cc $$@"
	@$(CC) $(CORE) -D_DEFAULT_SOURCE $(FLAGS_$(1)) $(PORT_I) $$(filter-out Makefile %.mk,$$^) $(WRAP) $(ARCHIVES) \
		-pthread -o $$@
endef
$(foreach c,small small-san,$(eval $(call tls_ask,$(c))))

ifneq ($(and $(BEARSSL),$(MBEDTLS)),)
check-all: build/small/tls/ask build/small-san/tls/ask build/roomy-san/rill
endif
