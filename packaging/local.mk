# What an installed saker needs beside its programs.
service_files = \
	packaging/saker.service \
	packaging/service.yaml \
	packaging/saker.tmpfiles \
	packaging/saker.logrotate \
	packaging/apparmor/audisp-saker \
	packaging/apparmor/saker
EXTRA_DIST += \
	packaging/saker.service.in \
	packaging/service.yaml.in \
	packaging/saker.tmpfiles.in \
	packaging/saker.logrotate.in \
	packaging/apparmor/audisp-saker.in \
	packaging/apparmor/saker.in \
	packaging/saker.sysusers \
	packaging/saker.spec
# dpkg-buildpackage works from the release archive, too.
EXTRA_DIST += \
	debian/changelog \
	debian/clean \
	debian/control \
	debian/copyright \
	debian/rules \
	debian/saker.docs \
	debian/saker.lintian-overrides \
	debian/saker.postinst \
	debian/saker.postrm \
	debian/saker.prerm \
	debian/source/format
CLEANFILES += $(service_files)
noinst_DATA += $(service_files)

$(service_files): Makefile
	$(AM_V_GEN)$(MKDIR_P) packaging/apparmor && $(SED) \
		-e 's|@bindir[@]|$(bindir)|g' -e 's|@sbindir[@]|$(sbindir)|g' \
		-e 's|@sysconfdir[@]|$(sysconfdir)|g' \
		-e 's|@localstatedir[@]|$(localstatedir)|g' $(srcdir)/$@.in >$@.new && \
		mv $@.new $@
packaging/saker.service: packaging/saker.service.in
packaging/service.yaml: packaging/service.yaml.in
packaging/saker.tmpfiles: packaging/saker.tmpfiles.in
packaging/saker.logrotate: packaging/saker.logrotate.in
packaging/apparmor/audisp-saker: packaging/apparmor/audisp-saker.in
packaging/apparmor/saker: packaging/apparmor/saker.in

systemdsystemunit_DATA = packaging/saker.service
# Sources: whoever enforces such policies builds them into theirs.
selinuxdir = $(pkgdatadir)/selinux
dist_selinux_DATA = packaging/selinux/saker.te packaging/selinux/saker.fc \
	packaging/selinux/saker.if
apparmordir = $(pkgdatadir)/apparmor
apparmor_DATA = packaging/apparmor/audisp-saker packaging/apparmor/saker

# Names of their own where they go; what an administrator changed stays.
install-data-hook: $(service_files)
	$(MKDIR_P) '$(DESTDIR)$(tmpfilesdir)' '$(DESTDIR)$(sysusersdir)' \
		'$(DESTDIR)$(sysconfdir)/logrotate.d' '$(DESTDIR)$(sysconfdir)/saker/rules.d' \
		'$(DESTDIR)$(localstatedir)/lib/saker' '$(DESTDIR)$(localstatedir)/log/saker'
	$(INSTALL_DATA) packaging/saker.tmpfiles '$(DESTDIR)$(tmpfilesdir)/saker.conf'
	$(INSTALL_DATA) $(srcdir)/packaging/saker.sysusers '$(DESTDIR)$(sysusersdir)/saker.conf'
	test -e '$(DESTDIR)$(sysconfdir)/logrotate.d/saker' || \
		$(INSTALL_DATA) packaging/saker.logrotate '$(DESTDIR)$(sysconfdir)/logrotate.d/saker'
	test -e '$(DESTDIR)$(sysconfdir)/saker/service.yaml' || \
		$(INSTALL_DATA) packaging/service.yaml '$(DESTDIR)$(sysconfdir)/saker'

uninstall-hook:
	rm -f '$(DESTDIR)$(tmpfilesdir)/saker.conf' '$(DESTDIR)$(sysusersdir)/saker.conf'
	if cmp -s packaging/saker.logrotate '$(DESTDIR)$(sysconfdir)/logrotate.d/saker'; then \
		rm -f '$(DESTDIR)$(sysconfdir)/logrotate.d/saker'; fi
	if cmp -s packaging/service.yaml '$(DESTDIR)$(sysconfdir)/saker/service.yaml'; then \
		rm -f '$(DESTDIR)$(sysconfdir)/saker/service.yaml'; fi
