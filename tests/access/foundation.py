"""Who may open the pages that every house stands on."""

from tests.access.line import EVERYBODY, NOBODY, SIGNED_IN, Line

LINES: tuple[Line, ...] = (
    Line("static", "GET", "/static/theme.css", EVERYBODY),
    Line("bootstrap.static", "GET", "/bootstrap/static/css/bootstrap.min.css", EVERYBODY),
    Line("security.static", "GET", "/security-static/js/base64.js", NOBODY),
    Line("security.login", "GET", "/login", EVERYBODY, may=302),
    Line("security.login", "POST", "/login", EVERYBODY, may=302),
    Line("security.logout", "POST", "/logout", EVERYBODY, may=302, anonymous=302),
    Line("security.two_factor_token_validation", "GET", "/login/code", EVERYBODY, may=302, anonymous=302),
    Line("security.two_factor_token_validation", "POST", "/login/code", EVERYBODY, may=302, anonymous=302),
    Line("security.two_factor_rescue", "GET", "/login/rescue", NOBODY),
    Line("security.two_factor_rescue", "POST", "/login/rescue", NOBODY),
    Line("security.tf_select", "GET", "/login/select", NOBODY),
    Line("security.tf_select", "POST", "/login/select", NOBODY),
    Line("security.verify", "GET", "/account/verify", SIGNED_IN),
    Line("security.verify", "POST", "/account/verify", SIGNED_IN, may=200),
    Line("security.change_password", "GET", "/account/password", SIGNED_IN),
    Line("security.change_password", "POST", "/account/password", SIGNED_IN, may=200),
    Line("security.two_factor_setup", "GET", "/account/second-factor", SIGNED_IN),
    Line("security.two_factor_setup", "POST", "/account/second-factor", SIGNED_IN, may=200),
    Line("security.two_factor_setup_validate", "POST", "/account/second-factor/x", SIGNED_IN, may=302),
    Line("web.home", "GET", "/", SIGNED_IN),
    Line("web.account", "GET", "/account", SIGNED_IN),
    Line("web.language", "POST", "/language/zh", EVERYBODY, may=302, anonymous=302),
    Line("web.language", "POST", "/language/xx", EVERYBODY, may=404, anonymous=404),
)
