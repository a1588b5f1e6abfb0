"""Signing in and out at a real issuer."""

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.integration.portal.conftest import Browser
from tests.support.portal_world import PortalWorld, portal_world
from tests.support.telemetry import LogLines

Browse = Callable[[], Browser]


async def test_person_signs_in_and_sees_the_own_page(browse: Browse) -> None:
    browser = browse()
    page = await browser.sign_in("registrar")
    assert (page.status_code, page.url.path) == (200, "/learners")
    assert "บัญชีทดสอบ registrar" in page.text


async def test_sign_in_sends_pkce_state_and_nonce(browse: Browse, world: PortalWorld) -> None:
    response = await browse().http.get("/sign-in", follow_redirects=False)
    query = parse_qs(urlsplit(response.headers["location"]).query)
    assert query["response_type"] == ["code"]
    assert query["code_challenge_method"] == ["S256"]
    assert len(query["code_challenge"][0]) == 43
    assert len(query["state"][0]) >= 32
    assert len(query["nonce"][0]) >= 32
    assert query["redirect_uri"] == [f"{world.url}/callback"]
    cookie = response.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert query["state"][0] not in cookie


async def test_session_cookie_is_out_of_reach_of_scripts_and_other_sites(browse: Browse) -> None:
    browser = browse()
    await browser.sign_in("registrar")
    response = await browser.get("/learners")
    cookie = response.headers["set-cookie"]
    assert cookie.startswith("nuaikit-session=")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie  # this world is plain http
    assert "eyJ" not in cookie  # no token to be read


async def test_portal_under_https_makes_its_cookies_secure(tmp_path: Path) -> None:
    async with portal_world(tmp_path, public_url="https://portal.example") as world:
        address = f"http://{world.settings.http_address}"
        async with httpx.AsyncClient(base_url=address, trust_env=False) as http:
            response = await http.get("/sign-in")
            cookie = response.headers["set-cookie"]
            assert cookie.startswith("__Host-nuaikit-sign-in=")
            assert "Secure" in cookie
            assert "Path=/" in cookie
            assert "max-age" in (await http.get("/")).headers["strict-transport-security"]


async def test_answer_of_the_issuer_in_another_browser_is_refused(browse: Browse) -> None:
    mine, other = browse(), browse()
    page = await mine.get("/sign-in")
    form = dict(re.findall(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)">', page.text))
    form |= {"username": "registrar", "password": mine.world.password}
    sent = await mine.http.post(str(page.url.copy_with(query=None)), data=form, follow_redirects=False)
    stolen = await other.http.get(sent.headers["location"])
    assert stolen.status_code == 401
    assert "เข้าสู่ระบบไม่สำเร็จ" in stolen.text
    assert (await other.get("/learners")).status_code == 401


@pytest.mark.parametrize("answer", ["state=x&code=y", "code=y", "error=access_denied&state=x", "", "state=x"])
async def test_made_up_answer_is_refused(browse: Browse, answer: str) -> None:
    browser = browse()
    await browser.get("/sign-in")
    refused = await browser.http.get(f"/callback?{answer}")
    assert refused.status_code == 401
    assert 'href="/sign-in"' in refused.text


async def test_code_serves_once(browse: Browse) -> None:
    browser = browse()
    page = await browser.get("/sign-in")
    form = dict(re.findall(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)">', page.text))
    form |= {"username": "registrar", "password": browser.world.password}
    sent = await browser.http.post(str(page.url.copy_with(query=None)), data=form, follow_redirects=False)
    attempt = dict(browser.http.cookies)
    assert (await browser.http.get(sent.headers["location"])).status_code == 200
    browser.http.cookies.update(attempt)
    assert (await browser.http.get(sent.headers["location"])).status_code == 401


async def test_id_token_of_another_sign_in_is_refused(browse: Browse) -> None:
    """The code of one attempt with the verifier, state and nonce of another."""
    browser = browse()
    page = await browser.get("/sign-in")
    form = dict(re.findall(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)">', page.text))
    form |= {"username": "registrar", "password": browser.world.password, "nonce": "of-somebody-else"}
    refused = await browser.http.post(str(page.url.copy_with(query=None)), data=form)
    assert (refused.url.path, refused.status_code) == ("/callback", 401)


async def test_wrong_password_signs_nobody_in(browse: Browse) -> None:
    browser = browse()
    page = await browser.sign_in("registrar", password="wrong")
    assert page.status_code == 401
    assert (await browser.get("/learners")).status_code == 401


async def test_sign_out_ends_the_session_and_needs_the_own_form(browse: Browse) -> None:
    browser = browse()
    page = await browser.sign_in("registrar")
    forged = await browser.http.post("/sign-out", data={"csrf": "guess"})
    assert forged.status_code == 403
    assert (await browser.get("/learners")).status_code == 200
    [csrf] = re.findall(r'name="csrf" value="([^"]+)"', page.text)
    home = await browser.http.post("/sign-out", data={"csrf": csrf})
    assert (home.url.path, home.status_code) == ("/", 200)
    assert (await browser.get("/learners")).status_code == 401


async def test_issuer_away_is_said_and_home_still_opens(browse: Browse, world: PortalWorld) -> None:
    await world.stop("issuer")
    browser = browse()
    page = await browser.get("/sign-in")
    assert page.status_code == 503
    assert page.headers["retry-after"]
    assert "ยังไม่ตอบ" in page.text
    assert (await browser.get("/")).status_code == 200


async def test_tokens_and_codes_are_in_no_log(browse: Browse, world: PortalWorld, logs: LogLines) -> None:
    browser = browse()
    await browser.sign_in("registrar")
    await browser.get("/callback", code="code-that-nobody-gave", state="x")
    written = " ".join(logs.texts)
    assert "eyJ" not in written
    assert "code-that-nobody-gave" not in written
    assert world.settings.client_secret.get_secret_value() not in written
