# SPDX-License-Identifier: EUPL-1.2
# One Makefile, no recursion. "make help" lists the targets. Variants never mix: each has its own folder in build/.
#   make check                    make check SAN=address,undefined        make check SAN=thread
comma   := ,
SAN     ?=
CC      := gcc
B       := build/$(if $(SAN),$(subst $(comma),-,$(SAN)),plain)
WARN    := -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wcast-qual \
           -Wformat=2 -Wvla -Wundef -Werror
HARD    := -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fPIE
OPT     ?= -O2 -g
INCL    := -I. -Igateway -Itests -Itests/unit
pc       = $(shell pkg-config $(1) $(2) 2>/dev/null)
CFLAGS  += $(OPT) -std=c17 -D_GNU_SOURCE $(INCL) $(WARN) -MMD -MP \
           $(if $(SAN),-fsanitize=$(SAN) -fno-omit-frame-pointer -fno-sanitize-recover=all,$(HARD))
LDFLAGS += -pthread $(if $(SAN),-fsanitize=$(SAN),-Wl$(comma)-z$(comma)relro$(comma)-z$(comma)now -pie)

# Floors, lowest first. LIBS_<folder> are the floors below it. A unit test links the whole archive of its own folder
# and LIBS_<folder>, nothing else: a call to a higher floor is an undefined symbol, whatever the headers say.
# tests/check/layers.sh has the same plan for the includes.
FLOOR1  := config spool gateway/http gateway/xml gateway/mime
LAYERS  := gateway/base $(FLOOR1) pki osci gateway/dir gateway/form gateway gateway/cli
LIBS_gateway/base :=
$(foreach l,$(FLOOR1),$(eval LIBS_$(l) := gateway/base))
LIBS_pki          := $(FLOOR1) gateway/base
LIBS_osci         := pki $(LIBS_pki)
LIBS_gateway/dir  := osci $(LIBS_osci)
LIBS_gateway/form := osci $(LIBS_osci)
LIBS_gateway      := gateway/dir gateway/form osci $(LIBS_osci)
LIBS_gateway/cli  := $(LIBS_pki)

# Third-party libraries, each at home in one folder (DESIGN: floors). The linker gets what the linked floors need.
PC_gateway/base   := libcrypto jansson
PC_config         := yaml-0.1
PC_gateway/http   := libssl libcrypto libcurl
PC_gateway/xml    := libxml-2.0
PC_pki            := xmlsec1-openssl libxml-2.0 libssl libcrypto
PC_gateway/form   := pangocairo cairo-pdf libqpdf jansson
LD_spool          := -llmdb -lcrypto
LD_gateway/form   := -lmagic
PKGS     = $(sort $(foreach l,$(LAYERS),$(PC_$(l))))
PCFLAGS := $(filter-out -DXMLSEC_DL_LIBLTDL=1 -DXMLSEC_CRYPTO_DYNAMIC_LOADING=1,$(call pc,--cflags,$(PKGS)))
CFLAGS  += $(patsubst -I%,-isystem %,$(PCFLAGS))

srcs    = $(filter-out %/main.c,$(wildcard $(1)/*.c))
archive = $(B)/$(subst /,_,$(1)).a
objs    = $(patsubst %.c,$(B)/%.o,$(call srcs,$(1)))
libs    = $(foreach l,$(1),$(LD_$(l))) $(call pc,--libs,$(sort $(foreach l,$(1),$(PC_$(l))))) -lm

PROGRAMS := $(B)/depesched $(B)/depesche $(B)/depesche-sim

all: $(PROGRAMS)        ## build the programs into build/plain (the default)

define LAYER
$(call archive,$(1)): $(call objs,$(1))
	@rm -f $$@ && $(AR) rcs $$@ $$^
TESTS_$(1) := $$(patsubst tests/unit/%.c,$(B)/unit/%,$$(wildcard tests/unit/$(1)/test_*.c))
TESTS += $$(TESTS_$(1))
$$(TESTS_$(1)): $(B)/unit/%: $(B)/tests/unit/%.o $(call archive,$(1)) $(foreach d,$(LIBS_$(1)),$(call archive,$(d))) \
		$(patsubst %.c,$(B)/%.o,$(wildcard tests/unit/$(1)/*_suite.c tests/unit/$(1)/h_*.c))
	@mkdir -p $$(@D)
	@echo "  LD   $$@"
	@$(CC) $(CFLAGS) $(LDFLAGS) -o $$@ $$(filter %.o,$$^) -Wl,--whole-archive $(call archive,$(1)) \
	    -Wl,--no-whole-archive $(foreach d,$(LIBS_$(1)),$(call archive,$(d))) \
	    $(call libs,$(1) $(LIBS_$(1))) -lcmocka
check-$(1): $$(TESTS_$(1))
	@tests/run.sh $$(TESTS_$(1))
.PHONY: check-$(1)
endef
$(foreach l,$(LAYERS),$(eval $(call LAYER,$(l))))

ALL_LIBS := gateway $(LIBS_gateway)
$(B)/depesched: $(B)/gateway/main.o $(foreach d,$(ALL_LIBS),$(call archive,$(d)))
	@echo "  LD   $@"
	@$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(call libs,$(ALL_LIBS))
CLI_LIBS := gateway/cli $(LIBS_gateway/cli)
$(B)/depesche: $(B)/gateway/cli/main.o $(foreach d,$(CLI_LIBS),$(call archive,$(d)))
	@echo "  LD   $@"
	@$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(call libs,$(CLI_LIBS))
SIM_LIBS := osci $(LIBS_osci)
$(B)/depesche-sim: $(patsubst %.c,$(B)/%.o,$(wildcard tests/sim/*.c)) $(foreach d,$(SIM_LIBS),$(call archive,$(d)))
	@echo "  LD   $@"
	@$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(call libs,$(SIM_LIBS))

$(B)/%.o: %.c
	@mkdir -p $(@D)
	@echo "  CC   $<"
	@$(CC) $(CFLAGS) -c -o $@ $<

units: $(TESTS)
	@tests/run.sh $(TESTS)

layers:                 ## no file includes a higher floor or a neighbour
	@tests/check/layers.sh

help:                   ## this list
	@sed -n 's/^\([a-z][a-z-]*\):[^#]*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "  %-10s %s\n", $$1, $$2}'

clean:                  ## remove build/
	rm -rf build

.PHONY: all units layers help clean
.SECONDARY:
-include $(shell find $(B) -name '*.d' 2>/dev/null)
