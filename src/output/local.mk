noinst_HEADERS += \
	include/saker/output/output.h
