# Images with a network: build/firmware/an385/net/NAME.elf, of test/firmware/net, port/lwip, and lwIP's and BearSSL's
# sources, which test/sources.sh fetches. Where these can't be had, the images are skipped aloud.

NET_IMAGES  := network slip ppp secure
LWIP        := build/sources/lwip
BEARSSL_SRC := build/sources/bearssl
NET         := $(FW)/net
NET_CC      := $(CC_m3)
NET_LWIP    := $(wildcard $(LWIP)/src/core/*.c $(LWIP)/src/core/ipv4/*.c) \
                $(wildcard $(LWIP)/src/netif/*.c $(LWIP)/src/netif/ppp/*.c $(LWIP)/src/netif/ppp/polarssl/*.c)
NET_TLS     := $(shell find $(BEARSSL_SRC)/src -name '*.c' 2>/dev/null)
NET_I       := -Itest/firmware/net -Iport/lwip -Iport/tls -isystem $(LWIP)/src/include -isystem $(BEARSSL_SRC)/inc
NET_HEADERS := $(FW_HEADERS) $(wildcard port/lwip/*.h port/tls/*.h test/firmware/net/*.h test/firmware/net/arch/*.h)

# lwIP is built once for each link: what is linked of it differs, and so does lwipopts.h.
define link
$(NET)/$(1)/lwip/%.o: $(LWIP)/src/%.c test/firmware/net/lwipopts.h test/firmware/net/arch/cc.h test/firmware/net/net.mk
	@mkdir -p $$(@D)
	@$(NET_CC) -Os -g -std=gnu99 -w -ffunction-sections -fdata-sections $(2) $(NET_I) -c $$< -o $$@
$(NET)/$(1)/liblwip.a: $(NET_LWIP:$(LWIP)/src/%.c=$(NET)/$(1)/lwip/%.o)
	@rm -f $$@
	@echo "ar $$@"
	@$(AR) rcs $$@ $$^
$(NET)/$(1)/%.o: %.c $(NET_HEADERS) test/firmware/net/net.mk
	@mkdir -p $$(@D)
	@echo "cc $$@"
	@$(NET_CC) $(FW_FLAGS) $(if $(filter port/%,$$<),,-std=gnu99 -Wno-pedantic) $(2) $(NET_I) -c $$< -o $$@
endef
$(eval $(call link,ethernet,-DNET_ETHERNET=1 -DNET_PPP=0))
$(eval $(call link,slip,-DNET_ETHERNET=0 -DNET_PPP=0))
$(eval $(call link,ppp,-DNET_ETHERNET=0 -DNET_PPP=1))

# BearSSL would ask a system for time and entropy, which a board has not.
$(NET)/bearssl/%.o: $(BEARSSL_SRC)/%.c test/firmware/net/net.mk
	@mkdir -p $(@D)
	@$(NET_CC) -Os -g -w -ffunction-sections -fdata-sections -DBR_USE_UNIX_TIME=0 -DBR_USE_URANDOM=0 \
		-I$(BEARSSL_SRC)/inc -I$(BEARSSL_SRC)/src -c $< -o $@
$(NET)/libbearssl.a: $(NET_TLS:$(BEARSSL_SRC)/%.c=$(NET)/bearssl/%.o)
	@rm -f $@
	@echo "ar $@"
	@$(AR) rcs $@ $^

# ---- images: what each consists of, beside the board, rill, and lwIP
NET_BOARD := $(addprefix $(FW)/an385/test/,startup.o host.o $(PARTS_an385:%=boards/%.o)) $(FW)/m3/librill.a
NET_ETHERNET := ask common ethernet lan9118

define image # name, link, files of this folder, other files, other libraries
$(NET)/$(1).elf: $(addprefix $(NET)/$(2)/,$(3:%=test/firmware/net/%.o) $(4:.c=.o) port/lwip/lwip_raw.o liblwip.a) $(5) $(NET_BOARD)
	@echo "ld $$@"
	@$(NET_CC) -nostartfiles -Wl,--gc-sections -Wl,-Map=$$(@:.elf=.map) -Ltest/firmware/boards \
		-T test/firmware/boards/an385.ld $$(filter %.o,$$^) -Wl,--start-group $$(filter %.a,$$^) -Wl,--end-group -o $$@
endef
$(eval $(call image,network,ethernet,network $(NET_ETHERNET)))
$(eval $(call image,slip,slip,network ask common serial slip))
$(eval $(call image,ppp,ppp,network ask common serial ppp))
$(eval $(call image,secure,ethernet,secure tls $(NET_ETHERNET),port/tls/tls_bearssl.c port/tls/tls_bearssl_ecdhe.c,$(NET)/libbearssl.a))

.PHONY: net net-images
net-images: $(NET_IMAGES:%=$(NET)/%.elf)
net: images
	@test/sources.sh lwip bearssl && $(MAKE) --no-print-directory $(if $(filter -j%,$(MAKEFLAGS)),,-j2) net-images || [ $$? = 77 ]
