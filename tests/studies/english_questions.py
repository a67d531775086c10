"""Makes judged questions in English over a corpus in Vietnamese.

    python -m tests.studies.english_questions path/to/newsqa FOLDER

The questions were drawn at random from a set of questions over Vietnamese news and translated by hand; those that do
not name their subject were passed over. `hoibao eval FOLDER` measures them. Nothing is fitted on them.
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

from retrieval.evaluation.corpora import corpus_file

IN_ENGLISH = {
    "uit_01__02211_0_1": "How did Ton Doanh nurture his will to live?",
    "uit_01__02323_0_5": "What problem is Dr. Lischke studying?",
    "uit_01__02525_0_4": "In what condition was the 28-year-old pregnant woman in Quang Ninh hospitalized?",
    "uit_01__02056_0_4": "What had Sequeira registered to do while alive?",
    "uit_01__01699_0_4": "Who painted The Last Supper?",
    "uit_01__01386_0_4": "What share of couples in the US and South Africa have fertility problems due to noise?",
    "uit_01__02754_0_2": "What risk do people who sleep less than 6 hours a night have?",
    "uit_01__02932_0_4": "Why was Quanjian Group sued many times?",
    "uit_01__01334_0_2": "Postural dizziness is one of the causes of which symptom?",
    "uit_01__02716_0_1": "What does walking speed reflect?",
    "uit_01__01422_0_3": "Which factors are used to control how much one plays games?",
    "uit_01__03101_0_4": "How do alcoholic drinks affect sleep?",
    "uit_01__02994_0_5": "How long after use does the effect of caffeine wear off?",
    "uit_01__01540_0_5": "How often is it reasonable to use deodorant?",
    "uit_01__01587_0_2": "For how much did Bayer AG buy Monsanto?",
    "uit_01__01622_0_5": "What unusual signs do children with ADHD show?",
    "uit_01__02855_0_5": "What should patients with cirrhosis do to protect their health?",
    "uit_01__02226_0_4": "Why could the doctors not remove the whole tumor?",
    "uit_01__02071_0_2": "What oral care should smokers pay attention to?",
    "uit_01__01672_0_5": "In which cases do doctors prescribe circumcision?",
    "uit_01__02957_0_5": "Why should one limit bathing in streams and not drink stream water?",
    "uit_01__02637_0_5": "What condition do men in andropause easily get?",
    "uit_01__02378_0_4": "How to recognize skin damaged by UV rays?",
    "uit_01__01402_0_3": "Where do deaths from snake bites usually happen?",
    "uit_01__01152_0_1": "What do American scientists advise to limit the harm of overworking?",
    "uit_01__02336_0_3": "What caused the girl to have so many pustules?",
    "uit_01__03040_0_5": "What are the clinical symptoms of patent ductus arteriosus?",
    "uit_01__03004_0_3": "What are the effects of having a large bust made?",
    "uit_01__03462_0_5": "In what way are scientists improving Remix?",
    "uit_01__03169_0_1": "Whose imagination gave birth to the character James Bond?",
    "uit_01__03205_0_1": "Who was diagnosed with a benign mucosal cyst?",
    "uit_01__02051_0_1": "What does the jewelry made at the Georgia Institute of Technology help women prevent?",
    "uit_01__02727_0_1": "What did the cosmetic surgeon do during the breast augmentation of Ms. Li?",
    "uit_01__02869_0_1": "What was the condition of the baby after the cesarean section?",
    "uit_01__03461_0_5": "What is remarkable about the consumption of alcohol in Brunei?",
    "uit_01__02731_0_3": "Why do thin people have fewer genes related to obesity and overweight?",
    "uit_01__01313_0_3": "What did Tran Thi Cam Bao ask Hoang Dieu Thuan to do when her illness got worse?",
    "uit_01__01279_0_3": "Which group of mice in the study had their tumors inhibited more?",
    "uit_01__03271_0_5": "What do tomatoes do for the skin?",
    "uit_01__02177_0_4": "About what was Sam Smith teased by friends as a child?",
    "uit_01__02429_0_3": "Into which four types is the health care system divided?",
    "uit_01__03077_0_2": "What complication did the girl have after silicone was injected into her buttocks?",
    "uit_01__02420_0_4": "Why do many rich people in the US use transfusions of blood of 20-year-olds?",
    "uit_01__01052_0_2": "What emergency forces did the Tien Yen Medical Center mobilize?",
    "uit_01__03495_0_2": "Why is the rate of stroke in Vietnam higher than in developed countries?",
    "uit_01__02442_0_3": "In what is the 108 Military Central Hospital leading at present?",
    "uit_01__03017_0_4": "Why did the girl keep her headaches secret and try to endure them?",
    "uit_01__01437_0_1": "What was the original purpose of wearing red lipstick?",
    "uit_01__02283_0_5": "What harm does eating fruit after a meal cause?",
    "uit_01__01314_0_2": "What does eating lychees in season do?",
    "uit_01__02026_0_1": "Where was Sung A Tuan taken after first aid at the local clinic?",
    "uit_01__01452_0_5": "Why does the FDA warn about the harm of licorice?",
    "uit_01__01328_0_4": "How often should Thuy Linh have her eyes examined?",
    "uit_01__02618_0_4": "What dangerous harm does HPV do to health?",
    "uit_01__03370_0_5": "What are the benefits of early testing and immediate treatment with ARV drugs?",
    "uit_01__02767_0_5": "When did the doctors of the field hospital set out for South Sudan?",
}
"""The translation of each question, by the id of the Vietnamese one."""


def main() -> None:
    """Writes the corpus, the questions and the judgements."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("judged", type=Path)
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    judged, folder = arguments.judged, arguments.folder
    folder.mkdir(parents=True, exist_ok=True)
    for path in (corpus_file(judged), judged / "qrels.tsv"):
        shutil.copyfile(path, folder / path.name)
    lines = (judged / "queries.jsonl").read_text(encoding="utf-8").splitlines()
    questions = {question["_id"]: question for question in map(json.loads, lines)}
    if missing := IN_ENGLISH.keys() - questions:
        parser.error(f"{judged} lacks {len(missing)} of the questions: it is another set")
    asked = [json.dumps({**questions[key], "text": text}, ensure_ascii=False) for key, text in IN_ENGLISH.items()]
    (folder / "queries.jsonl").write_text("\n".join([*asked, ""]), encoding="utf-8")
    print(f"{len(asked)} questions in {folder}/")


if __name__ == "__main__":
    main()
