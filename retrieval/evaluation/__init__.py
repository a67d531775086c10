"""Evaluates retrieval and answers on judged questions.

In come a BEIR folder (corpus, questions, qrels) and an index; out come measures by question set and slice, TREC runs,
significance tests against a baseline run, and an HTML report. `hoibao eval` calls it; `retrieval.training` fits models
on its results. Of a chat folder (messages to the bot, pairs, dialogues), the replies are measured.
"""

from __future__ import annotations

from retrieval.evaluation.chat_measures import ChatFault, ChatGroup, ChatTable, chat_faults, measure_chats
from retrieval.evaluation.chat_replies import ChatReplies, ask_chats
from retrieval.evaluation.chat_report import chat_json_lines, chat_report_page, chat_table_rows
from retrieval.evaluation.chat_sets import ChatSets, chat_question_sets, is_chat_folder, read_chat_sets
from retrieval.evaluation.corpora import corpus_file, evaluation_index, restricted_corpus
from retrieval.evaluation.execution import ProgressFactory, evaluate
from retrieval.evaluation.measures import (
    contains_answer,
    first_quote_answers,
    marks_answer,
    quote_measures,
    ranking_measures,
)
from retrieval.evaluation.plots import require_matplotlib
from retrieval.evaluation.query_variations import with_typos, without_tones
from retrieval.evaluation.question_sets import JudgedQuestion, QuestionSet, read_question_sets
from retrieval.evaluation.report import report_page
from retrieval.evaluation.results import QuestionResult, QuestionSetResult, ask_question, rank_passages
from retrieval.evaluation.runs import TrecRun, ranks_any, read_run, write_run
from retrieval.evaluation.significance import Difference, compare_runs
from retrieval.evaluation.slices import slice_results
from retrieval.evaluation.tables import (
    difference_json_lines,
    difference_table,
    figure_table,
    measure_json_lines,
    measure_table,
    slice_table,
)
from retrieval.evaluation.worker_pool import ask_all

__all__ = [
    "ChatFault",
    "ChatGroup",
    "ChatReplies",
    "ChatSets",
    "ChatTable",
    "Difference",
    "JudgedQuestion",
    "ProgressFactory",
    "QuestionResult",
    "QuestionSet",
    "QuestionSetResult",
    "TrecRun",
    "ask_all",
    "ask_chats",
    "ask_question",
    "chat_faults",
    "chat_json_lines",
    "chat_question_sets",
    "chat_report_page",
    "chat_table_rows",
    "compare_runs",
    "contains_answer",
    "corpus_file",
    "difference_json_lines",
    "difference_table",
    "evaluate",
    "evaluation_index",
    "figure_table",
    "first_quote_answers",
    "is_chat_folder",
    "marks_answer",
    "measure_chats",
    "measure_json_lines",
    "measure_table",
    "quote_measures",
    "rank_passages",
    "ranking_measures",
    "ranks_any",
    "read_chat_sets",
    "read_question_sets",
    "read_run",
    "report_page",
    "require_matplotlib",
    "restricted_corpus",
    "slice_results",
    "slice_table",
    "with_typos",
    "without_tones",
    "write_run",
]
