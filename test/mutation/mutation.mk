# Whether the unit tests notice a fault in src/: one operator, bound, constant or statement is changed at a time.
#
#   make mutate        tries a sample of the changes: one of SHARE (10) of them, chosen by SEED (1)
#   make mutate-all    tries all of them, for hours
#
# FILES="src/client.c src/request.c" looks at these alone, AGAIN=survivors.txt at the changes that this file names, as
# build/mutation/survivors.txt of the run before. HASTE=1 spares the slow look at what the others did not notice.
# Fails when a change is noticed by no test and not listed in test/mutation/equivalent.txt, where each one stands that
# changes nothing, with the reason.
#
# Two builds, so that most changes are found soon: small without sanitizers, then roomy with them.

FLAGS_mutation/quick := -Os
FLAGS_mutation/thorough := $(SANITIZE) $(ROOMY)
MUTATION_UNIT := $(filter-out $(TRANSPORTS),$(UNIT))

$(foreach c,quick thorough,$(eval $(call configuration,mutation/$(c)))$(eval $(call tests,mutation/$(c))))

SHARE ?= 10
SEED  ?= 1
FILES ?= $(SOURCES) $(wildcard src/*.h)

.PHONY: mutate mutate-all mutation-all
mutation-all: $(foreach c,quick thorough,$(MUTATION_UNIT:%=build/mutation/$(c)/test/%))
mutate mutate-all: packages-check
	@$(MAKE) --no-print-directory mutation-all
	@CC="$(CC)" CORE="$(filter-out -W%,$(CORE)) -w" LIBRARIES="-lcmocka -ljansson $(PORT_L) -pthread" \
		AGAIN="$(AGAIN)" HASTE="$(HASTE)" FLAGS_quick="$(FLAGS_mutation/quick)" FLAGS_thorough="$(FLAGS_mutation/thorough)" \
		node test/mutation/mutate.mjs $(if $(filter mutate-all,$@),1,$(SHARE)) $(SEED) $(FILES)
