"""Every sentence that a reader sees in Telegram and that is not quoted from an article, as Telegram HTML."""

from __future__ import annotations

LONGEST_QUESTION = 1000
"""Characters; longer messages are stories, not questions."""
_LONGEST = f"{LONGEST_QUESTION:,}".replace(",", ".")

COMMANDS = {
    "hoi": "Hỏi báo, ví dụ: /hoi Ai dự buổi làm việc?",
    "help": "Cách hỏi và cách đọc câu trả lời",
    "start": "Giới thiệu HỏiBáo",
}
"""The menu of commands, in plain text."""

START = """\
Chào bạn! Mình là <b>HỏiBáo</b> 📰

Bạn cứ gửi câu hỏi bằng tiếng Việt, mình sẽ tìm trong kho báo rồi trả lời bằng lời trích nguyên văn, \
kèm tên bài, nguồn và ngày. Mình không tự viết ra câu trả lời: kho báo không có thì mình nói thật là không có.

Ví dụ: <i>Bộ trưởng Tô Lâm yêu cầu gì về phòng chống tội phạm?</i>

Gõ /help để xem cách hỏi cho trúng nhé."""

HELP = f"""\
<b>Cách hỏi</b>
• Mỗi tin nhắn một câu hỏi trọn ý, càng cụ thể càng tốt: ai, việc gì, ở đâu, khi nào.
• Câu hỏi dài tối đa {_LONGEST} ký tự. Gõ có dấu thì mình tìm trúng hơn.
• Mình đọc được chữ và chú thích ảnh, chưa nghe được giọng nói và chưa xem được hình.
• Muốn sửa câu hỏi, bạn gửi tin nhắn mới nhé: mình không trả lời lại tin nhắn đã sửa.
• Trong nhóm: gõ /hoi kèm câu hỏi, nhắc tên mình, hoặc trả lời tin nhắn của mình.

<b>Cách đọc câu trả lời</b>
• Phần trong khung là nguyên văn bài báo; câu <b>in đậm</b> là câu sát với câu hỏi nhất.
• Dấu “…” quanh khung nghĩa là đoạn trích đã được rút ngắn cho vừa tin nhắn.
• Bấm vào tên bài để đọc bài gốc, nếu kho báo có lưu đường dẫn.
• Khi không chắc, mình nói thật là chưa tìm thấy và nêu vài tin gần nhất."""

USAGE = "Bạn viết câu hỏi ngay sau lệnh giúp mình nhé, ví dụ: <i>/hoi Ai dự buổi làm việc ở Bắc Giang?</i>"
EMPTY = "Mình chưa thấy câu hỏi trong tin nhắn này. Bạn viết giúp mình một câu hỏi bằng chữ nhé."
TOO_LONG = (
    f"Tin nhắn này dài quá {_LONGEST} ký tự nên mình khó biết bạn muốn hỏi gì. "
    "Bạn rút gọn thành một câu hỏi ngắn giúp mình nhé."
)
STICKER = "Nhãn dán dễ thương quá! Nhưng mình chỉ trả lời được câu hỏi bằng chữ thôi, bạn gõ câu hỏi giúp mình nhé."
VOICE = "Mình chưa nghe được tin nhắn thoại hay âm thanh. Bạn gõ câu hỏi thành chữ giúp mình nhé."
PICTURE = "Mình chưa xem được hình. Bạn gõ câu hỏi thành chữ, hoặc viết câu hỏi vào phần chú thích giúp mình nhé."
OTHER = "Mình chưa đọc được loại tin nhắn này. Bạn gõ câu hỏi thành chữ giúp mình nhé."
UNKNOWN_COMMAND = "Mình chưa biết lệnh này. Bạn cứ gửi thẳng câu hỏi, hoặc gõ /help để xem cách hỏi nhé."
FAILED = "Xin lỗi bạn, mình vừa gặp trục trặc nên chưa tìm được câu trả lời. Bạn thử hỏi lại sau ít phút nhé."

VERBATIM = "<i>Phần trong khung là nguyên văn bài báo, mình không viết thêm chữ nào.</i>"
READ_AS = "✎ Mình hiểu là: <i>{question}</i>"
PERIOD = "⏱ {words} <i>({days})</i>"
PERIOD_DROPPED = "⏱ Không thấy câu trả lời trong “{words}” <i>({days})</i>, nên mình tìm ở mọi thời gian."
CUT = "…"
UNTITLED = "(bài không có tên)"
UNKNOWN_SOURCE = "không rõ nguồn"
PUBLISHED = "đăng {date}"
EVENT = "sự kiện {date}"
COPIES = "{count} báo khác cũng đăng"
DAY, MONTH, YEAR = "ngày {date}", "tháng {date}", "năm {date}"

NOTHING_MATCHES = "Kho báo của mình hiện chưa có bài nào nói đến điều bạn hỏi, nên mình chưa trả lời được."
NOT_SURE = "Mình đã tìm nhưng chưa thấy đoạn báo nào trả lời chắc chắn câu hỏi này, nên mình xin phép không trích bừa."
NEAREST = "Vài tin gần nhất, <b>chưa hẳn</b> là câu trả lời:"
TRY_AGAIN = "Bạn thử hỏi cụ thể hơn xem sao: ai, việc gì, ở đâu, khi nào."
