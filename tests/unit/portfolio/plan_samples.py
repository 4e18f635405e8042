"""A small plan of another city and another period, one record to a line so that lines can be counted."""

# ruff: noqa: E501 - tables are read by the line

LATER_PLAN = """\
{
 "plan": {"code": "CD-2011-2015", "name": "成都市信息化十二五规划", "city": "成都市", "from_year": 2011, "to_year": 2015},
 "tasks": [
  {"code": "M1", "number": "（一）", "title": "建设智慧城市", "subheads": ["打牢基础", "深化应用"]}
 ],
 "boxes": [
  {"code": "Z1", "number": "专栏1", "name": "政务云项目", "task": "M1", "item_count": 2}
 ],
 "groups": [
  {"code": "Z1-A", "box": "Z1", "name": "基础", "quote": "基础。政务云、数据共享平台建设。"}
 ],
 "sectors": [{"code": "S1", "name": "云计算", "includes": ""}],
 "clusters": [],
 "items": [
  {"code": "Z1-A-01", "group": "Z1-A", "name": "政务云建设", "seed_text": "政务云", "verbatim": false, "counts_1162": false, "sector": "S1", "cluster": null, "origin": "plan", "note": ""},
  {"code": "Z1-A-02", "group": "Z1-A", "name": "数据共享平台建设", "seed_text": "数据共享平台", "verbatim": false, "counts_1162": false, "sector": null, "cluster": null, "origin": "plan", "note": ""}
 ],
 "indicators": [
  {"code": "K1", "category": "规模", "name": "产业收入", "unit": "亿元", "base_2010": 12.5, "target_2015": 40, "growth_printed": 26, "kind": "预期性", "path": "geometric", "part_of": null, "note": ""},
  {"code": "K2", "category": "规模", "name": "软件收入", "unit": "亿元", "base_2010": 12.5, "target_2015": 40, "growth_printed": null, "kind": "预期性", "path": "geometric", "part_of": "K1", "note": ""},
  {"code": "K3", "category": "应用", "name": "网上办理率", "unit": "%", "base_2010": null, "target_2015": 90, "growth_printed": null, "kind": "约束性", "path": "none", "part_of": null, "note": ""}
 ],
 "text_targets": [
  {"code": "T1", "name": "办理率", "unit": "%", "comparison": "at_least", "base_2010": null, "target_2015": 90, "upper_2015": null, "same_as": "K3", "quote": "网上办理率达到90%", "note": ""},
  {"code": "T2", "name": "示范平台", "unit": "个", "comparison": "between", "base_2010": null, "target_2015": 4, "upper_2015": 5, "same_as": null, "quote": "4-5个示范平台", "note": ""},
  {"code": "T3", "name": "数字化转换", "unit": "完成/未完成", "comparison": "completed", "base_2010": null, "target_2015": null, "upper_2015": null, "same_as": null, "quote": "完成数字化转换", "note": ""}
 ],
 "goals": [
  {"code": "G1", "name": "重点领域", "unit": "个", "measure": "sectors", "target": 1, "same_as": null, "quote": "重点发展云计算", "note": ""}
 ],
 "clauses": [
  {"code": "五(一)-1", "quote": "统筹建设", "requirement": "立项前查重"}
 ]
}
"""
