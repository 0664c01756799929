# Checks of the source tree itself, and what every test finds in its environment.
AM_TESTS_ENVIRONMENT = \
	top_srcdir='$(abs_top_srcdir)'; export top_srcdir; \
	top_builddir='$(abs_top_builddir)'; export top_builddir; \
	CC='$(CC)'; export CC;

# What ./bootstrap run replays where it cannot watch live.
EXTRA_DIST += tests/lib/delivery.sh tests/data/eval.tsv tests/data/lint/doubtful.yaml \
	tests/data/recorded-attack.log tests/data/suite/expected.txt \
	tests/data/suite/rules.yaml tests/data/suite/tests.yaml

# Of "make static".
EXTRA_DIST += tests/static.sh

TEST_EXTENSIONS = .sh
SH_LOG_COMPILER = bash

dist_check_SCRIPTS += \
	tests/check-docs.sh \
	tests/check-headers.sh \
	tests/check-layers.sh \
	tests/check-limits.sh \
	tests/check-sizes.sh \
	tests/completion.sh \
	tests/config.sh \
	tests/confined.sh \
	tests/delivery.sh \
	tests/doc-tables.sh \
	tests/enable.sh \
	tests/eval.sh \
	tests/events.sh \
	tests/examples.sh \
	tests/first-hour.sh \
	tests/https.sh \
	tests/jobs.sh \
	tests/lint.sh \
	tests/old_host.sh \
	tests/old_kernel.sh \
	tests/outage.sh \
	tests/plugin.sh \
	tests/poison.sh \
	tests/reconnect.sh \
	tests/relay.sh \
	tests/reload.sh \
	tests/robustness.sh \
	tests/rules.sh \
	tests/respond.sh \
	tests/separate.sh \
	tests/share.sh \
	tests/suite.sh

TESTS += \
	tests/check-docs.sh \
	tests/check-headers.sh \
	tests/check-layers.sh \
	tests/check-limits.sh \
	tests/check-sizes.sh \
	tests/completion.sh \
	tests/config.sh \
	tests/confined.sh \
	tests/delivery.sh \
	tests/doc-tables.sh \
	tests/enable.sh \
	tests/eval.sh \
	tests/events.sh \
	tests/examples.sh \
	tests/first-hour.sh \
	tests/https.sh \
	tests/jobs.sh \
	tests/lint.sh \
	tests/old_host.sh \
	tests/old_kernel.sh \
	tests/outage.sh \
	tests/plugin.sh \
	tests/poison.sh \
	tests/reconnect.sh \
	tests/relay.sh \
	tests/reload.sh \
	tests/robustness.sh \
	tests/rules.sh \
	tests/respond.sh \
	tests/separate.sh \
	tests/share.sh \
	tests/suite.sh

if TESTS_ENABLED
check_PROGRAMS += tests/lib/dispatcher tests/lib/old_kernel
tests_lib_dispatcher_SOURCES = tests/lib/dispatcher.c
tests_lib_dispatcher_LDADD =
tests_lib_old_kernel_SOURCES = tests/lib/old_kernel.c
tests_lib_old_kernel_LDADD =
check_PROGRAMS += tests/lib/inside tests/lib/pace
tests_lib_inside_SOURCES = tests/lib/inside.c
tests_lib_inside_LDADD = src/host/libhost.a src/base/libbase.a
tests_lib_pace_SOURCES = tests/lib/pace.c
tests_lib_pace_LDADD =
check_DATA += tests/lib/inject.so
endif

EXTRA_DIST += tests/lib/assert.sh tests/lib/balance.sh tests/lib/inject.c \
	tests/lib/leaks.sh tests/lib/processes.sh
CLEANFILES += tests/lib/inject.so

# For LD_PRELOAD.
tests/lib/inject.so: $(srcdir)/tests/lib/inject.c
	$(AM_V_GEN)$(MKDIR_P) tests/lib && $(CC) -std=gnu17 -D_GNU_SOURCE -O1 \
		-fPIC -shared -o $@ $(srcdir)/tests/lib/inject.c -ldl
