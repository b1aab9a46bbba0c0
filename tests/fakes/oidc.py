"""A provider to sign in at: the one of the package oidc-provider-mock, which here also asks for PKCE, as real ones do.

Run as a program, so that its framework and its warnings are its own: prints the port it listens on.
"""

from __future__ import annotations

import sys
from datetime import timedelta
from typing import Any

from authlib.oauth2.rfc7636 import CodeChallenge
from oidc_provider_mock import _app
from werkzeug.serving import make_server

CHALLENGES: dict[str, tuple[str, str]] = {}
Grant, OpenIDCode = _app.AuthorizationCodeGrant, _app.OpenIDCode


class Challenged(Grant):
    """Keeps with a code what its verifier must fit."""

    def save_authorization_code(self, code: str, request: Any) -> None:
        """Keep it."""
        super().save_authorization_code(code, request)
        data = request.payload.data
        CHALLENGES[code] = data.get("code_challenge", ""), data.get("code_challenge_method", "")


class Asked(CodeChallenge):
    """Authlib's own check, on what was kept."""

    SUPPORTED_CODE_CHALLENGE_METHOD = ("S256",)

    def get_authorization_code_challenge(self, authorization_code: Any) -> str:
        """The challenge."""
        return CHALLENGES[authorization_code.code][0]

    def get_authorization_code_challenge_method(self, authorization_code: Any) -> str:
        """How it was made."""
        return CHALLENGES[authorization_code.code][1]


class WithChallenge(OpenIDCode):
    """OpenID Connect, and PKCE for everybody."""

    def __call__(self, grant: Any) -> None:
        """Hook in both."""
        super().__call__(grant)
        Asked(required=True)(grant)


_app.AuthorizationCodeGrant, _app.OpenIDCode = Challenged, WithChallenge


def main() -> None:
    """Serve until the other end of standard input is gone."""
    app = _app.app(require_nonce=True, access_token_max_age=timedelta(minutes=2))
    app.debug = False
    server = make_server("127.0.0.1", 0, app, threaded=True)
    print(server.server_port, flush=True)  # noqa: T201 - that is how it is found
    server.serve_forever()


if __name__ == "__main__":
    sys.exit(main())
