noinst_LIBRARIES += src/response/libresponse.a
src_response_libresponse_a_SOURCES = \
	src/response/act.c \
	src/response/exec.c \
	src/response/freeze.c \
	src/response/guards.c \
	src/response/history.c \
	src/response/history.h \
	src/response/identify.c \
	src/response/identify.h \
	src/response/job.h \
	src/response/journal.c \
	src/response/keep.c \
	src/response/kill.c \
	src/response/kill.h \
	src/response/protect.c \
	src/response/protect.h \
	src/response/queue.c \
	src/response/rates.c \
	src/response/rates.h \
	src/response/request.c \
	src/response/respond.c \
	src/response/responder.c \
	src/response/responder.h \
	src/response/settings.c \
	src/response/settings.h \
	src/response/assign.c \
	src/response/target.c \
	src/response/target.h \
	src/response/trail.c \
	src/response/wire.c

noinst_HEADERS += \
	include/saker/response/assign.h \
	include/saker/response/guards.def \
	include/saker/response/guards.h \
	include/saker/response/journal.h \
	include/saker/response/limits.h \
	include/saker/response/protect.def \
	include/saker/response/queue.h \
	include/saker/response/response.h \
	include/saker/response/trail.h \
	include/saker/response/wire.h

if TESTS_ENABLED
SLEEPER = tests/lib/sleeper.c tests/lib/sleeper.h
SLEEPER_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/tests/lib

check_PROGRAMS += tests/unit/test_strike
TESTS += tests/unit/test_strike
tests_unit_test_strike_SOURCES = tests/unit/test_strike.c $(SLEEPER)
tests_unit_test_strike_CPPFLAGS = $(SLEEPER_CPPFLAGS)
tests_unit_test_strike_LDADD = $(SAKER_LIBS) $(FOREIGN_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += tests/unit/test_trail
TESTS += tests/unit/test_trail
tests_unit_test_trail_SOURCES = tests/unit/test_trail.c
tests_unit_test_trail_LDADD = $(SAKER_LIBS) $(FOREIGN_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += tests/unit/test_evidence_kept
TESTS += tests/unit/test_evidence_kept
tests_unit_test_evidence_kept_SOURCES = tests/unit/test_evidence_kept.c $(SLEEPER)
tests_unit_test_evidence_kept_CPPFLAGS = $(SLEEPER_CPPFLAGS)
tests_unit_test_evidence_kept_LDADD = $(SAKER_LIBS) $(FOREIGN_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += tests/unit/test_identify
TESTS += tests/unit/test_identify
tests_unit_test_identify_SOURCES = tests/unit/test_identify.c
tests_unit_test_identify_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/src/response
tests_unit_test_identify_LDADD = $(SAKER_LIBS) $(FOREIGN_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += tests/unit/test_guards tests/unit/test_response
TESTS += tests/unit/test_guards tests/unit/test_response
tests_unit_test_guards_SOURCES = tests/unit/test_guards.c
tests_unit_test_guards_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/src/response
tests_unit_test_guards_LDADD = $(SAKER_LIBS) $(FOREIGN_LIBS) $(CMOCKA_LIBS)
tests_unit_test_response_SOURCES = tests/unit/test_response.c $(SLEEPER)
tests_unit_test_response_CPPFLAGS = $(SLEEPER_CPPFLAGS)
tests_unit_test_response_LDADD = $(SAKER_LIBS) $(FOREIGN_LIBS) $(CMOCKA_LIBS)
endif
