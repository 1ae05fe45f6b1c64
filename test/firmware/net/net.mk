# Images with a network: build/firmware/an385/net/NAME.elf, of test/firmware/net, port/lwip, and lwIP's and BearSSL's
# sources, which test/sources.sh fetches. Where these can't be had, the images are skipped aloud.

NET_IMAGES  := network slip
LWIP        := build/sources/lwip
NET         := $(FW)/net
NET_CC      := $(CC_m3)
NET_LWIP    := $(wildcard $(LWIP)/src/core/*.c $(LWIP)/src/core/ipv4/*.c) $(LWIP)/src/netif/ethernet.c $(LWIP)/src/netif/slipif.c
NET_I       := -Itest/firmware/net -Iport/lwip -isystem $(LWIP)/src/include
NET_HEADERS := $(FW_HEADERS) $(wildcard port/lwip/*.h test/firmware/net/*.h test/firmware/net/arch/*.h)

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
$(eval $(call link,ethernet,-DNET_ETHERNET=1))
$(eval $(call link,slip,-DNET_ETHERNET=0))

# ---- images: what each consists of, beside the board, rill, and lwIP
NET_BOARD := $(addprefix $(FW)/an385/test/,startup.o host.o $(PARTS_an385:%=boards/%.o)) $(FW)/m3/librill.a
NET_ETHERNET := ask common ethernet lan9118

define image # name, link, files of this folder, other files
$(NET)/$(1).elf: $(addprefix $(NET)/$(2)/,$(3:%=test/firmware/net/%.o) $(4:.c=.o) port/lwip/lwip_raw.o liblwip.a) $(NET_BOARD)
	@echo "ld $$@"
	@$(NET_CC) -nostartfiles -Wl,--gc-sections -Wl,-Map=$$(@:.elf=.map) -Ltest/firmware/boards \
		-T test/firmware/boards/an385.ld $$(filter %.o,$$^) -Wl,--start-group $$(filter %.a,$$^) -Wl,--end-group -o $$@
endef
$(eval $(call image,network,ethernet,network $(NET_ETHERNET)))
$(eval $(call image,slip,slip,network ask common slip))

.PHONY: net net-images
net-images: $(NET_IMAGES:%=$(NET)/%.elf)
net:
	@test/sources.sh lwip && $(MAKE) --no-print-directory net-images || [ $$? = 77 ]
firmware: net
