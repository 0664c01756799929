noinst_LIBRARIES += src/base/libbase.a
src_base_libbase_a_SOURCES = \
	src/base/arena.c \
	src/base/buf.c \
	src/base/clock.c \
	src/base/diag.c \
	src/base/err.c \
	src/base/escape.c \
	src/base/io.c \
	src/base/map.c \
	src/base/str.c

noinst_HEADERS += \
	include/saker/base/arena.h \
	include/saker/base/buf.h \
	include/saker/base/clock.h \
	include/saker/base/counters.def \
	include/saker/base/counters.h \
	include/saker/base/diag.h \
	include/saker/base/err.h \
	include/saker/base/errors.def \
	include/saker/base/escape.h \
	include/saker/base/file_id.h \
	include/saker/base/io.h \
	include/saker/base/limits.h \
	include/saker/base/list.h \
	include/saker/base/map.h \
	include/saker/base/str.h

# For tests that make allocations fail (tests/unit/oom.h).
OOM_LINK = -Wl,--wrap=malloc -Wl,--wrap=calloc -Wl,--wrap=realloc
