"""Plausible names of agencies and companies; {p} is the province."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

PREFIXES = {"dbcs": "Đảng bộ", "cbcs": "Chi bộ"}
SHORT_PREFIXES = {"dbcs": "ĐB", "cbcs": "CB"}

HEALTH_DEPARTMENT = "Sở Y tế"
GENERAL_HOSPITAL = "Bệnh viện Đa khoa tỉnh"
MEDICAL_COLLEGE = "Trường Cao đẳng Y tế"

# today's name → the one before, for renames that took effect
FORMER_NAMES = {
    "Trung tâm Kiểm soát bệnh tật": "Trung tâm Y tế dự phòng",
    "Trường Cao đẳng Nghề": "Trường Trung cấp Nghề",
    "Cục Quản lý thị trường": "Chi cục Quản lý thị trường",
    "Trung tâm Phục vụ hành chính công": "Trung tâm Hành chính công",
    "Bệnh viện Phổi": "Bệnh viện Lao và Bệnh phổi",
    "Trường Cao đẳng Cộng đồng": "Trường Trung cấp Kinh tế - Kỹ thuật",
}
_COMPANY, _FORMER_COMPANY = "Công ty cổ phần", "Công ty TNHH một thành viên"

_ADMINISTRATION = (
    "Sở Y tế|Sở Giáo dục và Đào tạo|Sở Tài chính|Sở Kế hoạch và Đầu tư|Sở Nội vụ|"
    "Sở Tư pháp|Sở Công Thương|Sở Giao thông vận tải|Sở Xây dựng|"
    "Sở Tài nguyên và Môi trường|Sở Nông nghiệp và Phát triển nông thôn|"
    "Sở Lao động - Thương binh và Xã hội|Sở Khoa học và Công nghệ|"
    "Sở Thông tin và Truyền thông|Sở Văn hóa, Thể thao và Du lịch|Thanh tra tỉnh|"
    "Văn phòng Ủy ban nhân dân tỉnh|Cục Thuế tỉnh|Bảo hiểm xã hội tỉnh|"
    "Kho bạc Nhà nước {p}|Tòa án nhân dân tỉnh|Viện Kiểm sát nhân dân tỉnh|"
    "Cục Thi hành án dân sự tỉnh|Cục Thống kê tỉnh|Chi cục Kiểm lâm|"
    "Cục Quản lý thị trường|Cục Hải quan tỉnh"
)
_PUBLIC_SERVICE = (
    "Bệnh viện Đa khoa tỉnh|Trường Cao đẳng Y tế|Bệnh viện Y học cổ truyền|"
    "Bệnh viện Phụ sản|Bệnh viện Nhi|Bệnh viện Tâm thần|Bệnh viện Phổi|"
    "Trung tâm Kiểm soát bệnh tật|Trường Cao đẳng Sư phạm|Trường Cao đẳng Nghề|"
    "Trường Cao đẳng Cộng đồng|Trường Chính trị tỉnh|Đài Phát thanh và Truyền hình {p}|"
    "Báo {p}|Trung tâm Khuyến nông|Ban Quản lý dự án đầu tư xây dựng tỉnh"
)
_PARTY_LARGE = "Văn phòng Tỉnh ủy|Hội Liên hiệp Phụ nữ tỉnh|Liên đoàn Lao động tỉnh"
_PARTY_SMALL = (
    "Ban Tổ chức Tỉnh ủy|Ban Tuyên giáo Tỉnh ủy|Ban Dân vận Tỉnh ủy|"
    "Ban Nội chính Tỉnh ủy|Ủy ban Kiểm tra Tỉnh ủy|"
    "Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh|Hội Nông dân tỉnh|Hội Cựu chiến binh tỉnh|"
    "Tỉnh đoàn {p}|Hội Chữ thập đỏ tỉnh|Hội Nhà báo tỉnh|Hội Văn học Nghệ thuật tỉnh|"
    "Liên minh Hợp tác xã tỉnh|Liên hiệp các Hội Khoa học và Kỹ thuật tỉnh|"
    "Liên hiệp các Tổ chức hữu nghị tỉnh|Hội Luật gia tỉnh|Hội Đông y tỉnh|"
    "Hội Khuyến học tỉnh|Hội Người cao tuổi tỉnh|Hội Bảo trợ người khuyết tật tỉnh"
)
_ADMINISTRATION_SMALL = (
    "Văn phòng Hội đồng nhân dân tỉnh|Ban Dân tộc tỉnh|Sở Ngoại vụ|"
    "Ban Quản lý các khu công nghiệp|Chi cục Thủy lợi|Chi cục Chăn nuôi và Thú y|"
    "Chi cục Trồng trọt và Bảo vệ thực vật|Chi cục Phát triển nông thôn|"
    "Chi cục Bảo vệ môi trường|Chi cục Quản lý đất đai|"
    "Chi cục Dân số - Kế hoạch hóa gia đình|Chi cục An toàn vệ sinh thực phẩm|"
    "Chi cục Tiêu chuẩn Đo lường Chất lượng|Chi cục Giám định xây dựng|"
    "Chi cục Văn thư - Lưu trữ|Chi cục Thủy sản"
)
_PUBLIC_SERVICE_SMALL = (
    "Trung tâm Phục vụ hành chính công|Trung tâm Giám định Y khoa|Trung tâm Pháp y|"
    "Trung tâm Dịch vụ việc làm|Trung tâm Công tác xã hội|Trung tâm Văn hóa tỉnh|"
    "Trung tâm Huấn luyện và Thi đấu thể thao|Thư viện tỉnh|Bảo tàng tỉnh|"
    "Trung tâm Công nghệ thông tin và Truyền thông|Trung tâm Trợ giúp pháp lý|"
    "Trung tâm Phát triển quỹ đất|Trung tâm Quan trắc môi trường|"
    "Trung tâm Ứng dụng tiến bộ khoa học và công nghệ|Trung tâm Xúc tiến đầu tư|"
    "Trung tâm Nước sạch và Vệ sinh môi trường nông thôn|Quỹ Đầu tư phát triển tỉnh|"
    "Trung tâm Giáo dục thường xuyên tỉnh|Trường Trung học phổ thông chuyên|"
    "Trung tâm Đăng kiểm xe cơ giới|Trung tâm Kiểm nghiệm|Bệnh viện Mắt|"
    "Ban Quản lý vườn quốc gia|Trung tâm Giống cây trồng, vật nuôi"
)
_STATE_ENTERPRISES = (
    "Công ty Điện lực {p}|Bưu điện tỉnh {p}|Viễn thông {p}|"
    "Ngân hàng Nhà nước chi nhánh tỉnh|Ngân hàng Chính sách xã hội chi nhánh tỉnh|"
    "Ngân hàng Nông nghiệp và Phát triển nông thôn chi nhánh tỉnh|"
    "Ngân hàng Đầu tư và Phát triển chi nhánh tỉnh|"
    "Ngân hàng Công Thương chi nhánh tỉnh|Ngân hàng Ngoại thương chi nhánh tỉnh|"
    "Công ty TNHH một thành viên Xổ số kiến thiết {p}|"
    "Công ty TNHH một thành viên Quản lý công trình thủy lợi {p}|"
    "Công ty TNHH một thành viên Cà phê {p}|Công ty TNHH một thành viên Cao su {p}|"
    "Công ty TNHH một thành viên Lâm nghiệp {p}|Công ty Bảo Việt {p}|"
    "Công ty Xăng dầu {p}"
)
_TRADES = (
    "Cấp thoát nước|Đô thị và Môi trường|Xây dựng giao thông|Vật liệu xây dựng|"
    "Dược - Vật tư y tế|In|Sách và Thiết bị trường học|Quản lý đường bộ|"
    "Vận tải ô tô|Lương thực|Thương mại tổng hợp|Du lịch|Thủy sản|Chế biến gỗ|"
    "Cơ khí|May|Tư vấn xây dựng|Giống cây trồng|Mía đường|Thủy điện|Điện cơ|"
    "Xuất nhập khẩu|Chế biến nông sản|Bê tông|Bao bì"
)
_COMPANY_SUFFIXES = ("{p}", "số 1", "Thành Công")


@dataclass(frozen=True, slots=True)
class Organisation:
    """An agency or company that has a Party organisation."""

    name: str
    sector: str

    @property
    def former_name(self) -> str:
        """The name before the last rename; empty when none is known."""
        if self.name.startswith(_COMPANY):
            return self.name.replace(_COMPANY, _FORMER_COMPANY)
        return FORMER_NAMES.get(self.name, "")


def draw_agencies(
    rng: random.Random,
    province: str,
    kinds: Sequence[str],
    *,
    taken: Sequence[Organisation] = (),
) -> list[Organisation]:
    """Return one agency a kind, all different: a ``dbcs`` gets a large one."""
    names = {organisation.name for organisation in taken}
    large = [agency for agency in _shuffled(rng, _LARGE) if agency.name not in names]
    small = _shuffled(rng, _SMALL)
    return _in_turn(province, kinds, large, small)


def draw_enterprises(
    rng: random.Random, province: str, kinds: Sequence[str]
) -> list[Organisation]:
    """Return one company a kind, all different: a ``dbcs`` gets a state-owned one."""
    private = _shuffled(rng, _PRIVATE)
    return _in_turn(province, kinds, _shuffled(rng, _STATE), private)


def health_organisations() -> tuple[Organisation, ...]:
    """Return the three whose merger was proposed in Lạng Sơn, the successor first."""
    return (
        Organisation(HEALTH_DEPARTMENT, "administration"),
        Organisation(GENERAL_HOSPITAL, "public_service"),
        Organisation(MEDICAL_COLLEGE, "public_service"),
    )


def _in_turn(
    province: str,
    kinds: Sequence[str],
    large: list[Organisation],
    small: list[Organisation],
) -> list[Organisation]:
    drawn = []
    for kind in kinds:
        first, second = (large, small) if kind == "dbcs" else (small, large)
        chosen = (first or second).pop()
        drawn.append(Organisation(chosen.name.format(p=province), chosen.sector))
    return drawn


def _shuffled(
    rng: random.Random, organisations: Sequence[Organisation]
) -> list[Organisation]:
    return rng.sample(organisations, len(organisations))


def _listed(names: str, sector: str) -> Iterator[Organisation]:
    return (Organisation(name, sector) for name in names.split("|"))


_LARGE = (
    *_listed(_ADMINISTRATION, "administration"),
    *_listed(_PUBLIC_SERVICE, "public_service"),
    *_listed(_PARTY_LARGE, "party_mass"),
)
_SMALL = (
    *_listed(_PARTY_SMALL, "party_mass"),
    *_listed(_ADMINISTRATION_SMALL, "administration"),
    *_listed(_PUBLIC_SERVICE_SMALL, "public_service"),
)
_STATE = tuple(_listed(_STATE_ENTERPRISES, "state_enterprise"))
_PRIVATE = tuple(
    Organisation(f"{_COMPANY} {trade} {suffix}", "private_enterprise")
    for suffix, trade in product(_COMPANY_SUFFIXES, _TRADES.split("|"))
)
