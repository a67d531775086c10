"""The Vietnamese texts."""

from __future__ import annotations

from bot.texts.kinds import LONGEST_QUESTION, Texts

_LONGEST = f"{LONGEST_QUESTION:,}".replace(",", ".")

VIETNAMESE = Texts(
    commands={
        "hoi": "Hỏi báo, ví dụ: /hoi Ai dự buổi làm việc?",
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
    busy="Mình đang bận quá, chưa nhận thêm câu hỏi được. Bạn chờ vài phút rồi hỏi lại giúp mình nhé.",
    too_fast="Bạn hỏi nhanh quá, mình theo không kịp. Bạn chờ một lát rồi hỏi tiếp giúp mình nhé.",
    crashed="Ôi, mình vừa gặp lỗi nên chưa làm xong. Bạn thử lại giúp mình nhé; lỗi đã được ghi lại để sửa.",
    stranger="Chào bạn! Bot này chỉ phục vụ những người được mời. Bạn xin đường dẫn mời từ người quản lý bot nhé.",
    admin_commands={
        "trangthai": "Bot đang chạy ra sao",
        "taiban": "Đọc lại kho báo ngay",
    },
    status="""\
<b>Trạng thái</b>
• Chạy từ {since}, đang chờ hoặc đang xử lý {waiting} tin nhắn
• Trả lời gần đây: một nửa trong {median}, 95% trong {p95}
• Câu hỏi: {answered} có trả lời, {abstained} không có trong kho, {failed} lỗi, {refused} bị từ chối vì quá tải
• Kho báo: {articles} bài, phiên bản {version}, đồng bộ {synced}
• Lỗi kho báo: {index}
• Lỗi Telegram: {telegram}""",
    status_none="không có",
    moment="%H:%M %d/%m/%Y",
    reloaded="Mình đã đọc lại kho báo: phiên bản {version}, {articles} bài.",
    reload_failed="Mình chưa đọc lại được kho báo; lý do có trong nhật ký của bot. Bản cũ vẫn đang trả lời.",
    upload_kind="Mình chỉ nhận bài báo trong tệp .txt, .jsonl hoặc .html thôi, bạn gửi lại giúp mình nhé.",
    upload_too_big="Tệp này lớn hơn 20 MB nên Telegram không cho bot tải về. Bạn chia nhỏ ra, hoặc chạy "
    "<code>hoibao add</code> trên máy chủ nhé.",
    upload_read="Mình đã đọc tệp <b>{name}</b>:",
    upload_counts="• {added} bài mới, {changed} bài thay bài cũ, {unchanged} bài đã có",
    upload_deleted="• {deleted} bài của tệp cũ cùng tên đã bỏ",
    upload_unread="• {count} chỗ không đọc được:",
    upload_line="dòng {line}: ",
    upload_question="Mình thêm vào kho báo nhé?",
    upload_nothing_new="Không có gì mới để thêm.",
    upload_yes="✅ Thêm vào kho",
    upload_no="✖ Bỏ",
    upload_adding="Mình đang thêm tệp <b>{name}</b>…",
    upload_progress="Mình đang thêm tệp <b>{name}</b>: {done}/{of} bài…",
    upload_added="Mình đã thêm xong tệp <b>{name}</b>:",
    upload_dropped="Mình đã bỏ tệp <b>{name}</b>, kho báo không thay đổi.",
    upload_failed="Mình chưa thêm được tệp <b>{name}</b>: <code>{reason}</code>",
    upload_gone="Tệp này đã được xử lý hoặc đã hết hạn. Bạn gửi lại tệp nếu cần nhé.",
    upload_under_way="Mình đang thêm tệp này rồi, bạn chờ một chút nhé.",
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
