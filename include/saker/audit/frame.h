/* SPDX-License-Identifier: GPL-2.0-or-later */
/* frame.h - a byte stream cut into lines. */
#ifndef SAKER_AUDIT_FRAME_H
#define SAKER_AUDIT_FRAME_H

#include "saker/base/buf.h"
#include "saker/base/counters.h"
#include "saker/base/err.h"

/* What a source gives for one record. type 0: text is a whole line with
 * type=; else text starts at "audit(". Borrowed. */
struct frame {
	uint16_t type;
	bool is_counted; /* it comes again, after a death: counted before */
	struct str text;
	/* Where in text its enrichment's border is, or its length where there
	 * is none; 0 = not looked for. */
	size_t border;
	uint64_t place; /* where it is kept until its event is judged; 0 = not
	                 */
};

/* auditd puts this byte between a record and its interpretation
 * (AUDIT_INTERP_SEPARATOR). */
#define FRAME_BORDER '\x1d'

#define FRAMER_LINES 32u

enum framer_format {
	FRAMER_STRING,
	FRAMER_BINARY,
	FRAMER_AUTO
};

/* Empty lines and what ausearch prints between events ("----", "time->...")
 * are no frames. Takes any chunking; string and binary audisp format (AUTO
 * looks at the first bytes). A line over LIMIT_LINE_BYTES is cut there,
 * counted, and the rest skipped up to the next newline. NUL bytes inside a line
 * are data. */
struct framer {
	struct buf pending;
	enum framer_format format;
	bool skipping;
	size_t taken;   /* bytes of pending that framer_next() has used */
	size_t looked;  /* bytes of it that were looked at for line ends */
	size_t padding; /* bytes that may follow the last binary payload */
	/* Lines that were found and not used yet, and the border of the one
	 * behind them, 0 = none yet; see struct frame. */
	struct framer_line {
		size_t len;
		size_t border;
	} lines[FRAMER_LINES];
	size_t line, nlines;
	size_t border;
	struct counters *counters;
};

void framer_init(struct framer *f, enum framer_format format,
                 struct counters *counters);
void framer_done(struct framer *f);
/* 0 or E_NOMEM. */
int framer_push(struct framer *f, struct str bytes) must_check;
/* The same without a copy: room for up to size bytes, to be read into and told
 * of by framer_added(). NULL when out of memory. */
char *framer_room(struct framer *f, size_t size);
void framer_added(struct framer *f, size_t size);
/* The next frame; valid until the next push. False when more bytes are needed.
 */
bool framer_next(struct framer *f, struct frame *ret);
/* At end of input: the last line that has no newline. */
bool framer_flush(struct framer *f, struct frame *ret);

#endif
