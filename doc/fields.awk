# fields.awk - the manual page of the field catalogue, from its table.
# SPDX-License-Identifier: GPL-2.0-or-later

BEGIN {
	# Falco's names (value_type_name())
	type["STRING"] = "CHARBUF"; type["INT"] = "INT64"; type["UINT"] = "UINT64"
	type["BOOL"] = "BOOL"; type["TIME"] = "ABSTIME"; type["DURATION"] = "RELTIME"
	type["IPADDR"] = "IPADDR"; type["IPNET"] = "IPNET"; type["PORT"] = "PORT"
	type["LIST"] = "list of CHARBUF"; type["BYTES"] = "BYTEBUF"
	type["DOUBLE"] = "DOUBLE"; type["INT16"] = "INT16"; type["INT32"] = "INT32"
	type["UINT32"] = "UINT32"; type["DYNAMIC"] = "the type of the argument"
	replay["RECORDS"] = replay["TRACKING"] = "; in a replay too"
	arg["INDEX_OPTIONAL"] = " Ns Op Ar n"; arg["INDEX_REQUIRED"] = " Ns Op Ar n"
	arg["NAME_OPTIONAL"] = " Ns Op Ar name"; arg["NAME_REQUIRED"] = " Ns . Ns Ar name"
	origin["RECORDS"] = "the records"; origin["TRACKING"] = "tracking"
	origin["PROC"] = "/proc"; origin["METADATA"] = "the runtime's files"
	origin["NOWHERE"] = "nowhere"
	print ".\\\" Made from include/saker/event/fields.def."
	print ".Dd November 21, 2026"
	print ".Dt SAKER-FIELDS 7"
	print ".Os"
	print ".Sh NAME"
	print ".Nm saker-fields"
	print ".Nd what conditions and outputs of saker rules may name"
	print ".Sh DESCRIPTION"
	print "Each field stands with its type, as Falco calls it, and with where its value"
	print "comes from:"
	print "the event's records, tracking (the table of processes, kept from earlier"
	print "records too),"
	print ".Pa /proc"
	print "at the time of the event, or the container runtime's files."
	print "A replay has the first two; of the others it has what the log tells."
	print "CHARBUF is text, ABSTIME and RELTIME are nanoseconds since the epoch or of a"
	print "duration."
	print "Fields from nowhere are Falco's; they never have a value here, and the text"
	print "says why."
	print "A comparison with a field that has no value is false."
}

# FIELD(ID, "name", TYPE, ARG, USE, ORIGIN, getter, "doc")
/^FIELD\(/ {
	row = $0
	sub(/^FIELD\(/, "", row)
	sub(/"\)$/, "", row)
	for (i = 1; i <= 7; i++) {
		end = index(row, ", ")
		column[i] = substr(row, 1, end - 1)
		row = substr(row, end + 2)
	}
	doc = substr(row, 2)
	gsub(/"/, "", column[2])
	gsub(/\\/, "\\e", doc)
	if (substr(doc, 1, 1) == "'" || substr(doc, 1, 1) == ".")
		doc = "\\&" doc
	group = column[2]
	sub(/\..*/, "", group)
	if (group != last) {
		if (last != "")
			print ".El"
		print ".Ss " group
		print ".Bl -tag -width Ds"
		last = group
	}
	print ".It Li " column[2] arg[column[4]]
	print doc
	print ".Pq " type[column[3]] ", from " origin[column[6]] replay[column[6]]
}

END {
	print ".El"
	print ".Sh SEE ALSO"
	print ".Xr saker-rules 5 ,"
	print ".Xr saker 8"
}
