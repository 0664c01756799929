noinst_LIBRARIES += src/process/libprocess.a
src_process_libprocess_a_SOURCES = \
	src/process/connector.c \
	src/process/fds.c \
	src/process/mounts.c \
	src/process/process.c \
	src/process/table.c \
	src/process/texts.c

noinst_HEADERS += \
	include/saker/process/connector.h \
	include/saker/process/fd_kinds.def \
	include/saker/process/fds.h \
	include/saker/process/mounts.h \
	include/saker/process/process.h \
	include/saker/process/table.h \
	src/process/texts.h

if TESTS_ENABLED
check_PROGRAMS += tests/unit/test_process
TESTS += tests/unit/test_process
tests_unit_test_process_SOURCES = tests/unit/test_process.c
tests_unit_test_process_LDADD = src/process/libprocess.a src/base/libbase.a \
	$(CMOCKA_LIBS)
endif
