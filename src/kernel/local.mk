noinst_LIBRARIES += src/kernel/libkernel.a
src_kernel_libkernel_a_SOURCES = \
	src/kernel/call_versions.def \
	src/kernel/choice.c \
	src/kernel/choice.h \
	src/kernel/common_directories.def \
	src/kernel/coverage.c \
	src/kernel/earlier_calls.def \
	src/kernel/economy.c \
	src/kernel/field_errors.def \
	src/kernel/load.c \
	src/kernel/loaded.c \
	src/kernel/named_calls.def \
	src/kernel/needs.c \
	src/kernel/needs_lines.c \
	src/kernel/netlink.c \
	src/kernel/netlink.h \
	src/kernel/objects.c \
	src/kernel/ordinary.def \
	src/kernel/perm_calls.def \
	src/kernel/plan.c \
	src/kernel/plan.h \
	src/kernel/plan_atoms.c \
	src/kernel/plan_filters.c \
	src/kernel/plan_lines.c \
	src/kernel/record_calls.def \
	src/kernel/rule.h \
	src/kernel/rule_fields.c \
	src/kernel/rule_line.c \
	src/kernel/rules.c \
	src/kernel/session.c \
	src/kernel/state.c \
	src/kernel/state.h \
	src/kernel/status.c \
	src/kernel/target.c

noinst_HEADERS += include/saker/kernel/audit.h include/saker/kernel/needs.h \
	include/saker/kernel/plan.h include/saker/kernel/target.h

if TESTS_ENABLED
check_PROGRAMS += tests/unit/test_kernel_rules
TESTS += tests/unit/test_kernel_rules
tests_unit_test_kernel_rules_SOURCES = tests/unit/test_kernel_rules.c
tests_unit_test_kernel_rules_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/src/kernel
tests_unit_test_kernel_rules_LDADD = src/kernel/libkernel.a $(LIBBASE) \
	$(AUDIT_LIBS) $(CMOCKA_LIBS)
endif

if TESTS_ENABLED
check_PROGRAMS += tests/unit/test_needs
TESTS += tests/unit/test_needs
tests_unit_test_needs_SOURCES = tests/unit/test_needs.c tests/unit/oom.h tests/lib/replay.c tests/lib/replay.h
tests_unit_test_needs_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/src/kernel -I$(srcdir)/tests/lib
tests_unit_test_needs_LDFLAGS = $(AM_LDFLAGS) $(OOM_LINK)
tests_unit_test_needs_LDADD = $(SAKER_LIBS) $(FOREIGN_LIBS) $(CMOCKA_LIBS)
endif

if TESTS_ENABLED
check_PROGRAMS += tests/unit/test_plan
TESTS += tests/unit/test_plan
tests_unit_test_plan_SOURCES = tests/unit/test_plan.c tests/unit/oom.h tests/lib/replay.c tests/lib/replay.h
tests_unit_test_plan_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/src/kernel -I$(srcdir)/tests/lib
tests_unit_test_plan_LDFLAGS = $(AM_LDFLAGS) $(OOM_LINK)
tests_unit_test_plan_LDADD = $(SAKER_LIBS) $(FOREIGN_LIBS) $(CMOCKA_LIBS)
endif

if TESTS_ENABLED
check_PROGRAMS += tests/live/kernel_session
tests_live_kernel_session_SOURCES = tests/live/kernel_session.c
tests_live_kernel_session_LDADD = src/kernel/libkernel.a $(LIBBASE) $(AUDIT_LIBS)
endif
