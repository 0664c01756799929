# The Debian package, made and lived with: "make check-package"; in qemu with
# systemd: "make check-package-systemd". Root, Debian.
EXTRA_DIST += tests/package/check.sh tests/package/steps.sh

PACKAGE_TEST = top_srcdir='$(abs_top_srcdir)' top_builddir='$(abs_top_builddir)' \
	PACKAGE_DIR='$(abs_builddir)/package' MATRIX_DIR='$(abs_builddir)/matrix'
check-package: all $(check_PROGRAMS)
	$(MAKE) dist
	$(PACKAGE_TEST) bash '$(srcdir)/tests/package/check.sh' $(distdir).tar.xz
check-package-systemd: all $(check_PROGRAMS)
	$(MAKE) dist
	SYSTEMD=1 $(PACKAGE_TEST) bash '$(srcdir)/tests/package/check.sh' $(distdir).tar.xz
.PHONY: check-package check-package-systemd
