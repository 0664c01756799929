noinst_LIBRARIES += src/base/libbase.a
src_base_libbase_a_SOURCES = \
	src/base/arena.c \
	src/base/buf.c \
	src/base/clock.c \
	src/base/command.c \
	src/base/diag.c \
	src/base/err.c \
	src/base/escape.c \
	src/base/file_set.c \
	src/base/guard.c \
	src/base/io.c \
	src/base/map.c \
	src/base/str.c \
	src/base/turns.c

noinst_HEADERS += \
	include/saker/base/arena.h \
	include/saker/base/array.h \
	include/saker/base/buf.h \
	include/saker/base/clock.h \
	include/saker/base/command.h \
	include/saker/base/counters.def \
	include/saker/base/counters.h \
	include/saker/base/diag.h \
	include/saker/base/err.h \
	include/saker/base/errors.def \
	include/saker/base/escape.h \
	include/saker/base/file_id.h \
	include/saker/base/file_set.h \
	include/saker/base/guard.h \
	include/saker/base/io.h \
	include/saker/base/limits.h \
	include/saker/base/list.h \
	include/saker/base/map.h \
	include/saker/base/str.h \
	include/saker/base/turns.h

# For tests that make allocations fail (tests/unit/oom.h).
OOM_LINK = -Wl,--wrap=malloc -Wl,--wrap=calloc -Wl,--wrap=realloc

if TESTS_ENABLED
check_PROGRAMS += tests/unit/test_base_io \
	tests/unit/test_command \
	tests/unit/test_file_set \
	tests/unit/test_base_map \
	tests/unit/test_base_memory \
	tests/unit/test_base_str \
	tests/unit/test_base_text \
	tests/unit/test_turns
TESTS += tests/unit/test_base_io \
	tests/unit/test_command \
	tests/unit/test_file_set \
	tests/unit/test_base_map \
	tests/unit/test_base_memory \
	tests/unit/test_base_str \
	tests/unit/test_base_text \
	tests/unit/test_turns

tests_unit_test_base_io_SOURCES = tests/unit/test_base_io.c tests/unit/oom.h
tests_unit_test_base_io_LDFLAGS = $(AM_LDFLAGS) $(OOM_LINK)
tests_unit_test_base_io_LDADD = src/base/libbase.a $(CMOCKA_LIBS)

tests_unit_test_turns_SOURCES = tests/unit/test_turns.c
tests_unit_test_turns_LDADD = src/base/libbase.a $(CMOCKA_LIBS)

tests_unit_test_file_set_SOURCES = tests/unit/test_file_set.c
tests_unit_test_file_set_LDADD = src/base/libbase.a $(CMOCKA_LIBS)

tests_unit_test_command_SOURCES = tests/unit/test_command.c
tests_unit_test_command_LDADD = src/base/libbase.a $(CMOCKA_LIBS)

tests_unit_test_base_map_SOURCES = tests/unit/test_base_map.c tests/unit/oom.h
tests_unit_test_base_map_LDFLAGS = $(AM_LDFLAGS) $(OOM_LINK)
tests_unit_test_base_map_LDADD = src/base/libbase.a $(CMOCKA_LIBS)

tests_unit_test_base_memory_SOURCES = tests/unit/test_base_memory.c tests/unit/oom.h
tests_unit_test_base_memory_LDFLAGS = $(AM_LDFLAGS) $(OOM_LINK)
tests_unit_test_base_memory_LDADD = src/base/libbase.a $(CMOCKA_LIBS)

tests_unit_test_base_str_SOURCES = tests/unit/test_base_str.c tests/unit/oom.h
tests_unit_test_base_str_LDFLAGS = $(AM_LDFLAGS) $(OOM_LINK)
tests_unit_test_base_str_LDADD = src/base/libbase.a $(CMOCKA_LIBS)

tests_unit_test_base_text_SOURCES = tests/unit/test_base_text.c tests/unit/oom.h
tests_unit_test_base_text_LDFLAGS = $(AM_LDFLAGS) $(OOM_LINK)
tests_unit_test_base_text_LDADD = src/base/libbase.a $(JANSSON_LIBS) $(CMOCKA_LIBS)
endif
