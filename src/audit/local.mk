noinst_LIBRARIES += src/audit/libaudit_records.a
src_audit_libaudit_records_a_SOURCES = \
	src/audit/args.c \
	src/audit/args.h \
	src/audit/assemble.c \
	src/audit/caps.c \
	src/audit/assembler.h \
	src/audit/cursor.c \
	src/audit/cursor.h \
	src/audit/decode.c \
	src/audit/digits.h \
	src/audit/event.c \
	src/audit/frame.c \
	src/audit/head.h \
	src/audit/interpret.c \
	src/audit/join.c \
	src/audit/lines.c \
	src/audit/lines.h \
	src/audit/memo.c \
	src/audit/memo.h \
	src/audit/names.c \
	src/audit/pool.c \
	src/audit/pool.h \
	src/audit/quick.c \
	src/audit/quick.h \
	src/audit/record.c \
	src/audit/record_types.def \
	src/audit/scan.c \
	src/audit/syscall_fields.def \
	src/audit/syscalls_new.def \
	src/audit/syscalls_x32.def \
	src/audit/table.c \
	src/audit/table.h \
	src/audit/traits.h \
	src/audit/types.c \
	src/audit/whole.c \
	src/audit/whole.h \
	src/audit/uring_ops.def

noinst_HEADERS += \
	include/saker/audit/assemble.h \
	include/saker/audit/decode.h \
	include/saker/audit/event.h \
	include/saker/audit/frame.h \
	include/saker/audit/interpret.h \
	include/saker/audit/names.h \
	include/saker/audit/numbers.h \
	include/saker/audit/record.h

LIBAUDIT_RECORDS = src/audit/libaudit_records.a

if TESTS_ENABLED
AUDIT_TEST_LIBS = src/audit/libaudit_records.a src/base/libbase.a $(AUDIT_LIBS) $(CMOCKA_LIBS)
AUDIT_TESTS = \
	tests/unit/test_assemble \
	tests/unit/test_audit_event \
	tests/unit/test_decode \
	tests/unit/test_frame \
	tests/unit/test_interpret \
	tests/unit/test_quick \
	tests/unit/test_record
check_PROGRAMS += $(AUDIT_TESTS)
TESTS += $(AUDIT_TESTS)
tests_unit_test_assemble_SOURCES = tests/unit/test_assemble.c
tests_unit_test_assemble_LDADD = $(AUDIT_TEST_LIBS)
tests_unit_test_audit_event_SOURCES = tests/unit/test_audit_event.c
tests_unit_test_audit_event_LDADD = $(AUDIT_TEST_LIBS)
tests_unit_test_decode_SOURCES = tests/unit/test_decode.c
tests_unit_test_decode_LDADD = $(AUDIT_TEST_LIBS)
tests_unit_test_interpret_SOURCES = tests/unit/test_interpret.c
tests_unit_test_interpret_LDADD = src/audit/libaudit_records.a src/base/libbase.a \
	$(AUDIT_LIBS) $(AUPARSE_LIBS) $(CMOCKA_LIBS)
tests_unit_test_frame_SOURCES = tests/unit/test_frame.c
tests_unit_test_frame_LDADD = $(AUDIT_TEST_LIBS)
tests_unit_test_quick_SOURCES = tests/unit/test_quick.c
tests_unit_test_quick_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/src/audit
tests_unit_test_quick_LDADD = $(AUDIT_TEST_LIBS)
tests_unit_test_record_SOURCES = tests/unit/test_record.c
tests_unit_test_record_LDADD = $(AUDIT_TEST_LIBS)
endif
