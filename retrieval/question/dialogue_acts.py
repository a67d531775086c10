"""Dialogue acts: tells what a person does with a message: asks, greets, thanks, browses, asks about the bot.

Rules decide over the whole message, by tables of phrases. What they do not know for certain is a question.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from retrieval.datatypes import DialogueAct, Span
from retrieval.question.phrases import EMOTICON, message_pattern, spellings_of
from retrieval.vietnamese import fold, syllable_spans, syllables, toneless

MAX_CHAT_SYLLABLES = 16
"""Syllables beyond which a message is neither small talk nor a question about the bot."""

MAX_FILLERS_PER_SYLLABLE = 2
"""Most fillers for each syllable of a phrase of small talk, one more apart; more may be another sentence."""

MAX_SINGLE_LETTERS = 2
"""Most single letters that ask nothing."""

_PHRASES: dict[DialogueAct, str] = {
    DialogueAct.INSULT: """
        ngu; ngu thế; ngu vậy; ngu quá; ngu vãi; ngu như bò; ngu như chó; ngu ngốc; ngu si; đồ ngu; đồ ngốc; đồ điên;
        đồ khùng; óc chó; đần; đần độn; dốt; dốt nát; dở; dở hơi; dở ẹc; kém; tệ; tệ hại; phế; lởm; cùi bắp; đồ rác;
        bot rác; vô dụng; vô tích sự; chả được gì; chẳng được gì; không được gì; chả biết gì; không biết gì; đéo biết
        gì; chả giúp được gì; chả hiểu gì; không hiểu gì; nhảm; nhảm nhí; vớ vẩn; tào lao; xàm; xàm xí; xàm lông; chán;
        chán thế; chán vãi; điên à; khùng à; hâm à; bị điên à; đm; dm; đmm; dmm; đkm; dkm; đcm; dcm; vcl; vkl; vl; vãi;
        vãi l; vãi lồn; vãi cả lồn; vãi chưởng; vãi đái; clgt; cmm; địt; địt mẹ; địt mẹ mày; đụ; đụ má; đéo; đéo hiểu;
        cặc; con cặc; mẹ kiếp; mẹ mày; bố mày; cút; cút đi; biến đi; im đi; câm đi; câm mồm; im mồm; trả lời ngu; trả
        lời sai; trả lời sai rồi; trả lời linh tinh; trả lời lung tung; trả lời chán; trả lời tệ; trả lời dở; trả lời
        như shit; trả lời như cứt; trả lời như hạch; nói linh tinh; sai; sai rồi; sai bét; sai hết; không đúng; không
        phải; đâu phải; hỏi một đằng trả lời một nẻo; hỏi 1 đằng trả lời 1 nẻo; chả liên quan; không liên quan; chẳng
        liên quan; wtf; fuck; fuck you; fuck off; shit; bullshit; stupid; stupid bot; idiot; useless; shut up; you
        suck; bad bot
    """,
    DialogueAct.THANKS: """
        cảm ơn; cám ơn; cảm mơn; camon; cmon; c ơn; xin cảm ơn; rất cảm ơn; chân thành cảm ơn; cảm ơn rất nhiều; đa tạ;
        biết ơn; đội ơn; mang ơn; cảm ơn vì đã giúp; cảm ơn đã giúp; cảm ơn vì thông tin; thank; thanks; thanh kiu;
        thank kiu; thank you; thanks you; thank u; thanks u; thank you so much; thanks a lot; many thanks; tks; thks;
        thx; tysm
    """,
    DialogueAct.FAREWELL: """
        tạm biệt; chào tạm biệt; xin tạm biệt; bye; bye bye; byebye; bai bai; baibai; pai pai; pp; bibi; goodbye; good
        bye; see you; see ya; see you later; see you again; hẹn gặp lại; gặp lại sau; gặp sau; hẹn gặp; mai gặp; hẹn
        mai; ngủ ngon; chúc ngủ ngon; chúc bạn ngủ ngon; g9; good night; goodnight; đi ngủ đây; đi ngủ; off đây; đi
        đây; đi trước đây; thôi đi đây; thôi nhé; chào nhé; chúc ngày mới tốt lành; chúc một ngày tốt lành; chúc bạn
        một ngày tốt lành; chúc bạn ngày mới tốt lành; chúc một ngày vui vẻ; chúc cuối tuần vui vẻ; have a nice day
    """,
    DialogueAct.GREETING: """
        chào; chao; xin chào; chào buổi sáng; chào buổi trưa; chào buổi chiều; chào buổi tối; buổi sáng tốt lành; chào
        ngày mới; hello; helo; hellu; hallo; hế lô; hê lô; hế nhô; hi; hí; hey; alo; a lô; alô; alo alo; good morning;
        good afternoon; good evening; bạn ơi; ad ơi; admin ơi; bot ơi; em ơi; shop ơi; ơi; ê; ê ê; này; có ai không; có
        ai ở đây không; có ai ở đó không; có ai đó không; có đó không; khỏe không; có khỏe không; bạn khỏe không; bạn
        có khỏe không; ăn cơm chưa; ăn gì chưa; ăn sáng chưa; ngủ chưa; dậy chưa; đang làm gì; dạo này thế nào; dạo này
        sao rồi; lâu rồi không gặp; rất vui được gặp; nice to meet you; how are you; how are you doing; what s up;
        whats up; test; start; bắt đầu
    """,
    DialogueAct.LAUGHTER: """
        haha; hi hi; hi hi hi; ha ha; ha ha ha; he he; he he he; hê hê; hí hí; hô hô; khà khà; hề hề; k k; lol; lmao;
        rofl; buồn cười; buồn cười quá; buồn cười thế; cười đau bụng; vui quá; vui thế; hài; hài quá; hài thế; đùa; đùa
        thôi; đùa chút thôi
    """,
    DialogueAct.ACKNOWLEDGEMENT: """
        ok; oke; oki; okie; okê; okay; okey; okela; okla; ô kê; ok luôn; ừ; ừm; ừ ừ; ờ; ờm; uh; uhm; uh huh; uk; ukm;
        um; vâng; vầng; vâng vâng; dạ; dạ vâng; vâng dạ; rồi; được; được rồi; được đấy; dc; đc; dc rồi; đc rồi; hiểu;
        hiểu rồi; đã hiểu; biết rồi; rõ; đã rõ; rõ rồi; ra vậy; ra thế; ra là thế; ra là vậy; thì ra là vậy; thế à; vậy
        à; thế hả; vậy hả; thế thôi; vậy thôi; thôi; thôi được; thôi được rồi; thôi không cần; không cần; không cần
        đâu; không sao; không có gì; không có chi; đồng ý; nhất trí; đúng; đúng rồi; đúng thế; đúng vậy; phải rồi;
        chính xác; chuẩn; chuẩn rồi; chuẩn luôn; hay; hay quá; hay thế; hay đấy; hay lắm; hay ghê; tốt; tốt quá; tốt
        lắm; tuyệt; tuyệt quá; tuyệt vời; giỏi; giỏi quá; giỏi thế; giỏi lắm; thông minh quá; thông minh thế; xịn; xịn
        quá; đỉnh; đỉnh quá; ngon; ngon quá; ngon lành; hữu ích quá; rất hữu ích; thích quá; yêu bạn; yêu bot; yêu ad;
        yêu quá; yêu thế; love you; i love you; good; very good; great; nice; cool; perfect; awesome; good job; good
        bot; well done; yes; yep; yeah; yup; no; nope; sure; i see; got it; noted; à; à à; ồ; oh; ah; wow; uầy; ghê;
        ghê quá; ghê thế; buồn quá; buồn thế; tội quá; tội nghiệp; sợ quá; sợ thế; trời; trời ơi; ôi; ôi trời; trời
        đất; hic; huhu; hu hu; haiz; haizz; chờ tí; chờ chút; đợi tí; đợi chút; để xem; hmm; hm
    """,
}
"""Phrases of small talk, separated by semicolons, by dialogue act: the act that counts most comes first."""

_ONLY_WITH_MARKS = """
    kém; tệ; dở; sai; ơi; này; ê; hí; ừ; ờ; vâng; vầng; dạ; rồi; được; hiểu; rõ; thôi; đúng; chuẩn; tốt; tuyệt; giỏi;
    xịn; đỉnh; ồ; à; ôi; ghê; trời; đần; dốt; phế; lởm; nhảm; xàm; chán; vãi; đụ; cút; đéo; địt; cặc; hài; đùa; hê hê;
    hí hí; hô hô; chào nhé; đi đây; thôi nhé; chào
"""
"""Phrases that could be other words without their marks (`vâng`, `vàng`); without them they count for nothing."""

_ALONE = """
    không; ko; kg; khong; hông; có
"""
"""Answers that are acknowledgements alone, but ask beside other words (`đúng không`)."""

_FILLERS = """
    bạn; bn; mày; em; anh; chị; cô; chú; bác; ông; bà; cậu; ad; add; admin; bot; chatbot; shop; mình; tôi; tui; tao;
    tớ; cháu; con; mọi người; cả nhà; các bạn; hỏi báo; hoibao; nhé; nha; nhen; nghen; nghe; ạ; à; á; ah; ơi; nè; nhỉ;
    hen; đó; đấy; vậy; thế; luôn; lắm; nhiều; quá; rất; nữa; rồi; đã; cái; với; dạ; vâng; trước; tí; xíu; thôi; đi; so
    much; very much; a lot; you; u; bro; man; sir; there; all; everyone; my friend; friend
"""
"""Words that may stand beside phrases of small talk, and are none alone."""

_OPENINGS = """
    chào bạn; chào ad; chào admin; chào bot; chào shop; hi bạn; hi ad; hi admin; hi bot; hello bạn; hello ad; hello
    admin; hello bot; hey bot; alo ad; alo bot; alo bạn; ad ơi; admin ơi; bot ơi; bạn ơi; ad oi
"""
"""Greetings that a question may follow without a punctuation mark."""

_PARTS = (DialogueAct.GREETING, DialogueAct.THANKS, DialogueAct.FAREWELL, DialogueAct.LAUGHTER)
"""The small talk that a question may end in."""

_ABOUT: Mapping[DialogueAct, tuple[str, ...]] = {
    DialogueAct.ABOUT_PRIVACY: (
        "(?:<you> )?có (?:bị |được )?(?:lưu|lưu giữ|lưu trữ|ghi|giữ|thu thập|nhớ|đọc|xem|theo dõi)(?: lại| trữ)?"
        " (?:được )?(?:những |các |lịch sử )?"
        "(?:câu hỏi|tin nhắn|thông tin|dữ liệu|lịch sử|nội dung|số điện thoại|đoạn chat|cuộc trò chuyện|chat|gì)"
        "(?: cá nhân| chat| trò chuyện| nào)?(?: của| cua| về)?(?: <i>)?(?: hỏi| gửi)? <no>",
        "(?:câu hỏi|tin nhắn|thông tin|dữ liệu|lịch sử)(?: cá nhân)?(?: của)? <i>"
        " có (?:bị |được )?(?:lưu|lộ|ghi|giữ|bảo mật)(?: lại| trữ)? <no>",
        "<you> (?:lưu|ghi|giữ|biết|thu thập|nhớ)(?: lại)? (?:những )?<what>(?: của| về) <i>",
        "<you> có (?:bảo mật|an toàn|theo dõi <i>|lộ thông tin|bán dữ liệu) <no>",
        "(?:xóa|xoá|quên)(?: hết)? (?:dữ liệu|câu hỏi|lịch sử|tin nhắn|thông tin)(?: của)?(?: <i>)?",
        "(?:quyền riêng tư|chính sách bảo mật|chính sách riêng tư)(?: của <you>)?",
        "do you (?:keep|store|save|remember|log) my (?:questions|data|messages|name)",
    ),
    DialogueAct.ABOUT_CORPUS: (
        "(?:<you> )?(?:lấy|lấy được|kiếm|trích|thu thập|tổng hợp|đọc) (?:tin|tin tức|thông tin|dữ liệu|bài|báo)"
        "(?: này)? (?:từ|ở|trên|của) <where>",
        "(?:tin|tin tức|thông tin|dữ liệu|nguồn tin|kho báo|kho tin|nguồn)(?: của <you>| này| ở đây)? "
        "(?:được )?(?:lấy|trích|tổng hợp|thu thập)(?: từ| ở| của)? <where>",
        "(?:nguồn|nguồn tin|tin|tin tức|dữ liệu|thông tin) của <you> (?:là |lấy )?(?:từ |ở )?<where>",
        "(?:<you> )?(?:có|cập nhật|lưu) (?:tin|tin tức|bài|báo|dữ liệu|thông tin) (?:mới nhất )?(?:đến|tới|từ) <when>",
        "(?:dữ liệu|kho báo|kho tin)(?: của <you>)?(?: có| có tin| cập nhật)? (?:đến|tới|từ) <when>",
        "(?:tin|bài)(?: mới nhất)?(?: của <you>| trong kho) (?:là )?<when>",
        "(?:<you> )?(?:tin tức |tin |dữ liệu )?cập nhật (?:tin |tin tức |dữ liệu )?(?:đến|tới) <when>",
        "(?:<you> )?(?:bao lâu|khi nào|mấy ngày) (?:thì )?cập nhật(?: tin| tin tức| dữ liệu)?(?: một lần| 1 lần)?",
        "<you> (?:có )?cập nhật(?: tin| tin tức)? (?:hàng ngày|mỗi ngày|thường xuyên|liên tục|bao lâu một lần)"
        "(?: <no>)?",
        "(?:<you> )?có (?:những |các )?(?:báo|tờ báo|nguồn báo|nguồn tin|đầu báo|trang báo) (?:nào|<what>)",
        "(?:<you> )?(?:đọc|trích|lấy|dùng|tìm trong) (?:những |các )?(?:báo|tờ báo|nguồn|nguồn tin) (?:nào|<what>)",
        "(?:<you> |kho báo |kho tin |trong kho )?có (?:tất cả |tổng cộng )?(?:bao nhiêu|mấy)"
        " (?:bài|bài báo|tin|tin tức|tờ báo|báo|nguồn|nguồn tin)(?: trong (?:đó|này|kho|kho báo))?",
        "(?:trong )?kho(?: báo| tin| dữ liệu)?(?: của <you>)? (?:có|gồm|chứa|đang có)"
        " (?:những )?(?:<what>|báo nào|tin nào)",
        "where do (?:you|your news) (?:get|take|come)(?: your| the)?(?: news| information| data)? from",
        "(?:which|what) (?:papers|newspapers|sources|articles|news) do you (?:have|use|read|know)",
        "how (?:recent|current|up to date) (?:is|are) your (?:news|data|articles)",
    ),
    DialogueAct.ABOUT_USE: (
        "(?:cách )?(?:dùng|sử dụng|xài|dùng thử|hỏi) (?:<you> |cái này |nó )?(?:thì )?(?:làm )?<how>",
        "(?:cách|hướng dẫn)(?: cách)?(?: sử dụng| dùng| xài| hỏi)(?: <you>| cái này)?(?: <how>)?"
        "(?: cho đúng| cho trúng| cho hiệu quả| hiệu quả| đúng cách)?",
        "hướng dẫn(?: <i>| sử dụng)?(?: với| đi)?",
        "(?:<i> )?(?:phải |nên |cần )?làm (?:sao|thế nào|như thế nào) (?:để )?(?:dùng|hỏi|sử dụng|xài)(?: <you>)?",
        "<you> (?:hoạt động|vận hành|làm việc|trả lời)(?: câu hỏi)? <how>",
        "(?:<i> )?(?:có thể |được |nên )?hỏi (?:<you> )?(?:được |về )?(?:những )?(?:<what>)(?: được| bạn| bây giờ)?",
        "(?:giúp|giúp đỡ|trợ giúp)(?: <i>)?|help(?: me)?",
        "how (?:do|can|should) i (?:use|ask)(?: this| you| it)?",
        "how (?:does|do) (?:this|it|you)(?: bot)? work",
        "what can i ask(?: you)?",
    ),
    DialogueAct.ABOUT_BOT: (
        "(?:thế |vậy |ủa )?<you> <is> (?:ai|con <what>|đứa nào|thằng nào)|(?:thế |vậy |ủa )?<self> <is> <what>",
        "(?:thế |vậy |ủa )?<you> (?:<is> |có phải |có phải là |phải )(?:con )?(?:bot|robot|rô bốt|máy|người máy|người"
        "|người thật|ai|trí tuệ nhân tạo|chatbot|chat gpt|chatgpt|gpt|gemini|google|nhà báo|phóng viên)"
        "(?: <no>| hả| à| phải <no>| đúng <no>| sao| hay (?:<is> )?(?:người|người thật|bot|máy))?",
        "<you> tên(?: <is>)? <what>|tên(?: của)? <you>(?: <is>)? <what>|<you> tên (?:ai|thế nào)",
        "<you> (?:có thể |biết )?(?:làm|giúp|trả lời|giúp <i>) (?:được )?(?:những )?<what>(?: cho <i>)?",
        "<you> (?:có thể|biết) (?:những )?(?:<what>|làm những <what>)",
        "ai (?:đã )?(?:tạo ra|làm ra|tạo|viết ra|viết|phát triển|lập trình|sinh ra|đẻ ra) (?:ra )?<you>",
        "<you> (?:do|của) (?:ai|công ty nào|báo nào|đơn vị nào)(?: làm ra| làm| tạo ra| viết| phát triển| lập trình)?",
        "(?:hãy )?giới thiệu(?: về)? (?:bản thân|<you>)",
        "<you> (?:bao nhiêu|mấy) tuổi",
        "<you> (?:ở|sống ở|đến từ) (?:đâu)",
        "<you> (?:dùng|sử dụng|chạy|xài) (?:mô hình|ai|chatgpt|chat gpt|công nghệ|model)(?: <what>| nào)?"
        "(?: à| hả| <no>)?",
        "<you> (?:dùng để|để) (?:làm )?<what>",
        "(?:mấy cái này |cái này |câu trả lời |tin )?<you> (?:trả lời |nói |đưa tin )?có "
        "(?:chính xác|đúng|đáng tin|đáng tin cậy|tin được|(?:tự )?bịa(?: ra)?(?: chuyện| tin| câu trả lời)?) <no>",
        "<you> (?:có )?(?:mất|tốn|thu) (?:tiền|phí) <no>|<you> (?:có )?miễn phí <no>",
        "dùng <you> có (?:mất|tốn) (?:tiền|phí) <no>",
        "who are you|what are you|are you (?:a )?(?:bot|robot|human|ai|real)(?: person)?|what can you do",
        "what s your name|what is your name|who (?:made|built|created) you|tell me about yourself",
        "what is this(?: bot)?",
    ),
}
"""Patterns of questions about the bot, by dialogue act."""


def read_dialogue_act(text: str) -> tuple[DialogueAct, Span]:
    """Reads the dialogue act of a message, and finds the part that it is read from.

    Small talk before or after a question is no part of it: "Chào bạn, giá vàng bao nhiêu?" is a question.
    `DialogueAct.BROWSE` is not among the results; see `read_browse`.
    """
    act, span = dialogue_act_of(text), Span(0, len(text))
    if act is DialogueAct.QUESTION:
        span = asking_span(text)
        act = dialogue_act_of(span.of(text)) if span.of(text) != text else act
    return act, span


def dialogue_act_of(text: str) -> DialogueAct:
    """Reads the dialogue act of a whole message; a question where no rule is certain."""
    plain = EMOTICON.sub(" ", text)
    spoken = [_shortened(syllable) for syllable in syllables(plain)]
    if not spoken:
        return _act_of_signs(text)
    if len(spoken) > MAX_CHAT_SYLLABLES:
        return DialogueAct.QUESTION
    act = _small_talk(spoken)
    if act is None and len(spoken) <= MAX_SINGLE_LETTERS and all(len(one) == 1 and one.isalpha() for one in spoken):
        return DialogueAct.NO_QUESTION
    if act is DialogueAct.ACKNOWLEDGEMENT and plain.rstrip().endswith("?"):
        return DialogueAct.QUESTION  # a doubt, about what was answered
    return act or _act_about(spoken) or DialogueAct.QUESTION


def asking_span(text: str) -> Span:
    """Finds the part of a message that is left without small talk before it and after it, if any is left.

    Small talk ends at a punctuation mark, or is a greeting with the name of the greeted.
    """
    located = syllable_spans(text)
    spoken = [_shortened(syllable) for syllable, _ in located]
    first, last = 0, len(spoken)
    for count in range(1, min(len(spoken), MAX_CHAT_SYLLABLES + 1)):
        is_apart = _is_parted(text, located[count - 1][1], located[count][1])
        if " ".join(spoken[:count]) in _openings() or (is_apart and _small_talk(spoken[:count])):
            first = count
    for start in range(len(spoken) - 1, max(first, len(spoken) - MAX_CHAT_SYLLABLES), -1):
        if _is_parted(text, located[start - 1][1], located[start][1]) and _small_talk(spoken[start:]) in _PARTS:
            last = start
    if (first, last) == (0, len(spoken)) or last - first < _MIN_LEFT_SYLLABLES:
        return Span(0, len(text))
    end = len(text) if last == len(spoken) else located[last - 1][1].end + _closing_marks(text, located[last - 1][1])
    return Span(located[first][1].start, end)


_MIN_LEFT_SYLLABLES = 2
_LAUGHING = re.compile(
    "(?:ha){2,}h?|(?:hi){2,}h?|(?:he){2,}h?|(?:hê){2,}|(?:hí){2,}|(?:ke){2,}|k{2,}|lo+l|ahaha(?:ha)*|hahah"
)
_REPEATED = re.compile(r"([^\W\d_])\1{2,}")
_PARTING = re.compile(r"[,.!?;:…\n]|\s[-–—]\s|[^\w\s'\"“”‘’()/&%+-]")
_ACTS_OF_SIGNS: Mapping[DialogueAct, str] = {
    DialogueAct.THANKS: "🙏💐🌹",
    DialogueAct.GREETING: "👋",
    DialogueAct.INSULT: "🖕👎💩😡🤬😤",
    DialogueAct.ACKNOWLEDGEMENT: "👍👌✅💯👏🙆🆗☑✔",
}
_FIRST_PICTURE = "\u203c"
_MARKS_OF_TEXT = "…‼⁇⁈⁉※"


def _shortened(syllable: str) -> str:
    """Returns laughter in one form, and other syllables without letters that are repeated for emphasis."""
    return "haha" if _LAUGHING.fullmatch(syllable) else _REPEATED.sub(r"\1", syllable)


def _act_of_signs(text: str) -> DialogueAct:
    """Reads the dialogue act of a message without words."""
    for act, signs in _ACTS_OF_SIGNS.items():
        if any(sign in text for sign in signs):
            return act
    is_picture = any(sign >= _FIRST_PICTURE and sign not in _MARKS_OF_TEXT for sign in text)
    return DialogueAct.LAUGHTER if is_picture or EMOTICON.search(text) else DialogueAct.NO_QUESTION


def _small_talk(spoken: Sequence[str]) -> DialogueAct | None:
    """Reads the dialogue act of a message that is made of phrases of small talk and few fillers; None for others."""
    if len(spoken) == 1 and spoken[0] in _alone():
        return DialogueAct.ACKNOWLEDGEMENT
    phrases = _phrases()
    covered: list[_Cover | None] = [_Cover(), *[None] * len(spoken)]
    for end in range(1, len(spoken) + 1):
        found = [
            before.with_phrase(phrases[words], end - start)
            for start in range(max(0, end - _longest_phrase()), end)
            if (before := covered[start]) is not None and (words := " ".join(spoken[start:end])) in phrases
        ]
        covered[end] = max(found, key=lambda cover: cover.said, default=None)
    whole = covered[-1]
    if whole is None or len(spoken) - whole.said > MAX_FILLERS_PER_SYLLABLE * whole.said + 1:
        return None
    return next((act for act in _PHRASES if act in whole.acts), None)


@dataclass(frozen=True, slots=True)
class _Cover:
    """Describes phrases that make up the beginning of a message."""

    acts: frozenset[DialogueAct] = frozenset()
    said: int = 0
    """Number of syllables that are no fillers."""

    def with_phrase(self, act: DialogueAct | None, length: int) -> _Cover:
        """Adds a phrase of a number of syllables; a filler has no act."""
        return self if act is None else _Cover(self.acts | {act}, self.said + length)


def _act_about(spoken: Sequence[str]) -> DialogueAct | None:
    bare = toneless(" ".join(spoken))
    return next((act for act, patterns in _ABOUT.items() if message_pattern(*patterns).fullmatch(bare)), None)


@cache
def _phrases() -> dict[str, DialogueAct | None]:
    """Returns the acts of all phrases as they may be typed; None for a filler."""
    only_with_marks = set(_listed(_ONLY_WITH_MARKS))
    phrases: dict[str, DialogueAct | None] = dict.fromkeys(_typed(_listed(_FILLERS)))
    for act, table in reversed(_PHRASES.items()):
        for phrase in _listed(table):
            ways = {fold(phrase)} if phrase in only_with_marks else spellings_of(phrase)
            phrases |= dict.fromkeys(ways, act)
    return phrases


@cache
def _longest_phrase() -> int:
    return max(len(phrase.split()) for phrase in _phrases())


@cache
def _openings() -> frozenset[str]:
    return frozenset(_typed(_listed(_OPENINGS)))


@cache
def _alone() -> frozenset[str]:
    return frozenset(_listed(_ALONE))


def _typed(phrases: Iterable[str]) -> Iterable[str]:
    return (way for phrase in phrases for way in spellings_of(phrase))


def _listed(table: str) -> list[str]:
    return [" ".join(phrase.split()) for phrase in table.split(";")]


def _is_parted(text: str, before: Span, after: Span) -> bool:
    return _PARTING.search(text, before.end, after.start) is not None


def _closing_marks(text: str, last: Span) -> int:
    """Counts the punctuation marks right behind a syllable."""
    return len(text[last.end :]) - len(text[last.end :].lstrip('?!.…"”)'))
