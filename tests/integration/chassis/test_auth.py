"""Tokens: what is accepted, and how often the issuer is asked, through rotation, outage and floods."""

import asyncio
import base64
import json
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
from chassis import auth
from chassis.auth import ServiceToken, TokenInvalid, TokenVerifier
from chassis.errors import Unavailable
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from tests.support.kafka import eventually
from tests.support.oidc import OidcIssuer, running_issuer

KEYS = "/jwks.json"


@pytest.fixture
def issuer() -> Iterator[OidcIssuer]:
    """An issuer of this test alone."""
    with running_issuer() as started:
        started.clients["me"] = ("secret", ("a", "b"))
        yield started


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    """A client with a short patience."""
    async with httpx.AsyncClient(timeout=0.5) as client:
        yield client


@pytest.fixture
def verifier(issuer: OidcIssuer, http: httpx.AsyncClient) -> TokenVerifier:
    """Trusts the issuer."""
    return TokenVerifier(issuer.url, "nuaikit", http=http)


async def test_good_tokens_are_verified_without_asking_again(verifier: TokenVerifier, issuer: OidcIssuer) -> None:
    claims = [await verifier.verify(issuer.person(f"person {number}")) for number in range(50)]
    assert [claim["sub"] for claim in claims] == [f"person {number}" for number in range(50)]
    assert issuer.requests[KEYS] == 1


NOT_FOR_US: dict[str, dict[str, Any]] = {
    "expired": {"exp": int(time.time()) - 3600},
    "expired long before its leeway": {"exp": 1},
    "not yet valid": {"nbf": int(time.time()) + 3600},
    "issued in the future": {"iat": int(time.time()) + 3600},
    "without end": {"exp": None},
    "of another audience": {"aud": ["another"]},
    "without audience": {"aud": None},
    "of another issuer": {"iss": "https://issuer.example"},
    "of the issuer with another ending": {"iss": "http://127.0.0.1:1/"},
    "without subject": {"sub": None},
    "with an empty subject": {"sub": ""},
    "with a subject that is no text": {"sub": 7},
    "with an end that is no number": {"exp": "never"},
}


@pytest.mark.parametrize("kind", NOT_FOR_US)
async def test_token_that_is_not_for_us_is_invalid(verifier: TokenVerifier, issuer: OidcIssuer, kind: str) -> None:
    with pytest.raises(TokenInvalid):
        await verifier.verify(issuer.sign({"sub": "somebody", **NOT_FOR_US[kind]}))


async def test_forged_tokens_are_invalid(verifier: TokenVerifier, issuer: OidcIssuer) -> None:
    good = issuer.person("somebody")
    head, body, signature = good.split(".")
    kid = json.loads(base64.urlsafe_b64decode(head + "=="))["kid"]
    other = RSAKey.generate_key(2048, {"kid": kid})
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    public = json.dumps(issuer._keys[0].as_dict(private=False)).encode()
    unsigned = base64.urlsafe_b64encode(json.dumps({"alg": "none", "kid": kid}).encode()).rstrip(b"=").decode()
    changed = base64.urlsafe_b64encode(json.dumps({**claims, "sub": "root"}).encode()).rstrip(b"=").decode()
    forged = [
        jwt.encode({"alg": "RS256", "kid": kid}, claims, other),
        jwt.encode({"alg": "HS256", "kid": kid}, claims, OctKey.import_key(public)),  # the public key as a secret
        f"{unsigned}.{body}.",
        f"{head}.{changed}.{signature}",
        f"{head}.{body}.",
        f"{head}.{body}",
        "..",
        "",
        "ก.ข.ค",
        good + "x" * 20_000,
    ]
    for token in forged:
        with pytest.raises(TokenInvalid):
            await verifier.verify(token)


async def test_rotated_key_is_found_and_the_old_one_is_forgotten(
    verifier: TokenVerifier, issuer: OidcIssuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = issuer.person("somebody")
    await verifier.verify(old)
    issuer.rotate()
    monkeypatch.setattr(auth, "_KEYS_MIN_AGE_S", 0.0)
    assert (await verifier.verify(issuer.person("somebody")))["sub"] == "somebody"
    with pytest.raises(TokenInvalid):
        await verifier.verify(old)


async def test_rotation_under_load_costs_one_fetch_and_refuses_nobody(
    verifier: TokenVerifier, issuer: OidcIssuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await verifier.verify(issuer.person("somebody"))
    issuer.rotate()
    monkeypatch.setattr(verifier, "_tried_at", time.monotonic() - 60)
    tokens = [issuer.person(f"person {number}") for number in range(40)]
    claims = await asyncio.gather(*[verifier.verify(token) for token in tokens])
    assert len(claims) == 40
    assert issuer.requests[KEYS] == 2


async def test_flood_of_bad_tokens_asks_the_issuer_once_in_a_while(verifier: TokenVerifier, issuer: OidcIssuer) -> None:
    await verifier.verify(issuer.person("somebody"))
    bad = [issuer.sign({"sub": "x"}, header={"kid": f"unknown {number}"}) for number in range(200)]
    outcomes = await asyncio.gather(*[verifier.verify(token) for token in bad], return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} == {TokenInvalid}
    assert issuer.requests[KEYS] <= 2


async def test_flood_of_bad_tokens_does_not_hold_up_good_ones_while_the_issuer_hangs(
    verifier: TokenVerifier, issuer: OidcIssuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = [issuer.person(f"person {number}") for number in range(20)]
    await verifier.verify(good[0])
    monkeypatch.setattr(verifier, "_tried_at", time.monotonic() - 60)
    with issuer.silent():
        bad = [asyncio.create_task(verifier.verify(issuer.sign({}, header={"kid": str(n)}))) for n in range(50)]
        async with asyncio.timeout(0.4):  # less than the client's patience with the issuer
            for token in good:
                await verifier.verify(token)
    outcomes = await asyncio.gather(*bad, return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} == {TokenInvalid}


async def test_issuer_away_before_any_key_is_unavailable_and_asked_sparingly(
    verifier: TokenVerifier, issuer: OidcIssuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = issuer.person("somebody")
    issuer.stop()
    outcomes = await asyncio.gather(*[verifier.verify(token) for _ in range(50)], return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} == {Unavailable}
    issuer.start()
    with pytest.raises(Unavailable):
        await verifier.verify(token)  # it was asked just now
    monkeypatch.setattr(auth, "_KEYS_MIN_AGE_S", 0.0)
    assert (await verifier.verify(token))["sub"] == "somebody"


async def test_kept_keys_serve_while_the_issuer_is_away_for_a_day_at_most(
    verifier: TokenVerifier, issuer: OidcIssuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await verifier.verify(issuer.person("somebody"))
    issuer.stop()
    for hours, expected in ((1, "verified"), (23, "verified"), (25, "refused")):
        monkeypatch.setattr(verifier, "_fetched_at", time.monotonic() - hours * 3600)
        monkeypatch.setattr(verifier, "_tried_at", float("-inf"))
        token = issuer.person(f"after {hours} hours")
        if expected == "verified":
            assert (await verifier.verify(token))["sub"] == f"after {hours} hours"
        else:
            with pytest.raises(Unavailable):
                await verifier.verify(token)


async def test_old_keys_are_renewed_without_a_caller_waiting(
    verifier: TokenVerifier, issuer: OidcIssuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await verifier.verify(issuer.person("first"))
    monkeypatch.setattr(verifier, "_fetched_at", time.monotonic() - 3600)
    monkeypatch.setattr(verifier, "_tried_at", time.monotonic() - 3600)
    with issuer.silent():
        async with asyncio.timeout(0.3):
            await verifier.verify(issuer.person("second"))

    async def is_renewed() -> bool:
        return time.monotonic() - verifier._fetched_at < 60

    await eventually(is_renewed, timeout_s=5, what="the keys")


async def test_description_of_another_issuer_is_not_believed(issuer: OidcIssuer, http: httpx.AsyncClient) -> None:
    verifier = TokenVerifier(issuer.url.replace("127.0.0.1", "localhost"), "nuaikit", http=http)
    with pytest.raises(Unavailable):
        await verifier.verify(issuer.person("somebody"))


async def test_remembered_token_ends_when_it_says(verifier: TokenVerifier, issuer: OidcIssuer) -> None:
    token = issuer.sign({"sub": "somebody", "exp": int(time.time()) + 1})
    await verifier.verify(token)
    ends_at, _claims = next(iter(verifier._good.values()))
    assert ends_at <= time.time() + 1.1, "remembered no longer than it holds"


async def test_service_token_is_asked_for_once_and_renewed_before_it_ends(
    issuer: OidcIssuer, http: httpx.AsyncClient
) -> None:
    token = ServiceToken(issuer.url, client_id="me", client_secret="secret", http=http)
    given = set(await asyncio.gather(*[token.get() for _ in range(30)]))
    assert len(given) == 1
    assert issuer.requests["/oauth2/token"] == 1
    token._renew_at = time.monotonic() - 1
    assert await token.get() not in given


async def test_service_token_survives_an_outage_as_long_as_it_holds(
    issuer: OidcIssuer, http: httpx.AsyncClient
) -> None:
    token = ServiceToken(issuer.url, client_id="me", client_secret="secret", http=http)
    first = await token.get()
    issuer.stop()
    token._renew_at = time.monotonic() - 1
    assert set(await asyncio.gather(*[token.get() for _ in range(30)])) == {first}
    token._ends_at = time.monotonic() - 1
    with pytest.raises(Unavailable):
        await token.get()


async def test_hanging_issuer_holds_up_a_crowd_no_longer_than_one(issuer: OidcIssuer, http: httpx.AsyncClient) -> None:
    token = ServiceToken(issuer.url, client_id="me", client_secret="secret", http=http)
    with issuer.silent():
        async with asyncio.timeout(2):  # one patience of half a second, not thirty
            outcomes = await asyncio.gather(*[token.get() for _ in range(30)], return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} == {Unavailable}


async def test_wrong_client_secret_is_unavailable_and_not_told(
    issuer: OidcIssuer, http: httpx.AsyncClient, logs: Any
) -> None:
    token = ServiceToken(issuer.url, client_id="me", client_secret="hunter2", http=http)
    with pytest.raises(Unavailable):
        await token.get()
    assert logs.saying("Issuer did not give a token")
    assert "hunter2" not in "".join(logs.texts)
