/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sink_http.c - each alert in a POST request, one after the other. */
#include "config.h"

#include "sink.h"

#ifdef HAVE_LIBCURL
#include <errno.h>
#include <stdlib.h>

#include "curl.h"
#include "saker/base/io.h"
#include "saker/output/secrets.h"

struct http {
	struct curl curl;
	CURLM *multi;
	CURL *easy;
	struct curl_slist *headers;
	bool busy; /* a request is under way */
};

static size_t ignore(char *bytes, size_t size, size_t n, void *arg)
{
	(void)bytes;
	(void)arg;
	return size * n;
}

static bool add_header(struct http *h, const char *line)
{
	struct curl_slist *list = h->curl.slist_append(h->headers, line);

	if (list != NULL)
		h->headers = list;
	return list != NULL;
}

static bool add_headers(struct http *h, const struct output_spec *spec)
{
	bool ok = add_header(h, "Expect:") &&
	          add_header(h, spec->format == ALERT_TEXT ||
	                                        spec->format == ALERT_CEF
	                                ? "Content-Type: text/plain"
	                                : "Content-Type: application/json");

	for (size_t i = 0; ok && i < spec->headers.count; i++)
		ok = add_header(h, spec->headers.items[i]);
	return ok;
}

static void set_file(struct http *h, CURLoption option,
                     const struct output_secrets *secrets, const char *path)
{
	auto_buf struct buf name = BUF_INIT;

	if (path == NULL)
		return;
	output_secrets_name(secrets, path, &name);
	h->curl.easy_setopt(h->easy, option, buf_cstr(&name));
}

/* Redirects are not followed: alerts go where the operator said. */
static void set_options(struct http *h, const struct output_spec *spec)
{
	CURL *e = h->easy;

	h->curl.easy_setopt(e, CURLOPT_URL, spec->argument);
	h->curl.easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	h->curl.easy_setopt(e, CURLOPT_POST, 1L);
	h->curl.easy_setopt(e, CURLOPT_HTTPHEADER, h->headers);
	h->curl.easy_setopt(e, CURLOPT_USERAGENT, "saker/" PACKAGE_VERSION);
	h->curl.easy_setopt(e, CURLOPT_TIMEOUT_MS, (long)spec->timeout_ms);
	h->curl.easy_setopt(e, CURLOPT_WRITEFUNCTION, ignore);
#if LIBCURL_VERSION_NUM >= 0x075500
	h->curl.easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https");
#else
	h->curl.easy_setopt(e, CURLOPT_PROTOCOLS,
	                    (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
	set_file(h, CURLOPT_CAINFO, spec->secrets, spec->ca_file);
	set_file(h, CURLOPT_SSLCERT, spec->secrets, spec->cert_file);
	set_file(h, CURLOPT_SSLKEY, spec->secrets, spec->key_file);
}

static void http_close(struct sink *s)
{
	struct http *h = s->data;

	if (h == NULL)
		return;
	if (h->busy)
		h->curl.multi_remove_handle(h->multi, h->easy);
	h->curl.easy_cleanup(h->easy);
	h->curl.multi_cleanup(h->multi);
	h->curl.slist_free_all(h->headers);
	free(h);
	s->data = NULL;
}

static int http_open(struct sink *s, const struct output_spec *spec)
{
	struct http *h = calloc(1, sizeof(*h));

	*s = (struct sink){ .fd = -1, .data = h };
	if (h == NULL)
		return E_NOMEM;
	if (!curl_load(&h->curl)) {
		free(h);
		s->data = NULL;
		errno = ELIBACC;
		return E_UNSUPPORTED;
	}
	h->multi = h->curl.multi_init();
	h->easy = h->curl.easy_init();
	if (h->multi == NULL || h->easy == NULL || !add_headers(h, spec)) {
		http_close(s);
		errno = ENOMEM;
		return E_NOMEM;
	}
	set_options(h, spec);
	return 0;
}

/* 408 and 429 ask for another attempt (RFC 9110, RFC 6585); other 4xx say that
 * this request will never do. */
static int errno_of(long status)
{
	if (status >= 200 && status < 300)
		return 0;
	if (status >= 400 && status < 500 && status != 408 && status != 429)
		return EBADMSG;
	return EIO;
}

/* What became of the request; -1 = it is under way. */
static int finished(struct http *h)
{
	long status = 0;
	CURLcode code;
	CURLMsg *m;
	int left;

	m = h->curl.multi_info_read(h->multi, &left);
	if (m == NULL || m->msg != CURLMSG_DONE)
		return -1;
	code = m->data.result;
	h->curl.easy_getinfo(h->easy, CURLINFO_RESPONSE_CODE, &status);
	h->curl.multi_remove_handle(h->multi, h->easy);
	h->busy = false;
	return code == CURLE_OK ? errno_of(status) : EIO;
}

static ssize_t http_write(struct sink *s, struct str bytes)
{
	struct http *h = s->data;
	int running, error;

	if (!h->busy) {
		h->curl.easy_setopt(h->easy, CURLOPT_POSTFIELDS, bytes.s);
		h->curl.easy_setopt(h->easy, CURLOPT_POSTFIELDSIZE_LARGE,
		                    (curl_off_t)bytes.len);
		h->busy =
			h->curl.multi_add_handle(h->multi, h->easy) == CURLM_OK;
	}
	h->curl.multi_perform(h->multi, &running);
	error = h->busy ? finished(h) : EIO;
	if (error == 0)
		return (ssize_t)bytes.len;
	errno = error < 0 ? EAGAIN : error;
	return -1;
}

static void http_wait(struct sink *s, int wake_fd, int timeout_ms)
{
	struct http *h = s->data;
	struct curl_waitfd wake = { .fd = wake_fd, .events = CURL_WAIT_POLLIN };
	int ready;

	/* curl has timers of its own */
	if (timeout_ms < 0 || timeout_ms > 100)
		timeout_ms = 100;
	h->curl.multi_wait(h->multi, &wake, 1, timeout_ms, &ready);
}

static const char *http_check(const struct output_spec *spec)
{
	struct str url = str_from(spec->argument);
	struct curl curl;

	if (!str_has_prefix(url, STR("http://")) &&
	    !str_has_prefix(url, STR("https://")))
		return "it takes a URL that begins with http:// or https://";
	return curl_load(&curl)
	               ? NULL
	               : "libcurl cannot be loaded; its package is libcurl4 "
	                 "or libcurl";
}

const struct sink_ops sink_http = {
	.open = http_open,
	.close = http_close,
	.write = http_write,
	.wait = http_wait,
	.check = http_check,
};

#else /* !HAVE_LIBCURL */

static const char *http_check(const struct output_spec *spec)
{
	(void)spec;
	return "this saker was built without libcurl";
}

const struct sink_ops sink_http = { .check = http_check };
#endif
