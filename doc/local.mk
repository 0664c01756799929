# Manual pages.
dist_man8_MANS = doc/saker.8
dist_man5_MANS = doc/saker-rules.5
