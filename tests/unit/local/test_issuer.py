"""The demonstration issuer: a code is used once by who asked for it, and services accept exactly its tokens."""

import base64
import hashlib
import re
import time
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from chassis.auth import TokenInvalid, TokenVerifier
from nuaikit_local import issuer_store
from nuaikit_local.accounts import Account, Client, Directory, read_directory
from nuaikit_local.definitions import DEFINITIONS
from nuaikit_local.issuer_app import ACCESS_TOKEN_S, CODE_S, TRIES_MAX, TRIES_WINDOW_S, Issuer, create_app
from nuaikit_local.vault import Vault

URL = "http://127.0.0.1:8109"
PORTAL = "http://127.0.0.1:8100"
CALLBACK = f"{PORTAL}/auth/callback"
VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
ASKED = {
    "client_id": "portal",
    "redirect_uri": CALLBACK,
    "response_type": "code",
    "state": 'สถานะ "<1>',
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
    "nonce": "n1",
}
DIRECTORY = Directory(
    (Account("demo-khru", "khru", "ครูทดลอง <1>", "Demonstration teacher"),),
    (
        Client("portal", "เว็บหน่วยกิต", "portal", ("act-on-behalf",), ("/auth/callback",)),
        Client("credit-bank", "ธนาคารหน่วยกิต", "credit-bank", ("act-on-behalf", "registry.resolve")),
    ),
)


class Clock:
    """Time that the test moves."""

    def __init__(self) -> None:
        self.now = time.time()

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    folder = tmp_path_factory.mktemp("issuer")
    (folder / "secrets").mkdir()
    vault = Vault(folder / "secrets")
    issuer_store.prepare(folder, DIRECTORY, vault)
    return folder, vault


@pytest.fixture
def password(kept) -> str:
    return kept[1].need("demonstration", "password")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def web(kept, clock):
    issuer = Issuer(URL, issuer_store.load(kept[0]), portal_url=PORTAL, clock=clock)
    transport = httpx.ASGITransport(create_app(issuer))
    async with httpx.AsyncClient(transport=transport, base_url=URL) as client:
        yield client


async def sign_in(web, password, **changes) -> httpx.Response:
    form = {name: value for name, value in ASKED.items() if name in {"client_id", "redirect_uri", "state", "nonce"}}
    form |= {"code_challenge": CHALLENGE, "username": "khru", "password": password, **changes}
    return await web.post("/authorize", data=form)


async def code_of(web, password) -> str:
    return parse_qs(urlsplit((await sign_in(web, password)).headers["location"]).query)["code"][0]


async def exchange(web, kept, spent, **changes) -> httpx.Response:
    form = {"grant_type": "authorization_code", "code": spent, "redirect_uri": CALLBACK, "code_verifier": VERIFIER}
    secret = kept[1].need("clients", "portal")
    return await web.post("/token", data={**form, **changes}, auth=("portal", secret))


async def test_signed_in_person_gets_tokens_the_services_accept(web, kept, password):
    answer = await sign_in(web, password)
    assert answer.status_code == 303
    returned = parse_qs(urlsplit(answer.headers["location"]).query)
    assert returned["state"] == [ASKED["state"]]
    tokens = (await exchange(web, kept, returned["code"][0])).json()
    claims = await TokenVerifier(URL, "nuaikit", http=web).verify(tokens["access_token"])
    assert (claims["sub"], claims["iss"], claims["exp"] - claims["iat"]) == ("demo-khru", URL, ACCESS_TOKEN_S)
    assert "client_id" not in claims
    identity = await TokenVerifier(URL, "portal", http=web).verify(tokens["id_token"])
    assert (identity["nonce"], identity["name"]) == ("n1", "ครูทดลอง <1>")


async def test_code_is_used_once(web, kept, password):
    code = await code_of(web, password)
    assert (await exchange(web, kept, code)).status_code == 200
    assert (await exchange(web, kept, code)).json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    "change", [{"code_verifier": "w" * 64}, {"redirect_uri": f"{PORTAL}/other"}, {"code": "guess"}]
)
async def test_code_with_anything_wrong_is_refused_and_spent(web, kept, password, change):
    code = await code_of(web, password)
    assert (await exchange(web, kept, code, **change)).json()["error"] == "invalid_grant"
    if "code" not in change:
        assert (await exchange(web, kept, code)).json()["error"] == "invalid_grant"


async def test_code_of_another_client_is_refused(web, kept, password):
    code = await code_of(web, password)
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, "code_verifier": VERIFIER}
    answer = await web.post("/token", data=form, auth=("credit-bank", kept[1].need("clients", "credit-bank")))
    assert answer.json()["error"] == "invalid_grant"


async def test_code_that_waited_too_long_is_refused(web, kept, password, clock):
    code = await code_of(web, password)
    clock.now += CODE_S + 1
    assert (await exchange(web, kept, code)).json()["error"] == "invalid_grant"


async def test_sign_in_page_lists_accounts_in_thai_and_escapes_what_it_repeats(web):
    page = await web.get("/authorize", params=ASKED)
    assert page.status_code == 200
    assert "เลือกบัญชี" in page.text
    assert "ครูทดลอง &lt;1&gt;" in page.text
    assert 'value="สถานะ &quot;&lt;1&gt;"' in page.text
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]


@pytest.mark.parametrize(
    "change", [{"redirect_uri": "https://evil.example/cb"}, {"redirect_uri": CALLBACK + "/x"}, {"client_id": "nobody"}]
)
async def test_nobody_is_sent_to_an_unknown_address(web, password, change):
    for answer in (await web.get("/authorize", params={**ASKED, **change}), await sign_in(web, password, **change)):
        assert answer.status_code == 400
        assert "location" not in answer.headers


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": ""}, "invalid_request"),
    ],
)
async def test_sign_in_without_pkce_or_code_is_refused_at_the_clients_address(web, change, error):
    answer = await web.get("/authorize", params={**ASKED, **change})
    assert answer.headers["location"].startswith(f"{CALLBACK}?error={error}&state=")


async def test_wrong_password_shows_the_page_again_without_it(web):
    answer = await sign_in(web, "wrong-password")
    assert answer.status_code == 401
    assert "บัญชีหรือรหัสผ่านไม่ถูกต้อง" in answer.text
    assert "wrong-password" not in answer.text


async def test_many_wrong_passwords_make_one_wait_a_minute(web, password, clock):
    for _ in range(TRIES_MAX):
        assert (await sign_in(web, "wrong")).status_code == 401
    assert (await sign_in(web, password)).status_code == 429
    clock.now += TRIES_WINDOW_S + 1
    assert (await sign_in(web, password)).status_code == 303


async def test_script_gets_a_persons_token_by_password(web, password):
    form = {"grant_type": "password", "username": "khru", "password": password}
    answer = await web.post("/token", data=form)
    assert answer.headers["cache-control"] == "no-store"
    claims = await TokenVerifier(URL, "nuaikit", http=web).verify(answer.json()["access_token"])
    assert claims["sub"] == "demo-khru"
    assert (await web.post("/token", data={**form, "password": "x"})).json()["error"] == "invalid_grant"
    assert (await web.post("/token", data={**form, "username": "nobody"})).json()["error"] == "invalid_grant"


@pytest.mark.parametrize("how", ["header", "form"])
async def test_service_gets_its_own_token_with_its_scopes(web, kept, how):
    secret = kept[1].need("clients", "credit-bank")
    named = {} if how == "header" else {"client_id": "credit-bank", "client_secret": secret}
    auth = ("credit-bank", secret) if how == "header" else None
    answer = await web.post("/token", data={"grant_type": "client_credentials", **named}, auth=auth)
    claims = await TokenVerifier(URL, "nuaikit", http=web).verify(answer.json()["access_token"])
    assert (claims["sub"], claims["client_id"]) == ("credit-bank", "credit-bank")
    assert claims["scope"] == "act-on-behalf registry.resolve"


@pytest.mark.parametrize("auth", [("credit-bank", "wrong"), ("nobody", "x"), None])
async def test_unknown_client_or_wrong_secret_is_refused(web, auth):
    answer = await web.post("/token", data={"grant_type": "client_credentials"}, auth=auth)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


async def test_unknown_grant_is_refused(web):
    assert (await web.post("/token", data={"grant_type": "magic"})).json()["error"] == "unsupported_grant_type"


async def test_discovery_names_the_issuer_and_keys_hold_nothing_private(web):
    found = (await web.get("/.well-known/openid-configuration")).json()
    assert found["issuer"] == URL
    (key,) = (await web.get(urlsplit(found["jwks_uri"]).path)).json()["keys"]
    assert set(key) == {"kty", "n", "e", "kid", "use", "alg"}


async def test_token_of_another_issuer_is_not_accepted(web, tmp_path, password):
    (tmp_path / "secrets").mkdir()
    issuer_store.prepare(tmp_path, DIRECTORY, Vault(tmp_path / "secrets"))
    other = Issuer(URL, issuer_store.load(tmp_path), portal_url=PORTAL)
    token = other.person_token(DIRECTORY.accounts[0])["access_token"]
    with pytest.raises(TokenInvalid):
        await TokenVerifier(URL, "nuaikit", http=web).verify(token)


async def test_request_under_another_host_name_is_refused(web):
    answer = await web.get("/jwks.json", headers={"host": "evil.example"})
    assert answer.status_code == 400


def test_issuers_own_folder_holds_no_plain_secret(kept):
    folder, vault = kept
    text = (folder / "directory.json").read_text(encoding="utf-8")
    assert vault.need("demonstration", "password") not in text
    assert vault.need("clients", "portal") not in text
    assert (folder / "key.json").stat().st_mode & 0o077 == 0


def test_prepared_again_everything_stays(kept):
    folder, vault = kept
    before = issuer_store.load(folder)
    issuer_store.prepare(folder, DIRECTORY, vault)
    after = issuer_store.load(folder)
    assert before.key.thumbprint() == after.key.thumbprint()
    assert before.password_hashes == after.password_hashes


def test_declared_directory_is_consistent():
    declared = read_directory()
    services = {"student-registry", "credit-bank", "guidance", "indicators", "portal"}
    assert services <= {client.client_id for client in declared.clients}
    known = {"act-on-behalf", "registry.resolve", "registry.identity.read"}
    for client in declared.clients:
        assert set(client.scopes) <= known or client.client_id not in services, client.client_id
    for account in declared.accounts:
        assert re.search(r"[\u0e00-\u0e7f]", account.label_th), account.username


def test_name_declared_twice_is_an_error():
    account = '[[account]]\nsubject = "a"\nusername = "u"\nlabel_th = "ก"\nlabel_en = "A"\n'
    client = '[[client]]\nclient_id = "c"\nlabel_th = "ก"\nlabel_en = "C"\n'
    with pytest.raises(ValueError, match="twice"):
        read_directory(account + account + client)


def test_first_administrator_has_an_account():
    registry = next(definition for definition in DEFINITIONS if definition.name == "student-registry")
    assert registry.settings["BOOTSTRAP_SUBJECT"] in {account.subject for account in read_directory().accounts}
