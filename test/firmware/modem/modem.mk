# Boards with a modem on their UART: build/firmware/BOARD/modem/DIALECT.elf, of one dialect each; and count.elf.
MODEM_DIALECTS     := quectel simcom ublox esp_at esp_at_active nordic_slm
MODEM_an385        := $(MODEM_DIALECTS) hayes count
MODEM_an385-m0plus := $(MODEM_DIALECTS) hayes count
MODEM_microbit     := quectel esp_at
MODEM_HEADERS      := $(FW_HEADERS) $(wildcard test/firmware/modem/*.h) test/firmware/modem/modem.mk

define modem # board, image
$(FW)/$(1)/test/modem/$(2).o: test/firmware/modem/$(if $(filter count,$(2)),count,modem).c $(MODEM_HEADERS)
	@mkdir -p $$(@D) $(FW)/$(1)/modem
	@echo "cc $$@"
	@$(CC_$(CORE_$(1))) $(FW_FLAGS) -std=gnu99 -Wno-pedantic \
		$(if $(filter $(2),$(MODEM_DIALECTS)),-DDIALECT=rill_modem_$(2)) -c $$< -o $$@
$(FW)/$(1)/modem/$(2).elf: $(addprefix $(FW)/$(1)/test/modem/,ask.o $(if $(filter count,$(2)),script.o))
IMAGES += $(FW)/$(1)/modem/$(2).elf
endef
define modems # board
$(FW)/$(1)/test/modem/ask.o $(FW)/$(1)/test/modem/script.o: $(MODEM_HEADERS)
$(foreach i,$(MODEM_$(1)),$(eval $(call modem,$(1),$(i))))
endef
$(foreach b,an385 an385-m0plus microbit,$(eval $(call modems,$(b))))
