noinst_LIBRARIES += src/event/libevent_catalog.a
src_event_libevent_catalog_a_SOURCES = \
	src/event/arg_types.c \
	src/event/event_types.c \
	src/event/field.c \
	src/event/foreign_args.def \
	src/event/foreign_types.def \
	src/event/inert_calls.def \
	src/event/value.c

noinst_HEADERS += \
	include/saker/event/event_types.h \
	include/saker/event/field.h \
	include/saker/event/fields.def \
	include/saker/event/value.h
