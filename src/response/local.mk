noinst_LIBRARIES += src/response/libresponse.a
src_response_libresponse_a_SOURCES = \
	src/response/decide.c \
	src/response/respond.c

noinst_HEADERS += \
	include/saker/response/reasons.def \
	include/saker/response/response.h
