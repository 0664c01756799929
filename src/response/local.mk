noinst_HEADERS += \
	include/saker/response/reasons.def \
	include/saker/response/response.h
