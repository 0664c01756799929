# Fuzz targets. To add one, NAME:
#   tests/fuzz/fuzz_NAME.c   defines LLVMFuzzerTestOneInput() of fuzz.h
#   tests/fuzz/corpus/NAME/  seeds: small, our own, broken ones too
# and here its name in FUZZ_TARGETS and the three lines that the others have.
#
# make check replays the seeds. With ./configure CC=clang --enable-fuzzing
# (best with --enable-sanitizers) the targets are libFuzzer's, and
# make fuzz FUZZ_SECONDS=60 runs them.

FUZZ_TARGETS = \
	tests/fuzz/fuzz_assemble \
	tests/fuzz/fuzz_condition \
	tests/fuzz/fuzz_frame \
	tests/fuzz/fuzz_record \
	tests/fuzz/fuzz_rules \
	tests/fuzz/fuzz_template

FUZZ_SECONDS = 60

if FUZZING
AM_CFLAGS += -fsanitize=fuzzer-no-link
FUZZ_MAIN =
FUZZ_LINK = $(AM_LDFLAGS) -fsanitize=fuzzer
else
FUZZ_MAIN = tests/fuzz/replay_main.c
FUZZ_LINK = $(AM_LDFLAGS)
endif

if TESTS_ENABLED
check_PROGRAMS += $(FUZZ_TARGETS)
if !FUZZING
TESTS += $(FUZZ_TARGETS)
endif
endif

FUZZ_AUDIT_LIBS = src/audit/libaudit_records.a src/base/libbase.a $(AUDIT_LIBS)

tests_fuzz_fuzz_assemble_SOURCES = tests/fuzz/fuzz_assemble.c tests/fuzz/fuzz.h $(FUZZ_MAIN)
tests_fuzz_fuzz_assemble_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_assemble_LDADD = $(FUZZ_AUDIT_LIBS)

tests_fuzz_fuzz_frame_SOURCES = tests/fuzz/fuzz_frame.c tests/fuzz/fuzz.h $(FUZZ_MAIN)
tests_fuzz_fuzz_frame_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_frame_LDADD = $(FUZZ_AUDIT_LIBS)

tests_fuzz_fuzz_record_SOURCES = tests/fuzz/fuzz_record.c tests/fuzz/fuzz.h $(FUZZ_MAIN)
tests_fuzz_fuzz_record_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_record_LDADD = $(FUZZ_AUDIT_LIBS)

tests_fuzz_fuzz_condition_SOURCES = tests/fuzz/fuzz_condition.c tests/fuzz/fuzz.h $(FUZZ_MAIN)
tests_fuzz_fuzz_condition_LDFLAGS = $(FUZZ_LDFLAGS)
tests_fuzz_fuzz_condition_LDADD = $(ENGINE_LIBS)

tests_fuzz_fuzz_rules_SOURCES = tests/fuzz/fuzz_rules.c tests/fuzz/fuzz.h $(FUZZ_MAIN)
tests_fuzz_fuzz_rules_LDFLAGS = $(FUZZ_LDFLAGS)
tests_fuzz_fuzz_rules_LDADD = $(ENGINE_LIBS)

tests_fuzz_fuzz_template_SOURCES = tests/fuzz/fuzz_template.c tests/fuzz/fuzz.h $(FUZZ_MAIN)
tests_fuzz_fuzz_template_LDFLAGS = $(FUZZ_LDFLAGS)
tests_fuzz_fuzz_template_LDADD = $(ENGINE_LIBS)

EXTRA_DIST += tests/fuzz/corpus tests/fuzz/replay_main.c

# New inputs go to build/tests/fuzz/found; crashes are left in the build tree.
fuzz: $(FUZZ_TARGETS)
	for target in $(FUZZ_TARGETS); do \
		name=$${target##*/fuzz_}; \
		$(MKDIR_P) "tests/fuzz/found/$$name" && \
		"./$$target" -max_total_time=$(FUZZ_SECONDS) -max_len=65536 \
			"tests/fuzz/found/$$name" \
			"$(srcdir)/tests/fuzz/corpus/$$name" || exit 1; \
	done

.PHONY: fuzz
