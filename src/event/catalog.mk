noinst_LIBRARIES += src/event/libevent_catalog.a
src_event_libevent_catalog_a_SOURCES = \
	src/event/field.c \
	src/event/value.c

noinst_HEADERS += \
	include/saker/event/field.h \
	include/saker/event/fields.def \
	include/saker/event/value.h
