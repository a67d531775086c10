"""The Vietnamese texts."""

from __future__ import annotations

from bot.cards.texts.schema import LONGEST_QUESTION, Texts

_LONGEST = f"{LONGEST_QUESTION:,}".replace(",", ".")

VIETNAMESE = Texts(
    code="vi",
    thousands=".",
    commands={
        "hoi": "Hỏi báo, ví dụ: /hoi Ai dự buổi làm việc?",
        "moi": "Hỏi sang chuyện khác, quên câu trước",
        "thongtin": "Kho báo đang có những gì",
        "gopy": "Cho phép giữ câu hỏi kèm đánh giá, hay không",
        "riengtu": "Mình lưu gì và lưu bao lâu",
        "xoadulieu": "Xoá mọi thứ mình lưu về bạn",
        "help": "Cách hỏi và cách đọc câu trả lời",
        "start": "Giới thiệu HỏiBáo",
    },
    start="""\
Chào bạn! Mình là <b>HỏiBáo</b> 📰

Bạn cứ gửi câu hỏi bằng tiếng Việt, mình sẽ tìm trong kho báo rồi trả lời bằng lời trích nguyên văn, \
kèm tên bài, nguồn và ngày. Mình không tự viết ra câu trả lời: kho báo không có thì mình nói thật là không có.

Gõ /help để xem cách hỏi cho trúng, /thongtin để biết kho báo đang có gì nhé.""",
    start_examples="Bạn bấm thử một tin mới trong kho:",
    start_empty="Hiện kho báo của mình còn trống nên mình chưa trả lời được gì. Bạn quay lại sau nhé.",
    help=f"""\
<b>Cách hỏi</b>
• Mỗi tin nhắn một câu hỏi trọn ý, càng cụ thể càng tốt: ai, việc gì, ở đâu, khi nào.
• Câu hỏi dài tối đa {_LONGEST} ký tự. Gõ có dấu thì mình tìm trúng hơn.
• Mình đọc được chữ và chú thích ảnh, chưa nghe được giọng nói và chưa xem được hình.
• Muốn sửa câu hỏi, bạn gửi tin nhắn mới nhé: mình không trả lời lại tin nhắn đã sửa.
• Bạn hỏi nối tiếp được: “còn ở Hà Nội thì sao?”, “khi nào?”, hoặc trả lời tin của mình; gõ /moi để sang chuyện khác.
• Trong khung chat bất kỳ: gõ tên mình, @…, rồi câu hỏi, và chọn đoạn trích để gửi.
• Trong nhóm: gõ /hoi kèm câu hỏi, nhắc tên mình, hoặc trả lời tin nhắn của mình.

<b>Cách đọc câu trả lời</b>
• Phần trong khung là nguyên văn bài báo; câu <b>in đậm</b> là câu sát với câu hỏi nhất.
• Ngay dưới là tên bài, báo và ngày; bấm vào khung thu gọn để đọc cả đoạn quanh câu ấy, hoặc lời của báo khác.
• Dấu “[…]” ngoài khung nghĩa là câu hay đoạn trích đã được rút ngắn.
• Bấm vào tên bài để đọc bài gốc, nếu kho báo có lưu đường dẫn.
• Các nút bên dưới để hỏi vì sao, chép câu, chia sẻ, xem câu khác, và cho mình biết câu trích có đúng ý bạn không.
• Khi chưa chắc, mình hỏi lại bạn có phải không; khi không thấy, mình nói thật và nêu vài tin gần nhất.""",
    afresh="Vâng, mình bắt đầu lại từ đầu. Bạn hỏi câu mới nhé!",
    asked="❓ <i>{question}</i>",
    inline_hint="Gõ câu hỏi, mình tìm trong kho báo",
    inline_none="Chưa thấy câu trả lời. Hỏi riêng mình nhé",
    consent="""\
<b>Cho mình giữ câu hỏi bạn đánh giá nhé?</b>

Khi bạn bấm 👍 hay 👎, mình chỉ ghi mã bài, vị trí đoạn trích và vài con số. Nếu bạn đồng ý, mình giữ thêm lời câu hỏi \
của bạn để người phụ trách chỉnh cho mình tìm trúng hơn; khi lấy ra dùng, câu hỏi không kèm tên hay số của bạn. \
Bạn đổi ý lúc nào cũng được, bằng lệnh /gopy.""",
    consent_given="✅ Bạn đã đồng ý cho mình giữ câu hỏi kèm đánh giá. Cảm ơn bạn! Muốn đổi ý, bạn gõ /gopy nhé.",
    consent_refused="Mình không giữ lời câu hỏi nào kèm đánh giá của bạn. Muốn đổi ý, bạn gõ /gopy nhé.",
    agree_button="✅ Đồng ý",
    refuse_button="Không",
    forget="""\
<b>Xoá mọi thứ mình đang lưu về bạn?</b>

• câu hỏi gần nhất, nhờ đó mình hiểu câu hỏi nối tiếp
• các câu trả lời đã gửi kèm câu hỏi: tin nhắn vẫn còn trong khung chat, nhưng nút bên dưới sẽ hết dùng được
• các đánh giá 👍 👎 và lựa chọn của bạn ở /gopy
• số tài khoản của bạn, nếu bạn vào bằng mật khẩu: xoá rồi thì phải mở lại bằng mật khẩu

Xoá rồi thì không lấy lại được.""",
    forget_button="🗑 Xoá hết",
    keep_button="Thôi, giữ lại",
    forgotten="🗑 Mình đã xoá {cards} câu trả lời kèm câu hỏi, {votes} đánh giá, câu hỏi gần nhất và lựa chọn của bạn. "
    "Giờ mình không còn lưu gì về bạn.",
    nothing_forgotten="Mình chưa xoá gì cả.",
    privacy="""\
<b>Mình lưu gì và lưu bao lâu</b>
• Câu hỏi gần nhất của bạn: {minutes} phút, để hiểu câu hỏi nối tiếp. Gõ /moi để mình quên ngay.
• Các câu trả lời đã gửi, kèm câu hỏi: {days} ngày, để các nút còn dùng được.
• Đánh giá 👍 👎: mã bài, vị trí đoạn trích và vài con số, cho đến khi bạn xoá. Lời câu hỏi chỉ được giữ khi bạn \
đồng ý ở /gopy.
• Tin nhắn đang chờ: đến khi mình trả lời xong.
• Nếu bạn vào bằng mật khẩu: số tài khoản của bạn, cho đến khi bạn xoá; xoá rồi thì phải mở lại bằng mật khẩu.

Mình không lưu tên, số điện thoại hay danh bạ của bạn, và sổ nhật ký không ghi câu hỏi nào. Những gì bạn gõ sau tên \
mình trong khung chat khác thì mình không lưu.

Gõ /xoadulieu để xoá tất cả.""",
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
    continues="✎ Mình hiểu là bạn hỏi tiếp câu: <i>{question}</i>",
    period="⏱ {words} <i>({days})</i>",
    period_dropped="⏱ Không thấy câu trả lời trong “{words}” <i>({days})</i>, nên mình tìm ở mọi thời gian.",
    stale="⚠️ Tin mới nhất trong kho về việc này: <b>{date}</b>, {age}.",
    months_old="{count} tháng trước",
    days_old="{count} ngày trước",
    cut="[…]",
    untitled="(bài không có tên)",
    unknown_source="không rõ nguồn",
    published="đăng {date}",
    event="sự kiện {date}",
    copies="{count} báo khác cũng đăng",
    day="ngày {date}",
    month="tháng {date}",
    year="năm {date}",
    today="hôm nay",
    yesterday="hôm qua",
    days_ago="{count} ngày trước",
    nothing_matches="Kho báo của mình hiện chưa có bài nào nói đến điều bạn hỏi, nên mình chưa trả lời được.",
    not_sure="Mình đã tìm nhưng chưa thấy đoạn báo nào trả lời chắc chắn câu hỏi này, "
    "nên mình xin phép không trích bừa.",
    other_premise="Bài báo gần nhất không khớp với {words} trong câu hỏi, nên mình không dám coi là câu trả lời.",
    other_found="Bài báo gần nhất viết về <b>{found}</b>, không phải {words}, nên mình không dám coi là câu trả lời.",
    nearest="Vài tin gần nhất, <b>chưa hẳn</b> là câu trả lời. Bấm số để xem câu sát với câu hỏi nhất:",
    reaches="Kho báo của mình có tin đến {date}.",
    try_again="Bạn thử hỏi cụ thể hơn xem sao: ai, việc gì, ở đâu, khi nào.",
    greeting="Chào bạn! Hôm nay bạn muốn biết tin gì? Cứ hỏi mình nhé, hoặc gõ “có gì mới”.",
    thanks="Không có gì đâu bạn. Bạn cần tin gì nữa thì cứ hỏi mình nhé.",
    farewell="Tạm biệt bạn, hẹn gặp lại ở những bản tin sau!",
    insult="Xin lỗi bạn nếu mình chưa giúp được. Bạn thử hỏi cụ thể hơn giúp mình nhé: ai, việc gì, ở đâu, khi nào.",
    acknowledgement="Vâng ạ. Bạn muốn biết thêm tin gì thì cứ hỏi mình nhé.",
    laughter="😄 Bạn vui là mình vui rồi. Mình tìm tin gì tiếp cho bạn đây?",
    about_bot="""\
Mình là <b>HỏiBáo</b>, một chương trình chứ không phải người 📰 Bạn hỏi, mình tìm trong kho báo và trích nguyên văn, \
kèm tên bài, nguồn và ngày. Mình không tự viết ra câu trả lời: kho báo không có thì mình nói thật là không có.

Gõ /thongtin để xem kho báo đang có gì, /help để xem cách hỏi, /riengtu để biết mình lưu gì.""",
    browse="📰 <b>Tin mới{topic}{source}</b>",
    browse_topic=" về “{topic}”",
    browse_source=" của {source}",
    browse_days_dropped="⏱ Kho báo không có tin nào của “{words}” <i>({days})</i>, đây là tin mới nhất mình có.",
    browse_more="Muốn biết rõ tin nào, bạn hỏi mình về tin đó nhé.",
    listed="🗂 <b>Những gì mình tìm được trong kho báo</b> (có thể chưa đủ):",
    summed_up="🗞 <b>Diễn biến theo lời báo</b>, từ cũ đến mới:",
    reported="✔️ <b>Báo có đưa tin về việc này.</b> Bạn so từng chi tiết với lời báo nhé:",
    denied="⛔️ <b>Tin này bị bác bỏ hoặc đính chính</b>, theo bài báo:",
    not_reported="🔎 <b>Không báo nào trong kho đưa tin này.</b> Mình không xác nhận, cũng không bác bỏ được; "
    "bạn đừng vội chia sẻ nhé.",
    no_advice="Mình chỉ trích lời báo chứ không khuyên bạn nên làm gì được: việc này bạn hỏi bác sĩ, luật sư "
    "hay người có chuyên môn nhé.",
    chosen="Bài bạn chọn; câu này sát câu hỏi nhất trong bài, <b>chưa hẳn</b> là câu trả lời:",
    possible="🤔 Gần nhất, bạn xem có phải không?",
    copy_button="📋 Chép",
    share_button="↗ Chia sẻ",
    previous_button="‹ {number}/{count}",
    next_button="{number}/{count} ›",
    why_button="💡 Vì sao?",
    good_button="👍",
    bad_button="👎",
    yes_button="✅ Đúng rồi",
    no_button="❌ Không phải",
    any_time_button="⏱ ✕",
    back_button="‹ Quay lại đoạn trích",
    nearest_button="‹ Tin gần nhất",
    good_note="Cảm ơn bạn! Mình đã ghi nhận đoạn này đúng ý bạn.",
    bad_note="Cảm ơn bạn! Mình đã ghi nhận đoạn này chưa đúng ý bạn.",
    taken_back_note="Mình đã bỏ đánh giá của bạn cho đoạn này.",
    any_time_note="Mình đã tìm lại ở mọi thời gian.",
    gone_note="Bài này không còn trong kho báo nữa.",
    expired_note="Tin nhắn này đã cũ nên nút không còn dùng được. Bạn gửi lại câu hỏi giúp mình nhé.",
    failed_note="Xin lỗi bạn, mình vừa gặp trục trặc. Bạn thử bấm lại sau ít phút nhé.",
    why="<b>💡 Vì sao mình trích đoạn này?</b>",
    why_words="• Đoạn này có các từ bạn hỏi: {words}.",
    why_title_words="• Chỉ có trong tên bài: {words}.",
    why_missing_words="• Không thấy trong đoạn này: {words}.",
    why_no_words="• Đoạn này không có từ nào trong câu hỏi; mình tìm thấy nó theo nghĩa.",
    why_meaning="• Về nghĩa, đoạn này {nearness} câu hỏi.",
    why_very_near="<b>rất gần</b>",
    why_near="<b>gần</b>",
    why_rather_near="<b>hơi gần</b>",
    why_date="• Bài {dates}.",
    why_date_asked="• Bài {dates}; bạn hỏi về “{words}”.",
    why_no_date="• Kho báo không ghi ngày của bài này.",
    why_place="• Trong {count} đoạn mình tìm được, đoạn này đứng thứ {number}.",
    why_sure="• Mình tin khoảng <b>{percent}%</b> là đoạn đầu tiên trả lời đúng câu hỏi.",
    why_chosen="• Bài này do bạn chọn. Mình chỉ tin khoảng <b>{percent}%</b> là các tin gần nhất có câu trả lời.",
    holdings="<b>📚 Kho báo của mình</b>\nMình đang giữ <b>{articles}</b> bài báo.",
    holdings_days="• Ngày đăng: từ {first} đến {newest}",
    holdings_papers="• Các báo: {sources}",
    holdings_sections="• Chuyên mục: {sections}",
    holdings_synced="• Cập nhật lần cuối: {synced}",
    holdings_invitation="Bạn cứ hỏi mình về các tin ấy, hoặc gõ “có gì mới” để xem tin mới nhất nhé.",
    holdings_empty="<b>📚 Kho báo của mình</b>\nHiện kho còn trống, chưa có bài nào.",
    holdings_source="{source} ({count} bài)",
    holdings_more="và {count} báo khác",
)
