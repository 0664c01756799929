# config.awk - the manual page saker.yaml(5), or with -v form=yaml the shipped
# configuration, from the tables of keys, outputs, their options and formats.
# SPDX-License-Identifier: GPL-2.0-or-later

# Splits CONFIG(a, "b", C MACRO "d", ...) into column[], strings without quotes;
# macros become paths.
function split_row(line,    i, c, text, quoted, n)
{
	sub(/^[A-Z_]+\(/, "", line)
	sub(/\)$/, "", line)
	n = 1
	text = ""
	quoted = 0
	for (i = 1; i <= length(line); i++) {
		c = substr(line, i, 1)
		if (quoted && c == "\\") {
			text = text substr(line, ++i, 1)
		} else if (c == "\"") {
			quoted = !quoted
		} else if (c == "," && !quoted) {
			column[n++] = text
			text = ""
			sub(/^ /, "", line)
			while (substr(line, i + 1, 1) == " ")
				i++
		} else {
			text = text c
		}
	}
	column[n] = text
	for (i = 1; i <= n; i++) {
		gsub(/PKGDATADIR /, pkgdatadir, column[i])
		gsub(/LOCALSTATEDIR /, localstatedir, column[i])
	}
	return n
}

# Text for mdoc: a sentence, nothing in it a macro.
function prose(text)
{
	gsub(/\\/, "\\e", text)
	text = toupper(substr(text, 1, 1)) substr(text, 2)
	if (text !~ /\.$/)
		text = text "."
	if (text ~ /^[.']/)
		text = "\\&" text
	gsub(/\. [A-Z]/, "&", text)
	return text
}

function is_list(type)
{
	return type == "LIST" || type == "OUTPUTS"
}

# The default as YAML.
function yaml_value(type, value,    n, parts, i, out)
{
	if (is_list(type)) {
		n = split(value, parts, /, */)
		out = "["
		for (i = 1; i <= n; i++)
			out = out (i > 1 ? ", " : "") parts[i]
		return out "]"
	}
	if (type == "BOOL" || type == "COUNT")
		return value
	return "\"" value "\""
}

# A comment in lines of up to 78 characters.
function comment(text,    n, words, i, line)
{
	n = split(text, words, " ")
	line = "#"
	for (i = 1; i <= n; i++) {
		if (length(line) + 1 + length(words[i]) > 78) {
			print line
			line = "#"
		}
		line = line " " words[i]
	}
	print line
}

BEGIN {
	if (form == "yaml") {
		print "# saker.yaml - the configuration of saker, see saker.yaml(5). Everything here is"
		print "# the default; a line may go, or its key be given with -o KEY=VALUE. saker check"
		print "# --config FILE says whether a file is right, saker config what is in force."
	}
}

/^CONFIG\(/ {
	split_row($0)
	nkeys++
	key[nkeys] = column[2]
	type[nkeys] = column[3]
	value[nkeys] = column[4]
	range[nkeys] = column[5]
	when[nkeys] = column[6]
	doc[nkeys] = column[7]
}

/^OUTPUT\(/ {
	split_row($0)
	kind[++nkinds] = column[1]
	kind_doc[nkinds] = column[5]
}

/^OUTPUT_OPTION\(/ {
	split_row($0)
	option[++noptions] = column[1]
	option_range[noptions] = column[4]
	option_doc[noptions] = column[5]
}

/^ALERT_FORMAT\(/ {
	split_row($0)
	format[++nformats] = column[2]
	format_doc[nformats] = column[4]
}

function print_yaml(    i, group, last)
{
	for (i = 1; i <= nkeys; i++) {
		print ""
		comment(toupper(substr(doc[i], 1, 1)) substr(doc[i], 2) ".")
		if (!is_list(type[i]) && range[i] !~ /^a /)
			comment("Takes: " range[i] ".")
		print key[i] ": " yaml_value(type[i], value[i])
	}
}

function print_man(    i)
{
	print ".\\\" Made from the tables of configuration keys and outputs."
	print ".Dd November 22, 2026"
	print ".Dt SAKER.YAML 5"
	print ".Os"
	print ".Sh NAME"
	print ".Nm saker.yaml"
	print ".Nd configuration of saker"
	print ".Sh DESCRIPTION"
	print ".Xr saker 8"
	print "reads"
	print ".Pa /etc/saker/saker.yaml ,"
	print "or the files that"
	print ".Fl c"
	print "names, one after the other."
	print "A file is YAML; nested maps are keys joined by dots, so that"
	print ".Ql {response: {mode: enforce}}"
	print "and"
	print ".Ql response.mode: enforce"
	print "are the same, as is"
	print ".Fl o Li response.mode=enforce"
	print "on the command line, which comes last."
	print "An unknown key is an error, and so is a value outside of what its key takes;"
	print ".Ic saker check -c Ar file"
	print "tells of all of them, and"
	print ".Ic saker config"
	print "shows what is in force and where it comes from."
	print ".Sh KEYS"
	print "Keys marked"
	print ".Dq reload"
	print "change at"
	print ".Ic saker reload"
	print "and"
	print ".Dv SIGHUP ;"
	print "the others take a restart."
	print ".Bl -tag -width Ds"
	for (i = 1; i <= nkeys; i++) {
		print ".It Cm " key[i]
		print prose(doc[i])
		print ".br"
		print "Takes " range[i] "; default:"
		print ".Li " (value[i] == "" ? "none" : value[i]) (when[i] == "RELOAD" ? " ;\nreload." : " .")
	}
	print ".El"
	print ".Sh RULES"
	print "What Falco has under"
	print ".Cm rules"
	print "may stand among its paths or alone:"
	print ".Ql {enable: {rule: NAME}}"
	print "and"
	print ".Ql {disable: {tag: TAG}}"
	print "are added to"
	print ".Cm rule_selection"
	print "in the order of the file, and so are"
	print ".Fl o Li rules[].enable.rule=NAME"
	print "and its like on the command line."
	print ".Sh OUTPUTS"
	print "An item of"
	print ".Cm output"
	print "is a text, with"
	print ".Li \\&,FORMAT"
	print "and"
	print ".Li \\&,OPTION=VALUE"
	print "behind it where wanted, or a mapping of the kind to its argument and of options"
	print "to their values:"
	print ".Bd -literal -offset indent"
	print "output:"
	print "  - file:/var/log/saker/alerts.json"
	print "  - journald"
	print "  - syslog: tcp://logs.example.org:601"
	print "    format: cef"
	print "    facility: local3"
	print "  - https: https://alerts.example.org/falco"
	print "    format: json"
	print "    priority: warning"
	print "    tags: [container, \"mitre_*\"]"
	print "    headers: [\"Authorization: Bearer TOKEN\"]"
	print "  - program: [/usr/local/bin/page, --urgent]"
	print "    rules: [\"Container escape*\"]"
	print ".Ed"
	print ".Pp"
	print "Every output has a thread, a queue in memory and, except standard output, a spool"
	print "on disk"
	print ".Pq Cm spool.dir"
	print "to itself: one that hangs, or is away for hours, holds up neither another one nor"
	print "the detection."
	print "Alerts are delivered at least once and in their order; one that is delivered again"
	print "after a crash or a broken connection has the same"
	print ".Li uuid ."
	print "What finds no room is dropped, the oldest of the least important first, counted, and"
	print "told in an alert of saker's own."
	print "Datagrams are delivered when they are sent; a stream when its receiver, or by TCP"
	print "the receiver's host, has them; HTTP with a status of the 200s."
	print "Other answers than 408, 429 and those from 500 on are final: the alert is dropped"
	print "and counted."
	print ".Bl -tag -width Ds"
	for (i = 1; i <= nkinds; i++) {
		print ".It Cm " kind[i]
		print prose(kind_doc[i])
	}
	print ".El"
	print ".Ss Options of outputs"
	print ".Bl -tag -width Ds"
	for (i = 1; i <= noptions; i++) {
		print ".It Cm " option[i]
		print prose(option_doc[i])
		print "Takes " option_range[i] "."
	}
	print ".El"
	print ".Ss Formats"
	print ".Bl -tag -width Ds"
	for (i = 1; i <= nformats; i++) {
		print ".It Cm " format[i]
		print prose(format_doc[i])
	}
	print ".El"
	print ".Sh SEE ALSO"
	print ".Xr saker-rules 5 ,"
	print ".Xr saker 8"
}

END {
	if (form == "yaml")
		print_yaml()
	else
		print_man()
}
