noinst_LIBRARIES += src/audit/libaudit_records.a
src_audit_libaudit_records_a_SOURCES = \
	src/audit/args.c \
	src/audit/args.h \
	src/audit/assemble.c \
	src/audit/decode.c \
	src/audit/event.c \
	src/audit/frame.c \
	src/audit/names.c \
	src/audit/record.c \
	src/audit/record_types.def \
	src/audit/scan.c \
	src/audit/syscall_fields.def \
	src/audit/syscalls_new.def \
	src/audit/syscalls_x32.def \
	src/audit/table.c \
	src/audit/table.h \
	src/audit/types.c \
	src/audit/types.h \
	src/audit/uring_ops.def

noinst_HEADERS += \
	include/saker/audit/assemble.h \
	include/saker/audit/decode.h \
	include/saker/audit/event.h \
	include/saker/audit/frame.h \
	include/saker/audit/names.h \
	include/saker/audit/record.h

LIBAUDIT_RECORDS = src/audit/libaudit_records.a
