"""A hundred texts of many kinds, composed for the tests."""

from __future__ import annotations

import unicodedata

_SENTENCES = [
    "Chủ tịch nước tiếp đoàn đại biểu cấp cao tại Phủ Chủ tịch sáng nay.",
    "Giá xăng giảm gần 500 đồng một lít từ 15 giờ chiều.",
    "Đội tuyển Việt Nam thắng Thái Lan 2-1 ở lượt về trận chung kết.",
    "Bão số 3 đổ bộ vào Quảng Ninh, gió giật cấp 14, hàng nghìn cây xanh gãy đổ.",
    "Ngân hàng Nhà nước giữ nguyên lãi suất điều hành trong quý II.",
    "Người dân thành phố Hồ Chí Minh xếp hàng mua vé metro từ tờ mờ sáng.",
    "Bệnh viện Chợ Rẫy ghép tim thành công cho một bé gái 9 tuổi.",
    "Bộ Giáo dục công bố đáp án môn Toán kỳ thi tốt nghiệp trung học phổ thông.",
    "Một trận động đất mạnh 6,4 độ xảy ra ngoài khơi Nhật Bản, không có cảnh báo sóng thần.",
    "Nhà thơ Xuân Quỳnh sinh ngày 6 tháng 10 năm 1942 tại Hà Tây.",
    "Xuất khẩu gạo năm nay đạt 8,13 triệu tấn, trị giá 4,67 tỷ đô la Mỹ.",
    "Cầu Mỹ Thuận 2 thông xe, rút ngắn đường về miền Tây.",
    "Công an bắt giữ ba nghi phạm trong đường dây lừa đảo qua mạng.",
    "Tàu cá Quảng Ngãi gặp nạn gần quần đảo Hoàng Sa, 12 ngư dân được cứu.",
    "Hà Nội lạnh nhất từ đầu mùa, Sa Pa xuất hiện băng giá.",
]
_QUESTIONS = [
    "Ai là tổng thống Pháp?",
    "Sân bay Long Thành bao giờ khai thác?",
    "Vì sao giá vàng tăng?",
    "bao nhiêu người chết trong vụ cháy",
    "Covid-19 ở Đà Nẵng",
    "gia xang hom nay bao nhieu",
    "thu tuong viet nam la ai",
    "Messi?",
    "U23 Việt Nam đá với ai, lúc mấy giờ, ở đâu?",
    "nghị định 100/2019/NĐ-CP phạt nồng độ cồn thế nào",
]
_OTHER = [
    "The prime minister resigned after losing a confidence vote in parliament.",
    "Apple unveils a thinner laptop with two days of battery life",
    "Le président français s'est rendu à Hanoï ce mercredi.",
    "Der Bundestag stimmte am Freitag über den Haushalt ab.",
    "東京で桜が満開になりました。",
    "中国国家主席访问越南",
    "서울의 첫눈이 내렸다",
    "Россия и Вьетнам подписали соглашение.",
    "رئيس الوزراء يزور القاهرة",
    "นายกรัฐมนตรีเดินทางเยือนฮานอย",
    "Emoji 😀😃 giữa câu 🇻🇳 và cuối câu 👨‍👩‍👧‍👦",
    "🔥🔥🔥",
    "⚽",
    "",
    " ",
    "\n\t ",
    "a",
    "?",
    "...",
    "0",
    "1.234.567,89 %",
    "https://vnexpress.net/thoi-su/bao-so-3-4789123.html?utm_source=rss&id=1#top",
    "nguyen.van.a@example.com.vn",
    "Ｆｕｌｌ－ｗｉｄｔｈ　ｔｅｘｔ　１２３",
    "ﬁnancial ﬂow ① ² ½ ㎏ ™",
    "zero\u200bwidth\u200djoiner\ufeffmark",
    "soft\u00adhyphen và nbsp\u00a0ở giữa",
    "dòng một\ndòng hai\r\ndòng ba\u2028dòng bốn",
    "tab\tgiữa\tcác\tcột",
    "nhiều     khoảng      trắng",
    " khoảng trắng ở hai đầu  ",
    "VIẾT HOA TOÀN BỘ TIÊU ĐỀ BÀI BÁO",
    "“Ngoặc kép cong” và ‘ngoặc đơn’ – gạch ngang — dài…",
    "▁gạch▁thấp▁của▁sentencepiece",
    "x" * 300,
    "không" * 40,
    "ðþæœøå ĄĘŚĆ ğış ñ¿¡",
    "\u0000\u0001\u0007 điều khiển \u001b[31m đỏ",
    "a\u0301\u0323 e\u0302\u0301 chồng dấu",
    "\U0001f9d1\U0001f3fd\u200d\U0001f4bb lập trình viên",
    "Ω≈ç√∫˜µ≤≥÷ ∑ ∂ ℝ",
    "<p>Thẻ <b>HTML</b> &amp; thực thể</p>",
    '{"json": [1, 2, null], "khóa": "giá trị"}',
    "SELECT * FROM bai_bao WHERE ngay >= '2023-10-20';",
    "C:\\Users\\hoi_bao\\tin tức.txt",
]


def _varied() -> list[str]:
    decomposed = [unicodedata.normalize("NFD", text) for text in (*_SENTENCES[:8], *_QUESTIONS[:2])]
    long = [
        " ".join(_SENTENCES),
        " ".join(_SENTENCES * 3),
        " ".join(_SENTENCES * 40),
        " ".join(_QUESTIONS * 30),
        "một hai ba " * 400,
        "đ" * 6000,
        "\n\n".join(_SENTENCES[::-1] * 2),
        " ".join(str(number) for number in range(900)),
        "😀 " * 700,
        "  ".join(unicodedata.normalize("NFD", text) for text in _SENTENCES * 4),
    ]
    paired = [f"{_QUESTIONS[index]} {_SENTENCES[index]}" for index in range(10)]
    return [*_SENTENCES, *_QUESTIONS, *_OTHER, *decomposed, *long, *paired]


VARIED = _varied()
