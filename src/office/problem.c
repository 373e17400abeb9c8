#include "office/problem.h"

const char *office_language_word(enum office_language language)
{
	return http_language_word(language);
}

void office_problem(struct office_call *call, const struct error *error)
{
	problem_answer(call->response, call->language, "/api/v1/", error);
}
