/* SPDX-License-Identifier: GPL-2.0-or-later */
/* limits.h - the bounds on what hostile input can make saker hold. */
#ifndef SAKER_BASE_LIMITS_H
#define SAKER_BASE_LIMITS_H

/* The kernel's records are at most 8970 bytes (libaudit.h,
 * MAX_AUDIT_MESSAGE_LENGTH); enrichment and relays add to that. */
#define LIMIT_LINE_BYTES (64u * 1024)
/* execve's argument list alone reaches 490 kB in 67 records. */
#define LIMIT_RECORD_FIELDS    4096u
#define LIMIT_EVENT_RECORDS    4096u
#define LIMIT_EVENT_BYTES      (4u * 1024 * 1024)
#define LIMIT_OPEN_EVENTS      4096u
#define LIMIT_EVENT_TIMEOUT_MS 2000u
#define LIMIT_ARGV             4096u
#define LIMIT_CMDLINE_BYTES    4096u
#define LIMIT_PROCESSES        65536u
/* Command lines, names and directories of all processes together; beyond that
 * new ones are cut to the second. */
#define LIMIT_PROCESS_TEXT_BYTES (32u * 1024 * 1024)
#define LIMIT_PROCESS_TEXT_SHORT 256u
#define LIMIT_PROCESS_FDS        64u
#define LIMIT_FD_BYTES           (8u * 1024 * 1024)
#define LIMIT_CONTAINERS         8192u
#define LIMIT_NODES              64u
/* While more comes than can be judged: who and what kinds of things are told
 * apart, events decided on that are remembered, and whose losses are told. */
#define LIMIT_SHARE_USERS      1024u
#define LIMIT_SHARE_KINDS      4096u
#define LIMIT_SHARE_DECISIONS  256u
#define LIMIT_SHARE_TOLD       16u
#define LIMIT_DIAGS            1000u
#define LIMIT_RULE_FILE_BYTES  (16u * 1024 * 1024)
#define LIMIT_RULES            65536u
#define LIMIT_EXPRESSION_DEPTH 1000u
#define LIMIT_EXPRESSION_NODES 1000000u
/* Of one pattern held against one value: steps, nesting, memory. Attackers
 * choose the values; what takes more is no match, counted. */
#define LIMIT_REGEX_MATCHES  100000u
#define LIMIT_REGEX_DEPTH    10000u
#define LIMIT_REGEX_HEAP_KIB 2048u
/* What is remembered of answers that have meant that no rule matches, and of
 * values that the rules' checks were asked for: by input, and the bytes of a
 * text and of a list of texts. */
#define LIMIT_VERDICT_STEPS     6144u
#define LIMIT_VERDICT_QUESTIONS 512u
/* Other answers to the same questions, one behind the other. */
#define LIMIT_VERDICT_OTHERS   32u
#define LIMIT_KNOWN_VALUES     256u
#define LIMIT_KNOWN_CHECKS     256u
#define LIMIT_KNOWN_BYTES      120u
#define LIMIT_KNOWN_LIST_BYTES 384u
/* Sets of what lookups found, all that is in them, and in one. */
#define LIMIT_KNOWN_SETS         4096u
#define LIMIT_KNOWN_ATOMS        65536u
#define LIMIT_KNOWN_SET          4096u
#define LIMIT_OUTPUT_QUEUE_BYTES (16u * 1024 * 1024)
/* One alert in one format, and what an output has sent but does not know to
 * have arrived. */
#define LIMIT_OUTPUT_MESSAGE_BYTES (4u * 1024 * 1024)
#define LIMIT_OUTPUT_SENT_BYTES    (1024u * 1024)
/* Records whose events are not judged yet, kept for when the engine dies. */
#define LIMIT_REDO_BYTES (8u * 1024 * 1024)
/* Alerts on their way to the process that delivers them. */
#define LIMIT_OUTBOX_BYTES (4u * 1024 * 1024)
/* Programs among the outputs that run at a time, those that still end included.
 */
#define LIMIT_PROGRAMS 64u
/* Damaged files that a spool keeps for who wants to look. */
#define LIMIT_SPOOL_DAMAGED 4u
/* Who may ask for metrics at a time, and how much may be asked. */
#define LIMIT_METRICS_CLIENTS       8u
#define LIMIT_METRICS_REQUEST_BYTES 4096u
/* Kinds of actions, modes and results. */
#define LIMIT_METRICS_RESPONSES 64u
#define LIMIT_ALERT_FIELD_BYTES 8192u
/* A rule's threshold, what is remembered of all of them, and the seconds within
 * which events and alerts are counted together. */
#define LIMIT_THRESHOLD_COUNT  1000u
#define LIMIT_THRESHOLD_BYTES  (4u * 1024 * 1024)
#define LIMIT_FREQUENCY_WITHIN 86400u
#define LIMIT_FREQUENCY_KEYS   8u
/* Series of alerts that may go on, and the alerts kept for their summaries. */
#define LIMIT_SERIES       4096u
#define LIMIT_SERIES_BYTES (8u * 1024 * 1024)
/* Files of container runtimes: one container's, and lists of all containers or
 * images. */
#define LIMIT_METADATA_BYTES      (1024u * 1024)
#define LIMIT_METADATA_LIST_BYTES (8u * 1024 * 1024)
#define LIMIT_METADATA_DEPTH      64u
/* Mounts, labels or devices of one container. */
#define LIMIT_METADATA_ITEMS 256u
/* What is kept of one container. */
#define LIMIT_METADATA_KEPT_BYTES (64u * 1024)
/* Longer labels are left out, as Falco does. */
#define LIMIT_LABEL_BYTES 100u
/* One file of tests of rules, and one test. */
#define LIMIT_TEST_VALUES   1000000u
#define LIMIT_TEST_ALERTS   10000u
#define LIMIT_TEST_EXPECTED 1000u
/* Who asks a running saker for something. */
#define LIMIT_CONTROL_CLIENTS       8u
#define LIMIT_CONTROL_REQUEST_BYTES 1024u
#define LIMIT_CONTROL_ANSWER_BYTES  (1024u * 1024)
#define LIMIT_CONTROL_TIMEOUT_MS    5000u
/* A certificate file, or a key. */
#define LIMIT_SECRET_BYTES (4u * 1024 * 1024)
/* Directories that the monitor watches for one engine. */
#define LIMIT_WATCHES 4096u
/* Configuration and rule files of one reading together. */
#define LIMIT_FILE_SET_BYTES (64u * 1024 * 1024)
/* What is kept of why a reload failed. */
#define LIMIT_RELOAD_ERROR_BYTES (16u * 1024)
/* Snapshots: a line holds one process with its command line, where each byte
 * may take six. */
#define LIMIT_SNAPSHOT_BYTES        (512u * 1024 * 1024)
#define LIMIT_SNAPSHOT_LINE         (4u * 1024 * 1024)
#define LIMIT_SNAPSHOT_TEXT         (64u * 1024)
#define LIMIT_SNAPSHOT_PROCESSES    (1024u * 1024)
#define LIMIT_SNAPSHOT_INCARNATIONS 64u
#define LIMIT_SNAPSHOT_CONTAINERS   65536u
#define LIMIT_SNAPSHOT_FILES        65536u
#define LIMIT_SNAPSHOTS             8u
/* What responses have frozen or stopped. */
#define LIMIT_JOURNAL_BYTES (1024u * 1024)
/* Responses that wait for their turn, each with its alert; commands among them
 * have a queue of their own. */
#define LIMIT_RESPONSES_WAITING         256u
#define LIMIT_RESPONSE_COMMANDS_WAITING 32u
/* What is remembered of all processes' records, as evidence, and of one
 * event's. */
#define LIMIT_RECENT_BYTES       (4u * 1024 * 1024)
#define LIMIT_RECENT_EVENT_BYTES (16u * 1024)
/* A response's request or outcome between two processes. */
#define LIMIT_RESPONSE_BYTES (256u * 1024)
/* The alert and the event's records within it, each. */
#define LIMIT_RESPONSE_TEXT_BYTES (48u * 1024)

#endif
