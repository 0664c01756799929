/* SPDX-License-Identifier: GPL-2.0-or-later */
/* config_flow.h - a mapping of a file as one line of text. */
#ifndef SAKER_SRC_DAEMON_CONFIG_FLOW_H
#define SAKER_SRC_DAEMON_CONFIG_FLOW_H

#include <yaml.h>

#include "saker/base/buf.h"
#include "saker/base/err.h"

/* Appends the mapping in YAML's flow style, texts quoted. 0, or E_INVALID when
 * it holds more than texts and lists of texts, or too many of them. */
int config_flow(yaml_document_t *document, const yaml_node_t *mapping,
                struct buf *out) must_check;

#endif
