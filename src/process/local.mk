noinst_LIBRARIES += src/process/libprocess.a
src_process_libprocess_a_SOURCES = \
	src/process/connector.c \
	src/process/fd_pool.h \
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
PROCESS_TESTS = tests/unit/test_fd_table tests/unit/test_process
check_PROGRAMS += $(PROCESS_TESTS)
TESTS += $(PROCESS_TESTS)
tests_unit_test_fd_table_SOURCES = tests/unit/test_fd_table.c
tests_unit_test_fd_table_LDADD = src/process/libprocess.a src/base/libbase.a \
	$(CMOCKA_LIBS)
tests_unit_test_process_SOURCES = tests/unit/test_process.c
tests_unit_test_process_LDADD = src/process/libprocess.a src/base/libbase.a \
	$(CMOCKA_LIBS)
endif
