"""Signing in at any OpenID Connect issuer: authorization code with PKCE, state and nonce."""
