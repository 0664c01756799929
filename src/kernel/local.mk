noinst_LIBRARIES += src/kernel/libkernel.a
src_kernel_libkernel_a_SOURCES = \
	src/kernel/field_errors.def \
	src/kernel/netlink.c \
	src/kernel/netlink.h \
	src/kernel/rule.h \
	src/kernel/rule_fields.c \
	src/kernel/rule_line.c \
	src/kernel/rules.c \
	src/kernel/session.c \
	src/kernel/state.c \
	src/kernel/state.h \
	src/kernel/status.c

noinst_HEADERS += include/saker/kernel/audit.h
