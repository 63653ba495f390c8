/* Korean: names with their Latin letters for addresses, and one team inbox for all topics. */
#include "sim/team_inside.h"

#define LIST(list) \
	{ \
		(list), EK_LEN(list) \
	}

/* clang-format off */
static const char *const given[] = {
	"가온|gaon", "다온|daon", "도담|dodam", "도하|doha", "라온|raon", "로이|roi", "리안|rian",
	"미르|mir", "보담|bodam", "새봄|saebom", "서온|seoon", "서율|seoyul", "세빈|sebin",
	"솔빛|solbit", "여울|yeoul", "예슬빛|yeseulbit", "온유빛|onyubit",
	"우람|uram", "유담|yudam", "윤설|yunseol", "은솔|eunsol", "이든|ideun", "정온|jeongon",
	"주안|juan", "지온|jion", "찬솔|chansol", "채온|chaeon", "태온|taeon", "하람|haram",
	"한결|hangyeol", "해든|haedeun", "혜온|hyeon",
};
static const char *const family[] = {
	"강|kang", "고|ko", "권|kwon", "김|kim", "남|nam", "노|noh", "류|ryu", "민|min", "박|park",
	"배|bae", "백|baek", "서|seo", "손|son", "송|song", "신|shin", "심|shim", "안|ahn", "양|yang",
	"오|oh", "우|woo", "윤|yoon", "이|lee", "임|lim", "장|jang", "전|jeon", "정|jung", "조|cho",
	"차|cha", "최|choi", "하|ha", "한|han", "허|heo", "홍|hong", "황|hwang",
};

static const char *const details[] = {
	"오늘 안에 확인 부탁드립니다.", "화면을 캡처해서 첨부합니다.", "벌써 두 번째입니다.",
	"이번 주 안에 해결되면 좋겠습니다.", "미리 감사드립니다.", "도움말에서 찾지 못했습니다.", "",
};
static const char *const more[] = {
	"알려 주신 대로 해 봤는데 그대로입니다.", "네, 맞습니다. 제가 더 보내 드릴 것이 있나요?",
	"요청하신 번호는 #번입니다.", "휴대폰에서는 되는데 컴퓨터에서는 안 됩니다.",
	"언제쯤 처리될까요?", "두 번째 단계를 다시 설명해 주실 수 있나요?",
	"서류를 링크로 보냈습니다. 잘 도착했나요?", "네, 그렇게 진행해 주세요.",
	"아까부터 기다리고 있는데 아직 답이 없네요.", "추가 비용이 있나요?",
};
static const char *const again[] = {
	"죄송하지만 같은 문제가 또 생겼습니다.", "아직 해결되지 않은 것 같습니다.",
	"하루는 괜찮았는데 같은 오류가 다시 나옵니다.", "#번 건으로 다시 문의드립니다.",
};
static const char *const thanks[] = {
	"빠른 답변 감사합니다!", "이제 잘 됩니다. 고맙습니다.", "덕분에 해결됐습니다. 좋은 하루 보내세요.",
};
static const char *const greet[] = {
	"~님, 안녕하세요. 문의해 주셔서 감사합니다.", "~님, 안녕하세요.",
	"~님, 불편을 드려 죄송합니다.", "~님, 기다려 주셔서 감사합니다.",
};
static const char *const on[] = {
	"확인했습니다. 바로 고쳐 두었습니다.", "담당자에게 전달했고 오늘 안에 처리됩니다.",
	"로그아웃했다가 다시 로그인하시면 보일 겁니다.", "추가 비용은 없습니다.",
	"저희 쪽에서 다시 실행했습니다. 한 번 더 해 보시겠어요?",
	"영업일 기준 이틀까지 걸립니다. 제가 계속 확인하겠습니다.",
	"서류가 잘 도착했고 빠진 것은 없습니다.",
};
static const char *const check[] = {
	"이제 문제없이 사용하고 계신지 여쭙습니다.", "확인해 보셨나요? 문의는 열어 두겠습니다.",
	"협력사에서 답이 왔습니다. 곧 처리됩니다.",
};
static const char *const note[] = {
	"계정 확인함: 정보는 정확하고 마지막 변경은 고객이 함.", "로그 확인함. 지난번 처리 방법을 동료에게 물어봄.",
	"이 부분을 아는 사람이 필요함. 고객에게는 안내함.", "요약: #번 문의, 1차 확인 끝, 아직 약속한 것 없음.",
};

const struct team_words *ek_team_words_korean(void)
{
	static const struct team_words words = {
		.given = LIST(given),
		.family = LIST(family),
		.says = {
			[SAYS_OPENING] = LIST(details), [SAYS_MORE] = LIST(more),
			[SAYS_AGAIN] = LIST(again),     [SAYS_THANKS] = LIST(thanks),
			[SAYS_ANSWER] = LIST(greet),    [SAYS_ON] = LIST(on),
			[SAYS_CHECK] = LIST(check),     [SAYS_NOTE] = LIST(note),
		},
		.family_first = true,
	};
	return &words;
}

static const struct team_topic topics[] = {
	{"delivery", "#번 주문 배송 문의", "월요일에 온다던 #번 주문이 아직 안 왔습니다.",
	 "지금 택배사에 있고 내일 도착할 예정입니다. 제가 계속 확인하겠습니다.", SKILL_NONE},
	{"invoice", "세금계산서 재발행 요청", "#번 세금계산서를 다시 보내 주실 수 있나요?",
	 "등록된 이메일로 보내 드렸습니다. 문서 메뉴에서도 받으실 수 있습니다.", SKILL_NONE},
	{"refund", "#번 주문 환불", "#번 주문을 반품했는데 환불이 아직입니다.",
	 "오늘 오전에 환불 처리했습니다. 영업일 기준 3~5일 걸립니다.", SKILL_REFUNDS},
	{"sign-in", "로그인이 안 됩니다", "링크가 만료됐다고 나오면서 로그인이 안 됩니다.",
	 "링크는 한 시간 동안 유효합니다. 방금 새 링크를 보내 드렸습니다.", SKILL_NONE},
	{"address", "배송지 변경", "#번 주문 배송지를 잘못 적었습니다.",
	 "아직 출고 전이라 주소를 바꿔 두었습니다.", SKILL_NONE},
	{"charged-twice", "결제가 두 번 됐습니다", "#번 주문이 두 번 결제됐습니다.",
	 "두 번째는 승인만 된 것이라 닷새 안에 자동으로 취소됩니다.", SKILL_REFUNDS},
	{"sync", "캘린더 연동 오류", "어제부터 캘린더가 연동되지 않습니다.",
	 "권한이 끊겨 있었습니다. 연동 메뉴에서 다시 연결해 주세요.", SKILL_NONE},
	{"api", "API 429 오류", "요청이 많지 않은데 429 응답이 옵니다.",
	 "한도는 토큰별로 셉니다. 프로그램 두 개가 같은 토큰을 써서 하나를 더 만들어 두었습니다.",
	 SKILL_API},
};
/* clang-format on */

struct team_topics ek_team_topics_korean(void)
{
	return (struct team_topics)LIST(topics);
}
