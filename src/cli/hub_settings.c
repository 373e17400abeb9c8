#include "cli/hub_settings.h"

#include "alert/alert.h"

#include <getopt.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>

#define TEXTS_MAX ((size_t)1 << 20)
#define REFRESH_HOURS_MAX 8760.0

static const char usage_text[] =
	"usage: cordon hub [--data DIR] [--lists DIR] [--address ADDRESS] [--port N] [--threads N] [--refresh HOURS]\n"
	"                  [--db URL] [--host CC] [--origin URL] [--tls CERT,KEY] [--tls-clients CA] [--proxied]\n"
	"                  [--name NAME] [--witness VKEY[,URL]]... [--grace HOURS] [--bell URL] [--carrier-port N]\n"
	"                  [--carrier-address ADDRESS] [--config FILE]\n"
	"\n"
	"Serves the lists in the folder --lists (default: DATA/lists; DATA is run) over HTTP on 127.0.0.1, port 8080, and the\n"
	"officers' interface over the blacklist under /api/v1/ and /console/. Lists are taken up again whenever their files\n"
	"change; of a file that is bad the last good content stays in force, which is told on standard error, on the page and\n"
	"under /readyz. Prints `ready: ADDRESS` and stops on SIGINT or SIGTERM.\n"
	"\n"
	"--refresh downloads the published lists that the folder holds (none: the standard ones) whenever they were not\n"
	"checked for HOURS, in the background; what is held stays in force until the new one is good. --sources and --ca are\n"
	"those of `cordon lists`.\n"
	"\n"
	"  --db URL          sqlite:PATH (default: DATA/cordon.db, made if missing) or postgresql://USER@HOST/NAME; its password\n"
	"                    stands in a file that the URL names: ?passfile=PATH\n"
	"  --host CC         country of the hub, as kh; the database keeps it\n"
	"  --origin URL      how officers reach the hub, as https://cordon.example (passkeys are bound to it)\n"
	"  --oidc FILE       the login of a ministry, described in JSON (docs/accounts.md)\n"
	"  --tls CERT,KEY    TLS 1.2 or newer, from PEM files\n"
	"  --tls-clients CA  machines may prove themselves by certificates of these authorities\n"
	"  --proxied         a proxy on this machine is in front: believe its X-Forwarded-For, X-Forwarded-Proto and\n"
	"                    X-Client-Fingerprint, which it must set itself, always\n"
	"  --name NAME       of the hub's logs and keys (default: cordon.CC); their checkpoints and tiles stand under /ledger/\n"
	"  --witness VKEY[,URL]\n"
	"                    whose cosignatures are kept, and where checkpoints are sent to be cosigned; several times\n"
	"  --grace HOURS     how long a new edition of the list waits for a witness's cosignature (24); then it goes out marked\n"
	"                    \"logged, not cosigned\"\n"
	"  --bell nats://HOST:PORT[,nats://...]\n"
	"                    says there that an edition is out, beside the hub's own bell (docs/decisions/nats.md)\n"
	"  --public-site URL  address of the public site, as https://check.example.kh: alerts, posters and their QR codes are of\n"
	"                    it (default: http://127.0.0.1:8100); --public-authority TEXT says who speaks there, and\n"
	"                    --public-hotline NUMBER what posters tell people to ring\n"
	"  --carrier-port N  passenger lists of carriers over TCP, without TLS (docs/formats/carriers.md), on --carrier-address\n"
	"                    (127.0.0.1): this machine, or an address behind a tunnel of yours\n"
	"  --config FILE     these options as lines `name = value`; # begins a comment; the command line wins\n";

static const struct option options[] = {
	{"data", required_argument, NULL, 0},    {"lists", required_argument, NULL, 0},
	{"address", required_argument, NULL, 0}, {"port", required_argument, NULL, 0},
	{"threads", required_argument, NULL, 0}, {"refresh", required_argument, NULL, 0},
	{"sources", required_argument, NULL, 0}, {"ca", required_argument, NULL, 0},
	{"db", required_argument, NULL, 0},      {"host", required_argument, NULL, 0},
	{"oidc", required_argument, NULL, 0},
	{"origin", required_argument, NULL, 0},  {"tls", required_argument, NULL, 0},
	{"tls-clients", required_argument, NULL, 0}, {"name", required_argument, NULL, 0},
	{"bell", required_argument, NULL, 0},
	{"witness", required_argument, NULL, 0}, {"grace", required_argument, NULL, 0},
	{"carrier-port", required_argument, NULL, 0}, {"carrier-address", required_argument, NULL, 0},
	{"public-site", required_argument, NULL, 0}, {"public-authority", required_argument, NULL, 0},
	{"public-hotline", required_argument, NULL, 0},
	{"proxied", no_argument, NULL, 0},       {"config", required_argument, NULL, 0},
	{"help", no_argument, NULL, 0},          {NULL, 0, NULL, 0},
};

/* "0.5" as milliseconds. */
static bool parse_hours(const char *s, int64_t *ret_ms)
{
	char *end;
	double hours = strtod(s, &end);

	if (end == s || *end || !(hours > 0 && hours <= REFRESH_HOURS_MAX))
		return false;
	*ret_ms = (int64_t)(hours * 3600000);
	return *ret_ms > 0;
}

static const char *text_keep(struct hub_settings *s, struct text t)
{
	char *copy = arena_alloc(&s->texts, t.len + 1, 1);

	if (copy && t.len)
		memcpy(copy, t.data, t.len);
	return copy;
}

/* "CERT,KEY" */
static bool take_tls(struct hub_settings *s, struct text value)
{
	size_t comma = text_find(value, ',', 0);

	if (comma == 0 || comma + 1 >= value.len)
		return false;
	s->http.tls_certificate = text_keep(s, (struct text){value.data, comma});
	s->http.tls_key = text_keep(s, (struct text){value.data + comma + 1, value.len - comma - 1});
	return s->http.tls_certificate && s->http.tls_key;
}

static bool take_witness(struct hub_settings *s, struct text value)
{
	size_t i = s->services.witness_count;

	if (i == LEDGER_KEYS_MAX)
		return false;
	s->services.witnesses[i] = text_keep(s, value);
	s->services.witness_count++;
	return s->services.witnesses[i] != NULL;
}

/* A password on a command line is everybody's who may list processes. */
static bool has_password(struct text url)
{
	size_t at = text_find(url, '@', 0), scheme = text_find(url, '/', 0);

	return text_has(url, TEXT("password=")) || (at < url.len && scheme < at && text_find(url, ':', scheme) < at);
}

static bool take(struct hub_settings *s, const char *name, const char *value)
{
	static const char *const words[] = {"data", "lists", "address", "db", "host", "origin", "name", "tls-clients", "oidc", "carrier-address",
					    "bell", "public-authority", "public-hotline"};
	const char **const texts[] = {&s->data,        &s->lists,         &s->http.address,    &s->services.db,
				      &s->services.host, &s->services.origin, &s->services.name, &s->http.tls_clients,
				      &s->services.oidc, &s->services.carrier_address,
				      &s->services.bell, &s->services.public_authority, &s->services.public_hotline};
	uint64_t n;

	if (strcmp(name, "db") == 0 && has_password(text_of(value))) {
		fputs("cordon hub: --db: a password belongs into a file: ?passfile=PATH\n", stderr);
		return false;
	}
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (strcmp(name, words[i]) == 0) {
			*texts[i] = text_keep(s, text_of(value));
			return *texts[i] != NULL;
		}
	if (strcmp(name, "port") == 0 && text_to_uint(text_of(value), 65535, &n) == ST_OK)
		s->http.port = (uint16_t)n;
	else if (strcmp(name, "carrier-port") == 0 && text_to_uint(text_of(value), 65535, &n) == ST_OK && n)
		s->services.carrier_port = (uint16_t)n;
	else if (strcmp(name, "public-site") == 0 && alert_site_valid(text_of(value)))
		return (s->services.public_site = text_keep(s, text_of(value))) != NULL;
	else if (strcmp(name, "threads") == 0 && text_to_uint(text_of(value), 64, &n) == ST_OK && n)
		s->http.threads = (unsigned)n;
	else if (strcmp(name, "refresh") == 0)
		return parse_hours(value, &s->refresh_ms);
	else if (strcmp(name, "grace") == 0)
		return parse_hours(value, &s->services.grace_ms);
	else if (strcmp(name, "sources") == 0 || strcmp(name, "ca") == 0)
		return fetching_take(&s->fetching, name[0], text_keep(s, text_of(value)));
	else if (strcmp(name, "tls") == 0)
		return take_tls(s, text_of(value));
	else if (strcmp(name, "witness") == 0)
		return take_witness(s, text_of(value));
	else if (strcmp(name, "proxied") == 0)
		s->http.proxied = true;
	else
		return false;
	return true;
}

/* ---- the file ---- */

struct reading {
	struct hub_settings *settings;
	const char *path;
};

static int line_take(void *context, const char *section, const char *name, const char *value)
{
	const struct reading *reading = context;
	struct text checked;

	if (text_check(text_bytes(text_of(value)), &checked, NULL) == ST_OK && section[0] == '\0' &&
	    strcmp(name, "config") != 0 && strcmp(name, "help") != 0 && take(reading->settings, name, value))
		return 1;
	fprintf(stderr, "cordon hub: %s: '%s = %s' is not a setting\n", reading->path, name, value);
	return 0;
}

static bool file_read(struct hub_settings *s, const char *path)
{
	struct reading reading = {s, path};
	int bad = ini_parse(path, line_take, &reading);

	if (bad < 0)
		fprintf(stderr, "cordon hub: %s: cannot be read\n", path);
	else if (bad > 0)
		fprintf(stderr, "cordon hub: %s: line %d\n", path, bad);
	return bad == 0;
}

/* ---- the command line ---- */

/* `file`: only what the option --config says. */
static bool line_read(int argc, char **argv, bool file, struct hub_settings *s, int *ret_exit)
{
	int which, option;
	bool good = true;

	optind = 1;
	while (good && (option = getopt_long(argc, argv, "", options, &which)) != -1) {
		if (option != 0) {
			good = false;
		} else if (strcmp(options[which].name, "help") == 0) {
			fputs(usage_text, stdout);
			*ret_exit = 0;
			return false;
		} else if (strcmp(options[which].name, "config") == 0) {
			if (file && !file_read(s, optarg))
				return false;
		} else if (!file) {
			good = take(s, options[which].name, optarg ? optarg : "");
		}
	}
	good = good && optind == argc;
	if (!good)
		fputs(usage_text, stderr);
	return good;
}

bool hub_settings_read(int argc, char **argv, struct hub_settings *ret, int *ret_exit)
{
	struct buffer url;

	*ret = (struct hub_settings){.data = "run", .http = {.port = 8080}};
	arena_init(&ret->texts, TEXTS_MAX);
	fetching_init(&ret->fetching);
	*ret_exit = 2;
	if (!line_read(argc, argv, true, ret, ret_exit) || !line_read(argc, argv, false, ret, ret_exit))
		return false;
	if (ret->services.db == NULL) {
		buffer_init(&url, TEXTS_MAX);
		buffer_printf(&url, "sqlite:%s/cordon.db", ret->data);
		ret->services.db = buffer_status(&url) == ST_OK ? text_keep(ret, buffer_text(&url)) : NULL;
		buffer_release(&url);
	}
	ret->services.folder = ret->data;
	ret->services.ca_file = ret->fetching.refresh.limits.ca_file;
	return ret->services.db != NULL;
}

void hub_settings_release(struct hub_settings *settings)
{
	arena_release(&settings->texts);
}
