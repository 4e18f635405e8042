"""The forms of this house."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import HiddenField

from portfolio.foundation.web import forms
from portfolio.rules.observation import LONGEST_NOTE, ObservationMark


class ObservationForm(forms.Form):
    """A figure of an indicator; ``count`` is how many were known when the page was opened."""

    year = forms.WholeField(_("年份"), [forms.Needed()])
    figure = forms.LineField(
        _("数值"),
        [forms.Needed()],
        longest=20,
        description=_("最多四位小数；只填数字，单位见右"),
        render_kw={"inputmode": "decimal", "autocomplete": "off"},
    )
    mark = forms.EnumSelectField(
        _("数据性质"),
        ObservationMark,
        [forms.Needed()],
        description=_("快报在先，年报每年一次；年报登记后的更正用修订"),
    )
    note = forms.LineField(
        _("来源或依据"), longest=LONGEST_NOTE, description=_("如统计公报的名称和文号；修订必填")
    )
    count = HiddenField()


class RequestForm(forms.Form):
    """Which evaluation is to be reported."""

    evaluation_id = forms.WholeField(_("评价"), [forms.Needed()])
