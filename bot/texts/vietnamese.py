"""The Vietnamese texts."""

from __future__ import annotations

from bot.texts.kinds import LONGEST_QUESTION, Texts

_LONGEST = f"{LONGEST_QUESTION:,}".replace(",", ".")

VIETNAMESE = Texts(
    commands={
        "hoi": "Hỏi báo, ví dụ: /hoi Ai dự buổi làm việc?",
        "moi": "Hỏi sang chuyện khác, quên câu trước",
        "help": "Cách hỏi và cách đọc câu trả lời",
        "start": "Giới thiệu HỏiBáo",
    },
    start="""\
Chào bạn! Mình là <b>HỏiBáo</b> 📰

Bạn cứ gửi câu hỏi bằng tiếng Việt, mình sẽ tìm trong kho báo rồi trả lời bằng lời trích nguyên văn, \
kèm tên bài, nguồn và ngày. Mình không tự viết ra câu trả lời: kho báo không có thì mình nói thật là không có.

Ví dụ: <i>Bộ trưởng Tô Lâm yêu cầu gì về phòng chống tội phạm?</i>

Gõ /help để xem cách hỏi cho trúng nhé.""",
    help=f"""\
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
• Khi không chắc, mình nói thật là chưa tìm thấy và nêu vài tin gần nhất.""",
    afresh="Vâng, mình bắt đầu lại từ đầu. Bạn hỏi câu mới nhé!",
    usage="Bạn viết câu hỏi ngay sau lệnh giúp mình nhé, ví dụ: <i>/hoi Ai dự buổi làm việc ở Bắc Giang?</i>",
    empty="Mình chưa thấy câu hỏi trong tin nhắn này. Bạn viết giúp mình một câu hỏi bằng chữ nhé.",
    too_long=f"Tin nhắn này dài quá {_LONGEST} ký tự nên mình khó biết bạn muốn hỏi gì. "
    "Bạn rút gọn thành một câu hỏi ngắn giúp mình nhé.",
    sticker="Nhãn dán dễ thương quá! Nhưng mình chỉ trả lời được câu hỏi bằng chữ thôi, bạn gõ câu hỏi giúp mình nhé.",
    voice="Mình chưa nghe được tin nhắn thoại hay âm thanh. Bạn gõ câu hỏi thành chữ giúp mình nhé.",
    picture="Mình chưa xem được hình. Bạn gõ câu hỏi thành chữ, hoặc viết câu hỏi vào phần chú thích giúp mình nhé.",
    other="Mình chưa đọc được loại tin nhắn này. Bạn gõ câu hỏi thành chữ giúp mình nhé.",
    unknown_command="Mình chưa biết lệnh này. Bạn cứ gửi thẳng câu hỏi, hoặc gõ /help để xem cách hỏi nhé.",
    failed="Xin lỗi bạn, mình vừa gặp trục trặc nên chưa tìm được câu trả lời. Bạn thử hỏi lại sau ít phút nhé.",
    verbatim="<i>Phần trong khung là nguyên văn bài báo, mình không viết thêm chữ nào.</i>",
    read_as="✎ Mình hiểu là: <i>{question}</i>",
    period="⏱ {words} <i>({days})</i>",
    period_dropped="⏱ Không thấy câu trả lời trong “{words}” <i>({days})</i>, nên mình tìm ở mọi thời gian.",
    cut="…",
    untitled="(bài không có tên)",
    unknown_source="không rõ nguồn",
    published="đăng {date}",
    event="sự kiện {date}",
    copies="{count} báo khác cũng đăng",
    day="ngày {date}",
    month="tháng {date}",
    year="năm {date}",
    nothing_matches="Kho báo của mình hiện chưa có bài nào nói đến điều bạn hỏi, nên mình chưa trả lời được.",
    not_sure="Mình đã tìm nhưng chưa thấy đoạn báo nào trả lời chắc chắn câu hỏi này, "
    "nên mình xin phép không trích bừa.",
    nearest="Vài tin gần nhất, <b>chưa hẳn</b> là câu trả lời:",
    try_again="Bạn thử hỏi cụ thể hơn xem sao: ai, việc gì, ở đâu, khi nào.",
)
