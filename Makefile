# SPDX-License-Identifier: EUPL-1.2
# One Makefile, no recursion. "make help" lists the targets. Variants never mix: each has its own folder in build/.
#   make check                    make check SAN=address,undefined        make check SAN=thread
comma   := ,
SAN     ?=
JOBS    ?= $(shell nproc 2>/dev/null || echo 1)
CC      := gcc
B       := build/$(if $(SAN),$(subst $(comma),-,$(SAN)),plain)
WARN    := -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wcast-qual \
           -Wformat=2 -Wvla -Wundef -Werror
HARD    := -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fPIE -fstack-clash-protection -ftrivial-auto-var-init=zero \
           $(if $(filter x86_64,$(shell uname -m)),-fcf-protection)
OPT     ?= -O2 -g
INCL    := -I. -Igateway -Itests -Itests/unit
pc       = $(shell pkg-config $(1) $(2) 2>/dev/null)
CFLAGS  += $(OPT) -std=c17 -D_GNU_SOURCE $(INCL) $(WARN) -MMD -MP \
           $(if $(SAN),-fsanitize=$(SAN) -fno-omit-frame-pointer -fno-sanitize-recover=all,$(HARD))
LDFLAGS += -pthread $(if $(SAN),-fsanitize=$(SAN),-Wl$(comma)-z$(comma)relro$(comma)-z$(comma)now -pie)

# The house: tests/check/rooms.txt says which folders a folder may know. A unit test links the whole archive of its own
# folder and those of its row, nothing else: a call elsewhere is an undefined symbol, whatever the headers say.
ROOMS   := tests/check/rooms.txt
LAYERS  := $(shell sed -n 's/^\([a-z][a-z/]*\):.*/\1/p' $(ROOMS))
$(foreach l,$(LAYERS),$(eval LIBS_$(l) := $(shell sed -n 's|^$(l):||p' $(ROOMS))))
# Unit tests of these folders also link certificates made at run time and a spool in a temporary folder.
$(foreach l,gateway/dir gateway/peer gateway/delivery gateway/mailbox gateway/control gateway gateway/cli,$(eval HARNESS_$(l) := gateway/sim/mkcert.c tests/unit/spool/suite/h_*.c tests/unit/spool/lmdb/h_*.c))
HARNESS_spool/lmdb := tests/unit/spool/suite/*.c
# And who opens a spool in a test brings an engine along: only programs know which one there is.
$(foreach l,gateway/dir gateway/peer gateway/delivery gateway/mailbox gateway/control gateway/form/web,$(eval ENGINE_$(l) := spool/lmdb))
HARNESS_gateway/dir  += tests/unit/h_canned.c gateway/sim/dvdv_wire.c
HARNESS_gateway/peer += tests/unit/h_canned.c
HARNESS_gateway/mailbox += tests/unit/gateway/peer/h_clamd.c tests/unit/osci/env_suite.c tests/unit/osci/h_pki_here.c tests/unit/osci/h_sample.c
HARNESS_gateway/form/application := tests/unit/gateway/form/model/h_*.c
HARNESS_gateway/form/web := tests/unit/gateway/form/model/h_*.c tests/unit/gateway/form/application/h_*.c

# Third-party libraries, each at home in one folder (DESIGN: floors). The linker gets what the linked floors need.
PC_gateway/base   := libcrypto jansson
PC_config         := yaml-0.1
PC_gateway/http   := libssl libcrypto libcurl
PC_gateway/xml    := libxml-2.0
PC_pki            := xmlsec1-openssl libxml-2.0 libssl libcrypto
PC_gateway/form/model := glib-2.0
PC_gateway/form/application := pangocairo cairo-pdf libqpdf
LD_spool          := -lcrypto
LD_spool/lmdb     := -llmdb
LD_gateway/form/application := -lmagic
PKGS     = $(sort $(foreach l,$(LAYERS),$(PC_$(l))))
PCFLAGS := $(filter-out -DXMLSEC_DL_LIBLTDL=1 -DXMLSEC_CRYPTO_DYNAMIC_LOADING=1,$(call pc,--cflags,$(PKGS)))
CFLAGS  += $(patsubst -I%,-isystem %,$(PCFLAGS))

srcs    = $(filter-out %/main.c,$(wildcard $(1)/*.c))
archive = $(B)/$(subst /,_,$(1)).a
objs    = $(patsubst %.c,$(B)/%.o,$(call srcs,$(1)))
libs    = $(foreach l,$(1),$(LD_$(l))) $(call pc,--libs,$(sort $(foreach l,$(1),$(PC_$(l))))) -lm

PROGRAMS := $(B)/depesched $(B)/depesche $(B)/depesche-sim

all: $(PROGRAMS) $(foreach l,$(LAYERS),$(if $(call srcs,$(l)),$(call archive,$(l)))) ## build everything into build/plain (the default)

define LAYER
$(call archive,$(1)): $(call objs,$(1))
	@rm -f $$@ && $(AR) rcs $$@ $$^
TESTS_$(1) := $$(patsubst tests/unit/%.c,$(B)/unit/%,$$(wildcard tests/unit/$(1)/test_*.c))
TESTS += $$(TESTS_$(1))
$$(TESTS_$(1)): $(B)/unit/%: $(B)/tests/unit/%.o $(call archive,$(1)) $(foreach d,$(ENGINE_$(1)) $(LIBS_$(1)),$(call archive,$(d))) \
		$(patsubst %.c,$(B)/%.o,$(wildcard tests/unit/$(1)/*_suite.c tests/unit/$(1)/h_*.c $(HARNESS_$(1))))
	@mkdir -p $$(@D)
	@echo "  LD   $$@"
	@$(CC) $(CFLAGS) $(LDFLAGS) -o $$@ $$(filter %.o,$$^) -Wl,--whole-archive $(call archive,$(1)) \
	    -Wl,--no-whole-archive $(foreach d,$(ENGINE_$(1)) $(LIBS_$(1)),$(call archive,$(d))) \
	    $(call libs,$(1) $(ENGINE_$(1)) $(LIBS_$(1))) -lcmocka
check-$(1): $$(TESTS_$(1))
	@tests/run.sh $$(TESTS_$(1))
build/fuzz/$(subst /,_,$(1)).a: $(patsubst %.c,build/fuzz/%.o,$(call srcs,$(1)))
	@rm -f $$@ && $(AR) rcs $$@ $$^
.PHONY: check-$(1)
endef
$(foreach l,$(LAYERS),$(eval $(call LAYER,$(l))))

# A program: its main.o, the archive of its folder, and those of its row.
define PROGRAM
$(B)/$(1): $(B)/$(2)/main.o $(call archive,$(2)) $(foreach d,$(LIBS_$(2)),$(call archive,$(d)))
	@echo "  LD   $$@"
	@$(CC) $(CFLAGS) $(LDFLAGS) -o $$@ $$^ $(call libs,$(2) $(LIBS_$(2)))
endef
$(eval $(call PROGRAM,depesched,gateway))
$(eval $(call PROGRAM,depesche,gateway/cli))
$(eval $(call PROGRAM,depesche-sim,gateway/sim))
ALL_LIBS := gateway $(LIBS_gateway)

# The form service alone, for the browser test.
FORM_LIBS := gateway/form/web spool/lmdb $(LIBS_gateway/form/web)
$(B)/form-server: $(B)/tests/scenario/form_server.o $(foreach d,$(FORM_LIBS),$(call archive,$(d)))
	@echo "  LD   $@"
	@$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(call libs,$(FORM_LIBS))

BENCHES := $(patsubst tests/perf/%.c,$(B)/perf/%,$(wildcard tests/perf/bench_*.c))
PERF_OBJS := $(patsubst %.c,$(B)/%.o,$(filter-out tests/perf/bench_%,$(wildcard tests/perf/*.c)))
$(BENCHES): $(B)/perf/%: $(B)/tests/perf/%.o $(PERF_OBJS) $(foreach d,gateway/sim $(ALL_LIBS),$(call archive,$(d)))
	@mkdir -p $(@D)
	@echo "  LD   $@"
	@$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(call libs,$(ALL_LIBS))
bench: $(PROGRAMS) $(BENCHES) ## figures of speed and memory, "figure: value unit"; judges nothing (docs/performance.md)
	@BIN=$(B) tests/perf/bench.sh

# The schemas of the XTA service stand in the program as they are.
$(B)/xta/schema.o build/fuzz/xta/schema.o: $(wildcard xta/schema/*.xsd)

$(B)/%.o: %.c
	@mkdir -p $(@D)
	@echo "  CC   $<"
	@$(CC) $(CFLAGS) -c -o $@ $<

# Fuzz targets: with clang and libFuzzer in build/fuzz, with gcc and tests/fuzz/replay_main.c in the variant at hand.
# Each target names the folder whose parser it feeds in a line /* LINK: gateway/xml */; that folder's row comes along.
FUZZ     ?= $(basename $(notdir $(wildcard tests/fuzz/fuzz_*.c)))
FUZZ_CC  := clang
FUZZ_SAN := -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
REPLAYS  := $(patsubst %,$(B)/fuzz/%,$(FUZZ))
TIME     ?= 60
define FUZZ_TARGET
ROOM_$(1) := $(shell sed -n 's|^/\* LINK: *\(.*[^ ]\) *\*/.*|\1|p' tests/fuzz/$(1).c)
LINK_$(1) := $$(ROOM_$(1)) $$(LIBS_$$(ROOM_$(1)))
$(B)/fuzz/$(1): $(B)/tests/fuzz/$(1).o $(B)/tests/fuzz/replay_main.o $$(foreach d,$$(LINK_$(1)),$$(call archive,$$(d)))
	@mkdir -p $$(@D)
	@echo "  LD   $$@"
	@$(CC) $(CFLAGS) $(LDFLAGS) -o $$@ $$(filter %.o,$$^) -Wl,--start-group $$(filter %.a,$$^) -Wl,--end-group \
	    $$(call libs,$$(LINK_$(1)))
build/fuzz/$(1): build/fuzz/tests/fuzz/$(1).o $$(foreach d,$$(LINK_$(1)),build/fuzz/$$(subst /,_,$$(d)).a)
	@echo "  LD   $$@"
	@$(FUZZ_CC) -g -fsanitize=fuzzer,address,undefined -pthread -o $$@ $$(filter %.o,$$^) -Wl,--start-group \
	    $$(filter %.a,$$^) -Wl,--end-group $$(call libs,$$(LINK_$(1)))
endef
$(foreach f,$(FUZZ),$(eval $(call FUZZ_TARGET,$(f))))

build/fuzz/%.o: %.c
	@mkdir -p $(@D)
	@echo "  CC   $< (fuzz)"
	@$(FUZZ_CC) -O1 -g -std=c17 -D_GNU_SOURCE $(INCL) $(patsubst -I%,-isystem %,$(PCFLAGS)) -MMD -MP -w $(FUZZ_SAN) -c -o $@ $<

fuzz: $(patsubst %,build/fuzz/%,$(FUZZ)) ## TIME=60 seconds of fuzzing for each parser (FUZZ=fuzz_uri for one)
	@TIME=$(TIME) tests/fuzz/run.sh $^

fuzz-replay: $(REPLAYS) ## the fuzz targets over their corpus
	@tests/run.sh $(REPLAYS)

run:                    ## the whole way on this machine, in the foreground: form, intermediary, directory, municipality
	@tests/deps.sh tests/packages-build.txt
	@$(MAKE) --no-print-directory -j$(JOBS) all
	@BIN=$(B) tests/sim/run.sh

demo:                   ## the main job once without a person; compares what was sent with what arrived
	@tests/deps.sh tests/packages-build.txt
	@$(MAKE) --no-print-directory -j$(JOBS) all
	@BIN=$(B) tests/sim/demo.sh

soak: $(PROGRAMS)       ## 200 applications while the daemon is killed again and again (COUNT=n)
	@BIN=$(B) tests/sim/soak.sh

SCENARIOS = $(if $(SAN),,$(sort $(wildcard tests/scenario/*.sh)))
# The packages come first and change what pkg-config says, so make starts afresh behind them.
check:                  ## all tests: units, fuzz corpus, floors, scenarios (SAN=...: units and fuzz corpus)
	@tests/deps.sh tests/packages-build.txt tests/packages.txt
	@$(MAKE) --no-print-directory -j$(JOBS) check-all
check-all: $(TESTS) $(REPLAYS) $(if $(SAN),,$(PROGRAMS) $(B)/form-server)
	@BUILD=$(B) tests/run.sh $(TESTS) $(REPLAYS) $(if $(SAN),,tests/check/layers.sh tests/check/layers_test.sh) $(SCENARIOS)

tests-built: $(TESTS)    ## the unit tests compiled and linked, not run
units: tests-built      ## the unit tests alone
	@tests/run.sh $(TESTS)

deps:                   ## install the Debian packages that building and checking need (as root)
	@tests/deps.sh tests/packages-build.txt tests/packages.txt
deps-lint:              ## those of lint and fuzz
	@tests/deps.sh tests/packages-lint.txt

# lint: a stamp per file, made anew when the file or a header of it changes (through the object and its .d file).
CODE    := $(foreach l,$(LAYERS),$(wildcard $(l)/*.c)) $(wildcard tests/scenario/*.c tests/fuzz/*.c tests/perf/*.c)
TIDY    := $(patsubst %.c,$(B)/tidy/%.ok,$(CODE))
$(B)/tidy/%.ok: %.c $(B)/%.o .clang-tidy
	@mkdir -p $(@D)
	@echo "  TIDY $<"
	@clang-tidy --quiet --warnings-as-errors='*' $< -- -std=c17 -D_GNU_SOURCE $(INCL) \
	    $(patsubst -I%,-isystem %,$(PCFLAGS)) >$@.log 2>&1 || { grep -v 'warnings generated' $@.log; exit 1; }
	@mv $@.log $@
lint-tidy: $(TIDY)
# cppcheck 2.10 does not know the __VA_OPT__ in base/log.h: -U makes it skip that definition, -D gives it one without.
lint-cppcheck:
	@mkdir -p $(B)/cppcheck
	@cppcheck --quiet -j 2 --std=c11 --enable=warning,performance,portability --inline-suppr --error-exitcode=1 \
	    --suppressions-list=tests/check/cppcheck.txt --cppcheck-build-dir=$(B)/cppcheck -Ulog_event \
	    '-Dlog_event(l,e,...)=log_emit(l, e, (const struct log_field[]){ __VA_ARGS__ })' -D_GNU_SOURCE $(INCL) $(CODE)
lint: all $(TESTS)      ## warnings, clang-tidy, cppcheck, floors, sizes, names, documentation
	@tests/deps.sh tests/packages-lint.txt
	@bad=0; \
	tests/check/layers.sh || bad=1; \
	tests/check/limits.sh || bad=1; \
	tests/check/names.sh $(B) || bad=1; \
	tests/check/docs.sh || bad=1; \
	tests/check/named.sh || bad=1; \
	tests/check/dead.sh $(B) || bad=1; \
	$(MAKE) --no-print-directory -k -j2 lint-tidy lint-cppcheck || bad=1; \
	if [ $$bad = 0 ]; then echo "lint: clean"; fi; exit $$bad

docs:                   ## the pages generated from lists in the code
	@tests/check/gen-docs.sh docs

PREFIX  ?= /usr/local
install: all            ## programs, manual pages, forms, sample configuration, unit into DESTDIR and PREFIX
	@for p in $(PROGRAMS); do \
	    case $$p in */depesched) d=sbin ;; *) d=bin ;; esac; \
	    install -D -m 755 $$p $(DESTDIR)$(PREFIX)/$$d/$${p##*/} || exit 1; done
	@for m in $(wildcard docs/man/*.1 docs/man/*.5 docs/man/*.8); do \
	    install -D -m 644 $$m $(DESTDIR)$(PREFIX)/share/man/man$${m##*.}/$${m##*/} || exit 1; done
	@for f in LICENSE README.md docs/depesche.yaml $(wildcard docs/*.md); do \
	    install -D -m 644 $$f $(DESTDIR)$(PREFIX)/share/doc/depesche/$${f##*/} || exit 1; done
	@for f in $(wildcard docs/forms/* docs/schema/*); do \
	    install -D -m 644 $$f $(DESTDIR)$(PREFIX)/share/depesche/$${f#docs/} || exit 1; done
	@for f in $(wildcard packaging/prometheus/*); do \
	    install -D -m 644 $$f $(DESTDIR)$(PREFIX)/share/depesche/prometheus/$${f##*/} || exit 1; done
	@install -D -m 644 packaging/completion/depesche $(DESTDIR)$(PREFIX)/share/bash-completion/completions/depesche
	@for u in $(wildcard packaging/*.service); do \
	    install -D -m 644 $$u $(DESTDIR)$(PREFIX)/lib/systemd/system/$${u##*/} && \
	    sed -i 's|/usr/sbin/|$(PREFIX)/sbin/|' $(DESTDIR)$(PREFIX)/lib/systemd/system/$${u##*/} || exit 1; done

deb:                    ## Debian packages into build/deb
	@tests/deps.sh tests/packages-build.txt tests/packages-deb.txt
	@packaging/deb.sh
check-deb: deb          ## installs them in a clean Debian 12, uses, upgrades and removes them (as root, 3 minutes)
	@TEST_TIMEOUT=900 tests/run.sh tests/check-deb.sh

layers:                 ## no file includes a higher floor or a neighbour
	@tests/check/layers.sh

help:                   ## this list
	@sed -n 's/^\([a-z][a-z-]*\):[^#]*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "  %-12s %s\n", $$1, $$2}'

clean:                  ## remove build/
	rm -rf build

.PHONY: all deb check-deb run demo soak check check-all units tests-built fuzz fuzz-replay deps deps-lint lint lint-tidy lint-cppcheck docs bench install layers help clean
.SECONDARY:
-include $(shell find $(B) build/fuzz -name '*.d' 2>/dev/null)
