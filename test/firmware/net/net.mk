# Images with a network: build/firmware/an385/net/NAME.elf, of test/firmware/net, port/lwip, and lwIP's and BearSSL's
# sources, which test/sources.sh fetches. Where these can't be had, the images are skipped aloud.

NET_IMAGES  := network slip ppp secure
LWIP        := build/sources/lwip
BEARSSL_SRC := build/sources/bearssl
NET         := $(FW)/net
NET_CC      := $(CC_m3)
# Of lwIP and BearSSL: what the linker takes for these images. It says so when a file is missing.
NET_LWIP    := $(addprefix core/,def dns inet_chksum init ip mem memp netif pbuf stats tcp tcp_in tcp_out timeouts udp \
                 ipv4/icmp ipv4/ip4 ipv4/ip4_addr)
LWIP_ethernet := core/ipv4/dhcp core/ipv4/etharp netif/ethernet
LWIP_slip     := netif/slipif
LWIP_ppp      := $(addprefix netif/ppp/,auth fsm ipcp lcp magic ppp pppos utils)
NET_TLS     := $(addprefix codec/,ccopy dec32be dec64be enc32be enc64be) \
                 $(addprefix ec/,ec_all_m31 ec_c25519_m31 ec_p256_m31 ec_prime_i31 ec_secp256r1 ec_secp384r1 ec_secp521r1 \
                   ecdsa_atr ecdsa_i31_bits ecdsa_i31_vrfy_asn1 ecdsa_i31_vrfy_raw) \
                 $(addprefix hash/,ghash_ctmul multihash sha2big sha2small) \
                 $(addprefix int/,$(addprefix i31_,add bitlen decmod decode encode fmont iszero modpow modpow2 montmul muladd \
                   ninv31 rshift sub tmont) i32_div32) \
                 mac/hmac $(addprefix rand/,hmac_drbg sysrng) \
                 $(addprefix rsa/,rsa_default_pkcs1_vrfy rsa_i31_pkcs1_vrfy rsa_i31_pub rsa_pkcs1_sig_unpad) \
                 $(addprefix ssl/,prf prf_sha256 ssl_client ssl_engine ssl_engine_default_aesgcm ssl_engine_default_chapol \
                   ssl_engine_default_ecdsa ssl_engine_default_rsavrfy ssl_hs_client ssl_rec_chapol ssl_rec_gcm) \
                 $(addprefix symcipher/,aes_ct aes_ct_ctr aes_ct_enc chacha20_ct poly1305_ctmul) \
                 $(addprefix x509/,x509_decoder x509_minimal)
NET_I       := -Itest/firmware/net -Iport/lwip -Iport/tls -isystem $(LWIP)/src/include -isystem $(BEARSSL_SRC)/inc
NET_HEADERS := $(FW_HEADERS) $(wildcard port/lwip/*.h port/tls/*.h test/firmware/net/*.h test/firmware/net/arch/*.h)

# lwIP is built once for each link: what is linked of it differs, and so does lwipopts.h.
define link
$(NET)/$(1)/lwip/%.o: $(LWIP)/src/%.c test/firmware/net/lwipopts.h test/firmware/net/arch/cc.h test/firmware/net/net.mk
	@mkdir -p $$(@D)
	@$(NET_CC) -Os -std=gnu99 -w -ffunction-sections -fdata-sections $(2) $(NET_I) -c $$< -o $$@
$(NET)/$(1)/liblwip.a: $(patsubst %,$(NET)/$(1)/lwip/%.o,$(NET_LWIP) $(LWIP_$(1)))
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
$(NET)/bearssl/%.o: $(BEARSSL_SRC)/src/%.c test/firmware/net/net.mk
	@mkdir -p $(@D)
	@$(NET_CC) -Os -w -ffunction-sections -fdata-sections -DBR_USE_UNIX_TIME=0 -DBR_USE_URANDOM=0 \
		-I$(BEARSSL_SRC)/inc -I$(BEARSSL_SRC)/src -c $< -o $@
$(NET)/libbearssl.a: $(NET_TLS:%=$(NET)/bearssl/%.o)
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
