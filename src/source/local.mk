noinst_LIBRARIES += src/source/libsource.a
src_source_libsource_a_SOURCES = \
	src/source/file.c \
	src/source/input.c \
	src/source/input.h \
	src/source/kinds.h \
	src/source/log_file.c \
	src/source/netlink.c \
	src/source/pace.c \
	src/source/redo.c \
	src/source/relay.c \
	src/source/ring.c \
	src/source/source.c \
	src/source/unix.c \
	src/source/zstd.c

noinst_HEADERS += \
	include/saker/source/log_file.h \
	include/saker/source/pace.h \
	include/saker/source/redo.h \
	include/saker/source/ring.h \
	include/saker/source/source.h \
	include/saker/source/sources.def

LIBSOURCE = src/source/libsource.a

if TESTS_ENABLED
check_PROGRAMS += tests/unit/test_pace tests/unit/test_redo \
	tests/unit/test_ring tests/unit/test_source
TESTS += tests/unit/test_pace tests/unit/test_redo \
	tests/unit/test_ring tests/unit/test_source
tests_unit_test_redo_SOURCES = tests/unit/test_redo.c
tests_unit_test_redo_LDADD = $(LIBSOURCE) $(LIBAUDIT_RECORDS) $(LIBBASE) \
	$(AUPARSE_LIBS) $(AUDIT_LIBS) $(CMOCKA_LIBS)
tests_unit_test_pace_SOURCES = tests/unit/test_pace.c
tests_unit_test_pace_LDADD = $(LIBSOURCE) $(CMOCKA_LIBS)
tests_unit_test_ring_SOURCES = tests/unit/test_ring.c
tests_unit_test_ring_LDADD = $(LIBSOURCE) $(LIBBASE) $(CMOCKA_LIBS)
tests_unit_test_source_SOURCES = tests/unit/test_source.c
tests_unit_test_source_LDADD = $(LIBSOURCE) $(LIBAUDIT_RECORDS) $(LIBBASE) \
	$(AUPARSE_LIBS) $(AUDIT_LIBS) $(ZLIB_LIBS) $(ZSTD_LIBS) $(CMOCKA_LIBS)
endif
