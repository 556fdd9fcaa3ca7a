"""What an office answers to the warnings about the history: some, not all."""

from collections.abc import Iterator

from bloc_warehouse.checks.violation_list import ViolationFilter, list_violations
from bloc_warehouse.settings import Settings

OFFICE = "Văn phòng Đảng ủy Khối"
# a warning of a receipt is left open: its answer would wait for another build
_REASONS = {
    "P5": "Chuyển sinh hoạt đảng theo quyết định điều động cán bộ; đã đối chiếu danh "
    "sách đảng viên với đơn vị",
    "C3": "Một đảng viên được miễn công tác và sinh hoạt đảng, đơn vị không đưa vào "
    "diện đánh giá; đã xác nhận",
    "K-plan": "Đơn vị ghi theo dự kiến đầu năm; chỉ tiêu Đảng ủy Khối giao không đổi",
}


def answers(settings: Settings) -> Iterator[tuple[str, str]]:
    """Yield what ``bloc explain`` takes, and a reason, until half are explained."""
    for rule, reason in _REASONS.items():
        wanted = ViolationFilter(rule=rule, severity="warning")
        found = list_violations(settings, wanted)
        still_open = [line for line in found if line.state == "open"]
        explained = len(found) - len(still_open)
        for line in still_open[: max(0, len(found) // 2 - explained)]:
            yield line.violation, reason
