"""Names and sentences of the simulated records. Every enterprise is called 模拟; no person and no firm is meant."""

from __future__ import annotations

from pipelines.demo.draws import Draws

_STEMS = "甲乙丙丁戊己庚辛壬癸"
_TRADES = {
    "construction": "建筑",
    "industry_trade": "制造",
    "chemicals": "化工",
    "noncoal_mines": "矿业",
    "fireworks": "商贸",
    "road_traffic": "运输",
    "fire": "商贸",
    "rail": "物流",
    "water_transport": "航运",
    "fishing_vessels": "渔业",
    "agricultural_machinery": "农机",
}
# A telephone company's public service number and an identity number with a region and a birthday that cannot be:
# they have the shape of personal data, so that masking can be seen, and belong to nobody.
SERVICE_PHONE = "13800138000"
IMPOSSIBLE_IDENTITY = "999999190001010018"

_HOW = {
    "01": "作业过程中物料坠落击中人员",
    "02": "车辆行驶中发生碰撞",
    "03": "操作机械时肢体卷入设备",
    "04": "吊装作业中吊物坠落",
    "05": "作业人员触及带电部位",
    "06": "人员落水",
    "07": "管线泄漏造成灼烫",
    "08": "现场起火",
    "09": "作业人员从高处坠落",
    "010": "边坡或构筑物坍塌",
    "011": "顶板岩块垮落",
    "013": "爆破作业失控",
    "014": "火药制品爆炸",
    "017": "压力容器破裂",
    "018": "可燃气体爆炸",
    "019": "有限空间作业中毒窒息",
    "020": "作业中受到其他伤害",
}


def enterprise_name(draws: Draws, sector: str | None) -> str:
    """An invented enterprise, such as 模拟某甲建筑有限公司 0123."""
    return f"模拟某{draws.pick(_STEMS)}{_TRADES.get(sector or '', '实业')}有限公司 {draws.below(1200):04d}"


def accident_story(draws: Draws, row: dict) -> str:
    """One or two sentences on an accident; about one in forty carries a telephone or identity number to be masked."""
    when = row["occurred_at"]
    story = f"（模拟）{when.month}月{when.day}日{when.hour}时许，{_HOW.get(row['type_code'], '发生事故')}。"
    if row["serious_injuries"] and not row["deaths"]:
        story += f"伤者{row['serious_injuries']}人已送医。"
    u = draws.unit()
    if u < 0.016:
        story += f"联系电话{SERVICE_PHONE}。"
    elif u < 0.026:
        story += f"身份证号{IMPOSSIBLE_IDENTITY}。"
    return story
