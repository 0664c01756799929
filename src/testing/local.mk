noinst_LIBRARIES += src/testing/libtesting.a
src_testing_libtesting_a_SOURCES = \
	src/testing/coverage.c \
	src/testing/given.c \
	src/testing/judge.c \
	src/testing/keys.def \
	src/testing/load.c \
	src/testing/load.h \
	src/testing/nearest.c \
	src/testing/read.c \
	src/testing/read_expected.c \
	src/testing/read_given.c \
	src/testing/result.c \
	src/testing/rules.c \
	src/testing/run.c \
	src/testing/suite.c \
	src/testing/testing.h

noinst_HEADERS += include/saker/testing/coverage.h include/saker/testing/run.h include/saker/testing/suite.h

if TESTS_ENABLED
check_PROGRAMS += tests/unit/test_suite
TESTS += tests/unit/test_suite
tests_unit_test_suite_SOURCES = tests/unit/test_suite.c tests/unit/oom.h
tests_unit_test_suite_LDFLAGS = $(AM_LDFLAGS) $(OOM_LINK)
tests_unit_test_suite_LDADD = $(SAKER_LIBS) $(FOREIGN_LIBS) $(CMOCKA_LIBS)
endif
