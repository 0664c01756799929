noinst_LIBRARIES += src/alert/libalert.a
src_alert_libalert_a_SOURCES = \
	src/alert/alert.c \
	src/alert/format.c \
	src/alert/render.c

noinst_HEADERS += \
	include/saker/alert/alert.h \
	include/saker/alert/render.h
