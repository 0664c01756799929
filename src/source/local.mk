noinst_LIBRARIES += src/source/libsource.a
src_source_libsource_a_SOURCES = \
	src/source/file.c \
	src/source/input.c \
	src/source/input.h \
	src/source/kinds.h \
	src/source/log_file.c \
	src/source/netlink.c \
	src/source/ring.c \
	src/source/source.c \
	src/source/unix.c

noinst_HEADERS += \
	include/saker/source/log_file.h \
	include/saker/source/ring.h \
	include/saker/source/source.h \
	include/saker/source/sources.def

if TESTS_ENABLED
check_PROGRAMS += tests/unit/test_ring
TESTS += tests/unit/test_ring
tests_unit_test_ring_SOURCES = tests/unit/test_ring.c
tests_unit_test_ring_LDADD = src/source/libsource.a $(LIBBASE) $(CMOCKA_LIBS)
endif
