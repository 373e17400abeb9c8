/* Scenario 23: a campaign of 1,000 reports in five languages, with three wallets and forty numbers, among 10,000 that have nothing to do with
 * each other (1,000 on PostgreSQL, whose part is the SQL). */
#include <stdlib.h>
#include <time.h>

#include "awareness/sketch.h"
#include "square.h"

#define CAMPAIGN 1000u
#define WALLETS 3u
#define NUMBERS 40u

static unsigned unrelated_count(void)
{
	return test_db_is_postgres() ? CAMPAIGN : 3 * CAMPAIGN; /* 10,000 strangers, by hand: none together either, 9 ms each */
}

static uint64_t next(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return *seed >> 33;
}

/* The lure in five languages, with gaps that each sender's message fills otherwise. */
static const char *const lures[][4] = {
	{"We are hiring online customer service staff in ", ", salary two thousand dollars a month, no experience needed, flight and hotel paid by the company, write to our manager ", " today on Telegram because only ", " places are left"},
	{"ក្រុមហ៊ុនយើងកំពុងជ្រើសរើសបុគ្គលិកបម្រើអតិថិជនអនឡាញនៅ", "ប្រាក់ខែពីរពាន់ដុល្លារ មិនត្រូវការបទពិសោធន៍ ក្រុមហ៊ុនចេញថ្លៃសំបុត្រយន្តហោះ និងសណ្ឋាគារ សូមទាក់ទងអ្នកគ្រប់គ្រង", "តាមតេឡេក្រាមថ្ងៃនេះ ព្រោះនៅសល់តែ", "កន្លែងប៉ុណ្ណោះ"},
	{"해외 온라인 고객 상담 직원을 모집합니다 근무지는 ", " 월급 이천 달러 경력 무관 항공권과 숙소는 회사에서 제공합니다 오늘 텔레그램으로 담당자 ", " 에게 연락 주세요 남은 자리는 ", " 자리뿐입니다"},
	{"本公司诚聘海外线上客服人员工作地点", "月薪两千美元无需经验机票住宿由公司承担请今天通过电报联系经理", "名额有限只剩", "个位置先到先得"},
	{"Cong ty chung toi tuyen nhan vien cham soc khach hang truc tuyen tai ", " luong hai nghin do la mot thang khong can kinh nghiem cong ty tra ve may bay va khach san lien he quan ly ", " qua Telegram hom nay vi chi con ", " cho trong"},
};
static const char *const places[] = {"Bavet", "Poipet", "Sihanoukville", "Phnom Penh", "Koh Kong"};
static const char *const managers[] = {"Anna", "Mr Li", "Sokha", "Jin", "David", "Mei"};

/* Words that honest accounts of different frauds are made of: none of them is like another. */
static const char *const words[] = {
	"caller", "police", "parcel", "customs", "bank", "account", "transfer", "yesterday", "morning", "friend", "photo", "profile", "invest",
	"profit", "withdraw", "refused", "ticket", "rent", "house", "deposit", "landlord", "phone", "code", "password", "link", "message", "shop",
	"shoes", "never", "arrived", "refund", "card", "number", "officer", "arrest", "warrant", "video", "daughter", "accident", "hospital", "money",
	"urgent", "crypto", "wallet", "platform", "trader", "teacher", "group", "chat", "bonus", "level", "task", "review", "hotel", "rating", "loan",
	"fee", "insurance", "approve", "lottery", "prize", "tax", "minister", "letter", "stamp", "visa", "school", "job", "factory", "driver", "border",
	"market", "gold", "ring", "monk", "temple", "donation", "flood", "relief", "ngo", "app", "install", "remote", "screen", "support", "computer"};
#define WORDS (sizeof words / sizeof words[0])

static void send_one(struct square *s, unsigned sender, const char *type, const char *value, const char *story)
{
	char json[4096], identifiers[256] = "";

	if (value)
		snprintf(identifiers, sizeof identifiers, "\"identifiers\":[{\"country\":\"kh\",\"type\":\"%s\",\"value\":\"%s\"}],", type, value);
	s->sent++;
	snprintf(json, sizeof json,
		 "{\"client\":{\"device\":\"d%u\",\"network\":\"n%u\",\"token\":\"t%u\"},%s\"language\":\"en\",\"receipt\":\"receipt|%016llu\",\"speed\":\"tip\","
		 "\"story\":\"%s\",\"time\":\"2027-01-15T08:00:00.000Z\"}",
		 sender, sender, sender, identifiers, (unsigned long long)s->sent, story);
	square_put(s, BULLETIN_REPORT, json);
}

static void campaign_send(struct square *s, unsigned i, uint64_t *seed)
{
	/* base58check addresses of TRON: of the network's own documents */
	static const char *const wallets[WALLETS] = {"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t",
						     "TNPeeaaFB7K9cmo4uQpcU32zGK8G1NYqeL"};
	const char *const *lure = lures[i % 5];
	char story[2048], number[32];
	unsigned what = (unsigned)next(seed) % 10;

	snprintf(story, sizeof story, "%s%s%s%s%s%u%s", lure[0], places[next(seed) % 5], lure[1], managers[next(seed) % 6], lure[2],
		 (unsigned)next(seed) % 9 + 1, lure[3]);
	snprintf(number, sizeof number, "0972%05u", (unsigned)(next(seed) % NUMBERS) * 37 + 10000);
	/* seven name a number, two a wallet, one only pastes the message */
	if (what < 7)
		send_one(s, i, "phone", number, story);
	else if (what < 9)
		send_one(s, i, "wallet", wallets[next(seed) % WALLETS], what == 7 ? story : "");
	else
		send_one(s, i, NULL, NULL, story);
}

static void unrelated_send(struct square *s, unsigned i, uint64_t *seed)
{
	char story[2048], number[32];
	size_t len = 0, count = 12 + next(seed) % 30;

	for (size_t k = 0; k < count; k++)
		len += (size_t)snprintf(story + len, sizeof story - len, "%s ", words[next(seed) % WORDS]);
	snprintf(number, sizeof number, "088%07u", 1000000u + i);
	send_one(s, 100000 + i, "phone", number, story);
}

static void a_campaign_is_found_among_strangers(void **state)
{
	unsigned unrelated = unrelated_count(), sent = 0, each = unrelated / CAMPAIGN;
	struct timespec from, to;
	uint64_t seed = 42;
	double seconds;
	struct square s;
	int64_t largest, foreign, merged;

	square_begin(&s, state);
	for (unsigned i = 0; i < CAMPAIGN; i++) {
		campaign_send(&s, i, &seed);
		for (unsigned k = 0; k < each; k++)
			unrelated_send(&s, sent++, &seed);
	}
	clock_gettime(CLOCK_MONOTONIC, &from);
	square_run(&s);
	clock_gettime(CLOCK_MONOTONIC, &to);
	seconds = (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9;
	assert_int_equal(square_count(&s, "SELECT count(*) FROM report"), CAMPAIGN + unrelated);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM inbox_item WHERE state = 'aside'"), 0);
	largest = square_count(&s, "SELECT count(*) FROM report WHERE token NOT LIKE 't1_____' AND cluster_id = (SELECT cluster_id FROM report"
			       " WHERE token NOT LIKE 't1_____' GROUP BY cluster_id ORDER BY count(*) DESC LIMIT 1)");
	foreign = square_count(&s, "SELECT count(*) FROM report WHERE token LIKE 't1_____' AND cluster_id = (SELECT cluster_id FROM report"
			       " WHERE token NOT LIKE 't1_____' GROUP BY cluster_id ORDER BY count(*) DESC LIMIT 1)");
	merged = square_count(&s, "SELECT count(*) FROM report WHERE token LIKE 't1_____' AND cluster_id IN (SELECT cluster_id FROM report"
			      " WHERE token LIKE 't1_____' GROUP BY cluster_id HAVING count(*) > 1)");
	print_message("# %lld of %u in one cluster, %lld foreign, %lld of %u strangers together; %.1f ms each\n", (long long)largest, CAMPAIGN,
		      (long long)foreign, (long long)merged, unrelated, seconds * 1000 / (CAMPAIGN + unrelated));
	assert_true(largest >= CAMPAIGN * 95 / 100);
	assert_true(foreign * 100 <= largest);
	assert_true(merged * 1000 <= unrelated);
	assert_true(seconds / (CAMPAIGN + unrelated) < 2);
	square_end(&s);
}

/* What an officer took out joins nothing by itself. */
static void apart_stays_apart(void **state)
{
	struct report_act act = {.version = 1, .act = TEXT("apart")};
	struct error error;
	char id[64];
	struct square s;

	square_begin(&s, state);
	square_report_by(&s, 1, "phone", "091234567", NULL);
	square_report_by(&s, 2, "phone", "091234567", NULL);
	square_get(&s, "SELECT id FROM report WHERE token = 't2'", id);
	act.id = text_of(id);
	assert_ok(square_report_do(&s, REVIEWER, &act, NULL, &error));
	square_report_by(&s, 3, "phone", "091234567", NULL);
	assert_int_equal(square_count(&s, "SELECT count(DISTINCT cluster_id) FROM report"), 2);
	square_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		db_unit_test(a_campaign_is_found_among_strangers),
		db_unit_test(apart_stays_apart),
	};

	return db_run_group_tests(tests);
}
