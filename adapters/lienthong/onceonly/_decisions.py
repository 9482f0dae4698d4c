"""Decisions: per paper waived, provisional or ask, with rule, legal basis, source, date and a sentence for people."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

import orjson


class Verdict(StrEnum):
    """What the desk does about a paper."""

    WAIVED = "waived"
    """Not asked: we hold it, or a national record replaces it."""
    PROVISIONAL = "provisional"
    """Not asked for now: its source does not answer; settled by itself before the deadline."""
    ASK = "ask"
    """The applicant hands it in."""
    CONSENT = "consent"
    """Not asked for if the applicant agrees that a national record is used: the desk asks, with a preview if wished."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One paper of one case, decided.

    Attributes:
        component: MAGIAYTO of the paper.
        component_name: Its name.
        verdict: What the desk does.
        rule: Stable id of the rule that decided.
        rule_version: Version of that rule.
        legal_basis: The legal text the rule rests on.
        source: Where the reason comes from, e.g. ``population/TraCuuThongTinCongDan`` or ``H31.14-261123-0001``.
        source_at: Date of that source, aware UTC; ``None`` where there is none.
        sentence_vi: Why, for officer and citizen.
        sentence_en: The same in English.
        evidence_id: The evidence that replaces the paper, if any.
        reuse: DuocTaiSuDung of the hub: 0 no, 1 reused, 2 reused through a replacing result (hub page §2.2).
        replaced_by: The result code that replaced it, for ``reuse`` 2.
        deadline: For provisional: settled by then.
        requirement: Name of the requirement that the paper is one of several choices for, if it is.
        choices: Numbers of the choices it belongs to, from 1.
        inputs: All that it rests on, as codes, states, hashes and dates (``Inputs``); nothing personal.
    """

    component: str
    component_name: str
    verdict: Verdict
    rule: str
    rule_version: int
    legal_basis: str
    source: str
    source_at: datetime | None
    sentence_vi: str
    sentence_en: str
    evidence_id: str = ""
    reuse: int = 0
    replaced_by: str = ""
    deadline: datetime | None = None
    requirement: str = ""
    choices: tuple[int, ...] = ()
    inputs: dict[str, Any] = field(default_factory=dict)

    @property
    def subject_index(self) -> bytes | None:
        """Blind index of whom the paper is about; ``None`` when that is the applicant."""
        return bytes.fromhex(self.inputs.get("subject", "")) or None

    @property
    def of_another(self) -> bool:
        """Whether the paper is about somebody else than the applicant."""
        return self.subject_index is not None

    @property
    def inputs_sha256(self) -> str:
        """Hash of the inputs: equal inputs give equal decisions."""
        return hashlib.sha256(orjson.dumps(self.inputs, option=orjson.OPT_SORT_KEYS)).hexdigest()


@dataclass(frozen=True, slots=True)
class Rule:
    """A built-in rule: its version, legal basis and sentences. ``{…}`` are filled with codes and dates, never with people."""

    id: str
    version: int
    legal_basis: str
    sentence_vi: str
    sentence_en: str
    verdict: Verdict = Verdict.ASK


_REUSE_LAW: Final = "Nghị định 118/2025/NĐ-CP; Thông tư 04/2025/TT-VPCP"
_FETCH_LAW: Final = "Nghị quyết 66.7/2025/NQ-CP"
_CHOICE_LAW: Final = "Lựa chọn của người nộp hồ sơ (Nghị định 118/2025/NĐ-CP)"
_FORM_LAW: Final = "Quy định thành phần hồ sơ của thủ tục"

BUILT_IN: Final[dict[str, Rule]] = {
    rule.id: rule
    for rule in (
        Rule(
            "declined",
            1,
            _CHOICE_LAW,
            "Người nộp chọn tự nộp giấy tờ này, không dùng lại dữ liệu đã có.",
            "The applicant chose to hand in this paper instead of having data reused.",
        ),
        Rule(
            "form-each-time",
            1,
            _FORM_LAW,
            "Tờ khai được lập riêng cho từng hồ sơ nên cần nộp.",
            "A declaration form belongs to one case only, so it is handed in.",
        ),
        Rule(
            "present-only",
            1,
            "Thông tư 03/2025/TT-VPCP, Điều 5",
            "Giấy tờ này chỉ xuất trình để đối chiếu, không thu và không số hóa.",
            "This paper is only shown at the desk; it is neither kept nor digitised.",
        ),
        Rule(
            "same-paper",
            1,
            _REUSE_LAW,
            "Không cần nộp: giấy tờ này đã có trong kho dữ liệu điện tử từ hồ sơ {source} và còn giá trị{until}.",
            "Not needed: this paper is held in the electronic store from case {source} and is still valid.",
            Verdict.WAIVED,
        ),
        Rule(
            "replacing-result",
            1,
            _REUSE_LAW,
            "Không cần nộp: kết quả đã cấp ở hồ sơ {source} thay thế giấy tờ này và còn giá trị{until}.",
            "Not needed: the result issued in case {source} replaces this paper and is still valid.",
            Verdict.WAIVED,
        ),
        Rule(
            "nothing-held",
            1,
            _FORM_LAW,
            "Cần nộp: chưa có giấy tờ này trong kho dữ liệu và chưa có cơ sở dữ liệu quốc gia thay thế.",
            "Needed: it is not in the electronic store and no national database replaces it.",
        ),
        Rule(
            "no-record",
            1,
            _FETCH_LAW,
            "Cần nộp: cơ sở dữ liệu quốc gia không trả về thông tin khớp với người nộp.",
            "Needed: the national database returned nothing that fits the applicant.",
        ),
        Rule(
            "record-incomplete",
            1,
            _FETCH_LAW,
            "Cần nộp: thông tin trong cơ sở dữ liệu quốc gia chưa đầy đủ; đề nghị người nộp cập nhật dữ liệu.",
            "Needed: the national record is incomplete; please ask the person to have it completed.",
        ),
        Rule(
            "record-differs",
            1,
            _FETCH_LAW,
            "Cần nộp: thông tin trong cơ sở dữ liệu quốc gia khác với thông tin người nộp đã khai.",
            "Needed: the national record differs from what the applicant stated.",
        ),
        Rule(
            "organisation-inactive",
            1,
            _FETCH_LAW,
            "Cần nộp và làm rõ: tổ chức không ở trạng thái đang hoạt động trong cơ sở dữ liệu đăng ký kinh doanh.",
            "Needed, with an explanation: the organisation is not registered as active.",
        ),
        Rule(
            "not-licensed",
            1,
            _FETCH_LAW,
            "Cần nộp: cơ quan hoặc thủ tục này chưa được cấp quyền tra cứu cơ sở dữ liệu quốc gia.",
            "Needed: this agency or procedure is not licensed to query the national database.",
        ),
        Rule(
            "too-little-stated",
            1,
            _FORM_LAW,
            "Cần nộp: chưa đủ thông tin để tra cứu thay (thiếu số định danh, mã số hoặc số phát hành giấy chứng nhận).",
            "Needed: too little was stated to look the record up (a number or code is missing).",
        ),
        Rule(
            "identity-mismatch",
            1,
            _FETCH_LAW,
            "Cần nộp: thông tin nhân thân chưa khớp với Cơ sở dữ liệu quốc gia về dân cư nên không dùng lại dữ liệu.",
            "Needed: the identity did not match the population database, so no data is reused.",
        ),
        Rule(
            "identity-unverified",
            1,
            _FETCH_LAW,
            "Cần nộp: chưa xác thực người nộp nên chưa dùng lại dữ liệu; hãy xác thực rồi lập lại danh sách giấy tờ.",
            "Needed: the applicant is not verified yet, so no data is reused; verify, then plan again.",
        ),
        Rule(
            "source-pending",
            1,
            _FETCH_LAW,
            "Tạm thời chưa cần nộp: {source} chưa trả lời; hệ thống sẽ tự kiểm tra trước {deadline}.",
            "Not needed for now: {source} does not answer; it is checked again by {deadline} without you.",
            Verdict.PROVISIONAL,
        ),
        Rule(
            "identity-pending",
            1,
            _FETCH_LAW,
            "Tạm thời chưa cần nộp: đang chờ xác thực người nộp; hệ thống sẽ tự kiểm tra trước {deadline}.",
            "Not needed for now: the applicant's identity is still being verified, by {deadline} without you.",
            Verdict.PROVISIONAL,
        ),
        Rule(
            "deadline-passed",
            1,
            _FETCH_LAW,
            "Cần nộp bổ sung: đã quá hạn chờ mà cơ sở dữ liệu quốc gia vẫn chưa trả lời.",
            "Now needed: the deadline passed and the national database still has not answered.",
        ),
        Rule(
            "source-maintenance",
            1,
            _FETCH_LAW,
            "Tạm thời chưa cần nộp: {source} bảo trì theo kế hoạch đến {back}; hệ thống sẽ tự kiểm tra trước {deadline}.",
            "Not needed for now: {source} is down for planned maintenance until {back}; it is checked again by {deadline} "
            "without you.",
            Verdict.PROVISIONAL,
        ),
        Rule(
            "consent-needed",
            1,
            _CHOICE_LAW,
            "Có thể không phải nộp: {source} có thể có dữ liệu thay giấy tờ này. Hãy hỏi người nộp có đồng ý dùng không; "
            "người nộp được xem trước, và được từ chối để tự nộp.",
            "May not be needed: {source} may hold data that replaces this paper. Ask whether the applicant agrees to its "
            "use; the applicant may see it first, and may refuse and hand the paper in.",
            Verdict.CONSENT,
        ),
        Rule(
            "consent-of-another",
            1,
            _CHOICE_LAW,
            "Có thể không phải nộp: giấy tờ này của người khác và {source} có thể có dữ liệu thay. Hãy hỏi người đó, hoặc "
            "người đại diện của họ, có đồng ý dùng không; nếu không thì người nộp hồ sơ nộp giấy tờ.",
            "May not be needed: this paper is about somebody else, and {source} may hold data that replaces it. Ask that "
            "person, or who represents them, whether they agree to its use; if not, the applicant hands the paper in.",
            Verdict.CONSENT,
        ),
        Rule(
            "value-disputed",
            1,
            _FETCH_LAW,
            "Cần nộp: một thông tin về người nộp trong cơ sở dữ liệu quốc gia đã được báo là sai; dùng giấy tờ cho đến khi "
            "được trả lời.",
            "Needed: a value about the applicant in the national database was reported wrong; the paper counts until that "
            "is answered.",
        ),
        Rule(
            "national-store",
            1,
            _REUSE_LAW,
            "Không cần nộp: kết quả thay thế giấy tờ này đã có trong kho dữ liệu điện tử quốc gia.",
            "Not needed: a result that replaces this paper was found in the national store of digitised papers.",
            Verdict.WAIVED,
        ),
        Rule(
            "stored-paper-unreadable",
            1,
            _FETCH_LAW,
            "Cần nộp: kho dữ liệu điện tử quốc gia có giấy tờ này nhưng tệp không đọc được.",
            "Needed: the national store of digitised papers has it, but its file cannot be read.",
        ),
        Rule(
            "not-collected",
            1,
            _FORM_LAW,
            "Không phải nộp: thủ tục ghi số lượng 0, cơ quan giải quyết tự tra cứu hoặc xác minh.",
            "Not needed: the procedure asks for no original and no copy; the agency looks it up itself.",
            Verdict.WAIVED,
        ),
        Rule(
            "alternative-met",
            1,
            _FORM_LAW,
            "Không cần nộp: yêu cầu “{requirement}” đã được đáp ứng bằng lựa chọn giấy tờ khác.",
            "Not needed: the requirement is already met by another choice of papers.",
            Verdict.WAIVED,
        ),
        Rule(
            "alternative-pending",
            1,
            _FETCH_LAW,
            "Tạm thời chưa cần nộp: yêu cầu “{requirement}” có thể được đáp ứng bằng lựa chọn khác, đang chờ {source}; hệ "
            "thống sẽ tự kiểm tra trước {deadline}.",
            "Not needed for now: another choice may meet the requirement once {source} answers; it is checked again by "
            "{deadline} without you.",
            Verdict.PROVISIONAL,
        ),
        Rule(
            "none-exists",
            1,
            _FORM_LAW,
            "Không phải nộp: không có giấy tờ nào chứng minh yêu cầu này.",
            "Not needed: no paper exists that proves this requirement.",
            Verdict.WAIVED,
        ),
        Rule(
            "papers-unknown",
            1,
            _FORM_LAW,
            "Cần cán bộ xác định: danh mục chưa ghi giấy tờ nào chứng minh yêu cầu này.",
            "The officer decides: the catalogue does not say yet which papers prove this requirement.",
        ),
        Rule(
            "case-ended",
            1,
            _FORM_LAW,
            "Hồ sơ đã rút hoặc không được tiếp nhận nên không tra cứu tiếp.",
            "The case was withdrawn or not accepted, so nothing more is looked up.",
        ),
    )
}

NOTHING_WANTED: Final = frozenset({"not-collected", "alternative-met", "none-exists"})
"""Rules that waive because the procedure wants no such paper: there is nothing that evidence could stand for."""
