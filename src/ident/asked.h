/* What somebody typed or pasted to be checked or reported, brought into one form: a telephone number, an address on the web, a bank
 * account, an account of a messenger, a wallet, or a payment code with one of these in it. The same in a browser (ui/ident), which tests
 * hold: both read the tables of data/ident and tests/data/asked.jsonl. Pure.
 *
 * x is what is hashed, compared and listed:
 *   phone|85591234567               E.164 without '+'
 *   phone|kh:117                    a short number, of one country
 *   url|example.com                 the registrable domain (public suffix list with its private section), or an IP address
 *   url|docs.google.com/forms/d/ab  on hosts that strangers share (data/ident/shared_hosts.tsv) with its path, as Safe Browsing writes it
 *   bank|kh:ABA:000123456           bank of data/ident/banks.tsv, or its name as given; bank|iban:DE89...; bank|kh:bakong:name@bank
 *   handle|telegram:name            service of data/ident/services.tsv
 *   wallet|btc:..., wallet|evm:0x..., wallet|tron:T...
 *
 * All input: NFKC, marks that nobody sees gone, digits of every script, hxxp, [.] and (dot). */
#ifndef IDENT_ASKED_H
#define IDENT_ASKED_H

#include "base/slice.h"

#define ASKED_INPUT_MAX 4096u
#define ASKED_X_SIZE 1024u     /* with its NUL */
#define ASKED_SHOWN_SIZE 1024u

enum asked_kind { ASKED_ANY, ASKED_PHONE, ASKED_URL, ASKED_BANK, ASKED_HANDLE, ASKED_WALLET };
#define ASKED_KIND_COUNT 6u

/* What a person must be told beside the answer. */
enum asked_warning {
	ASKED_PUNYCODE = 1u << 0,      /* the host has letters beyond ASCII */
	ASKED_MIXED_SCRIPT = 1u << 1,  /* of scripts that do not belong together in one word */
	ASKED_USERINFO = 1u << 2,      /* what stands before an @ looks like the host and is not */
	ASKED_HIDES = 1u << 3,         /* a short link or redirection: what is shown lies elsewhere */
	ASKED_SHARED = 1u << 4,        /* on a host that strangers share */
	ASKED_IP = 1u << 5,            /* no name, a bare IP address */
	ASKED_UNUSUAL = 1u << 6,       /* a telephone number that the country's plan does not give out */
	ASKED_UNCHECKED = 1u << 7,     /* a wallet without its checksum: a slip in it would not be seen */
	ASKED_PAYMENT = 1u << 8,       /* read out of a payment code */
	ASKED_BANK_UNKNOWN = 1u << 9,  /* the bank is not in our table: its name stands as it was given */
};
#define ASKED_WARNING_COUNT 10u

struct asked_query {
	struct text text;     /* one identifier, at most ASKED_INPUT_MAX bytes */
	enum asked_kind kind; /* ASKED_ANY: by its looks */
	struct text country;  /* alpha-2 or none: where a number without a country's code is dialled, whose bank it is */
	struct text bank;     /* its name or code, or none: "ABA", "국민은행", "004" */
	struct text service;  /* of services.tsv, or none: "telegram" */
};

/* Text is UTF-8 and ends in NUL. */
struct asked {
	enum asked_kind kind; /* never ASKED_ANY */
	unsigned warnings;    /* enum asked_warning */
	char x[ASKED_X_SIZE];
	char shown[ASKED_SHOWN_SIZE]; /* for people: "+855 91 234 567", "bad.example", "Telegram @name" without the service's name */
	/* A weak second form, or empty. Equal ones are not the same thing, only similar: names that are drawn alike (l, I, 1),
	 * handle-like|telegram:narne; the 20 bytes that wallets of EVM chains and of TRON share, wallet-key|5aae.... */
	char similar[ASKED_X_SIZE];
};

/* Fails: ST_LIMIT reason "asked-long"; ST_MALFORMED with one of the reasons of docs/identifiers.md: the same in the browser, and
 * rows of data/problems.tsv. *ret_asked is untouched then. Cost: linear; allocates for addresses only. */
MUST_USE enum status asked_read(const struct asked_query *query, struct asked *ret_asked, struct error *ret_error);

/* "phone", "url", "bank", "handle", "wallet"; "any". */
const char *asked_kind_word(enum asked_kind kind);
bool asked_kind_from_word(struct text word, enum asked_kind *ret_kind);

/* "punycode", "mixed-script"...; `bit` counts from 0. */
const char *asked_warning_word(unsigned bit);

#endif
