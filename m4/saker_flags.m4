# SAKER_CHECK_FLAG(FLAG, VARIABLE): append FLAG to VARIABLE when the compiler
# and the linker take it without a warning. gcc and clang each lack some.
AC_DEFUN([SAKER_CHECK_FLAG], [
	AS_VAR_PUSHDEF([cache], [saker_cv_flag_$1])
	AC_CACHE_CHECK([whether $CC takes $1], [cache], [
		saker_save_CFLAGS="$CFLAGS"
		CFLAGS="$CFLAGS -Werror $1"
		AC_LINK_IFELSE([AC_LANG_PROGRAM([[#include <string.h>]],
			[[char b[16]; memset(b, 0, sizeof(b)); return b[3];]])],
			[AS_VAR_SET([cache], [yes])], [AS_VAR_SET([cache], [no])])
		CFLAGS="$saker_save_CFLAGS"])
	AS_VAR_IF([cache], [yes], [AS_VAR_APPEND([$2], [" $1"])])
	AS_VAR_POPDEF([cache])
])

AC_DEFUN([SAKER_FLAGS], [
	AC_ARG_ENABLE([werror],
		[AS_HELP_STRING([--enable-werror], [treat compiler warnings as errors (for CI)])],
		[], [enable_werror=no])
	AC_ARG_ENABLE([sanitizers],
		[AS_HELP_STRING([--enable-sanitizers@<:@=LIST@:>@], [build with these sanitizers (default: address,undefined)])],
		[], [enable_sanitizers=no])
	AC_ARG_ENABLE([fuzzing],
		[AS_HELP_STRING([--enable-fuzzing], [build the fuzz targets for libFuzzer (needs clang)])],
		[], [enable_fuzzing=no])
	# Without the sanitizers libFuzzer sees crashes only.
	AS_IF([test "x$enable_fuzzing$enable_sanitizers" = xyesno], [enable_sanitizers=yes])

	WARN_CFLAGS=
	m4_foreach_w([flag], [-Wall -Wextra -Wpedantic -Wshadow -Wundef -Wvla
		-Walloca -Wformat=2 -Wformat-signedness -Wstrict-prototypes
		-Wmissing-prototypes -Wold-style-definition -Wwrite-strings
		-Wpointer-arith -Wcast-qual -Wcast-align=strict
		-Wimplicit-fallthrough -Wnull-dereference -Wconversion
		-Wdouble-promotion -Wlogical-op -Wduplicated-cond
		-Wduplicated-branches -Wjump-misses-init
		-Werror=return-type -Werror=incompatible-pointer-types
		-Werror=int-conversion -Werror=implicit-function-declaration
		-Werror=format-security],
		[SAKER_CHECK_FLAG(flag, [WARN_CFLAGS])])
	AS_IF([test "x$enable_werror" = xyes], [AS_VAR_APPEND([WARN_CFLAGS], [" -Werror"])])

	HARDEN_CFLAGS=
	m4_foreach_w([flag], [-fno-common -fno-strict-aliasing -fvisibility=hidden
		-fno-plt],
		[SAKER_CHECK_FLAG(flag, [HARDEN_CFLAGS])])
	AS_IF([test "x$enable_sanitizers" = xno], [
		m4_foreach_w([flag], [-fstack-protector-strong
			-fstack-clash-protection -fcf-protection
			-ftrivial-auto-var-init=zero -fPIE],
			[SAKER_CHECK_FLAG(flag, [HARDEN_CFLAGS])])
		AS_CASE([" $LDFLAGS "], [*" -static"*], [],
			[SAKER_CHECK_FLAG([-pie], [HARDEN_LDFLAGS])])
		SAKER_CHECK_FLAG([-Wl,-z,relro,-z,now], [HARDEN_LDFLAGS])
		SAKER_CHECK_FLAG([-Wl,-z,noexecstack], [HARDEN_LDFLAGS])
		SAKER_CHECK_FLAG([-Wl,--as-needed], [HARDEN_LDFLAGS])
		# glibc defines nothing without optimisation; distributions may
		# have set another level, which is left alone.
		AS_CASE([" $CFLAGS $CPPFLAGS "], [*_FORTIFY_SOURCE*], [],
			[*" -O0 "*], [], [
			SAKER_CHECK_FLAG([-D_FORTIFY_SOURCE=3], [fortify])
			AS_IF([test -n "$fortify"], [AS_VAR_APPEND([HARDEN_CFLAGS], ["$fortify"])],
				[AS_VAR_APPEND([HARDEN_CFLAGS], [" -D_FORTIFY_SOURCE=2"])])])
	])

	SANITIZE_CFLAGS=
	AS_CASE([$enable_sanitizers], [no], [],
		[yes], [SANITIZE_CFLAGS="-fsanitize=address,undefined"],
		[SANITIZE_CFLAGS="-fsanitize=$enable_sanitizers"])
	AS_IF([test -n "$SANITIZE_CFLAGS"],
		[AS_VAR_APPEND([SANITIZE_CFLAGS], [" -fno-omit-frame-pointer -fno-sanitize-recover=all"])])
	AM_CONDITIONAL([FUZZING], [test "x$enable_fuzzing" = xyes])

	# Objects have machine code beside what the link of saker optimises as a
	# whole: the other programs are linked from that, in no time. Left alone
	# where the flags say something of it already.
	LTO_CFLAGS= LTO_LDFLAGS= NO_LTO_LDFLAGS=
	AC_ARG_ENABLE([lto],
		[AS_HELP_STRING([--enable-lto], [optimise saker as a whole when it is linked])],
		[], [enable_lto=no])
	AS_CASE(["$enable_lto $enable_sanitizers $CFLAGS $LDFLAGS "],
		[*-flto* | *-fno-lto* | *" -O0 "*], [],
		["yes no "*], [SAKER_CHECK_FLAG([-flto=auto -ffat-lto-objects], [LTO_CFLAGS])])
	# The same files were compiled with all warnings.
	AS_IF([test -n "$LTO_CFLAGS"], [
		LTO_LDFLAGS="-flto=auto -w"
		NO_LTO_LDFLAGS=-fno-lto])

	AC_SUBST([LTO_CFLAGS])
	AC_SUBST([LTO_LDFLAGS])
	AC_SUBST([NO_LTO_LDFLAGS])
	AC_SUBST([WARN_CFLAGS])
	AC_SUBST([HARDEN_CFLAGS])
	AC_SUBST([HARDEN_LDFLAGS])
	AC_SUBST([SANITIZE_CFLAGS])
])
