noinst_LIBRARIES += src/monitor/libmonitor.a
src_monitor_libmonitor_a_SOURCES = \
	src/monitor/monitor.h \
	src/monitor/notify.c \
	src/monitor/serve.c

noinst_HEADERS += include/saker/monitor/monitor.h
